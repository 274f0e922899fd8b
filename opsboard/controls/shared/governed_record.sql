-- The records of which somebody owns the fields, or whose states follow a graph (domain.md A.2, A.3):
-- customers, projects, contracts and people; time, expenses, billing events, invoices and periods.
create view governed_record as
select
    party.key,
    'party' as kind,
    party.system,
    party.source_id,
    party.system_role,
    party.canonical_id,
    party.entity,
    null::bigint as project_id,
    party.canonical_id as party_id,
    null::bigint as worker_id,
    party.status,
    party.source_updated_by as edited_by,
    party.source_updated_at as since
from party
where party.is_customer
union all
select
    project.key,
    'project' as kind,
    project.system,
    project.source_id,
    project.system_role,
    project.canonical_id,
    project.entity,
    project.canonical_id as project_id,
    project.party_id as party_id,
    null::bigint as worker_id,
    project.status,
    project.source_updated_by as edited_by,
    project.source_updated_at as since
from project
union all
select
    contract.key,
    'contract' as kind,
    contract.system,
    contract.source_id,
    contract.system_role,
    contract.canonical_id,
    contract.entity,
    null::bigint as project_id,
    contract.party_id as party_id,
    null::bigint as worker_id,
    contract.status,
    contract.source_updated_by as edited_by,
    contract.source_updated_at as since
from contract
union all
select
    worker.key,
    'worker' as kind,
    worker.system,
    worker.source_id,
    worker.system_role,
    worker.canonical_id,
    worker.entity,
    null::bigint as project_id,
    null::bigint as party_id,
    worker.canonical_id as worker_id,
    worker.status,
    worker.source_updated_by as edited_by,
    worker.source_updated_at as since
from worker
union all
select
    time_entry.key,
    'time_entry' as kind,
    time_entry.system,
    time_entry.source_id,
    time_entry.system_role,
    time_entry.canonical_id,
    time_entry.entity,
    time_entry.project_id as project_id,
    null::bigint as party_id,
    time_entry.worker_id as worker_id,
    time_entry.status,
    time_entry.source_updated_by as edited_by,
    time_entry.source_updated_at as since
from time_entry
union all
select
    expense_item.key,
    'expense_item' as kind,
    expense_item.system,
    expense_item.source_id,
    expense_item.system_role,
    expense_item.canonical_id,
    expense_item.entity,
    expense_item.project_id as project_id,
    null::bigint as party_id,
    expense_item.worker_id as worker_id,
    expense_item.status,
    expense_item.source_updated_by as edited_by,
    expense_item.source_updated_at as since
from expense_item
union all
select
    billing_event.key,
    'billing_event' as kind,
    billing_event.system,
    billing_event.source_id,
    billing_event.system_role,
    billing_event.canonical_id,
    billing_event.entity,
    billing_event.project_id as project_id,
    null::bigint as party_id,
    null::bigint as worker_id,
    billing_event.status,
    billing_event.source_updated_by as edited_by,
    billing_event.source_updated_at as since
from billing_event
union all
select
    invoice.key,
    'invoice' as kind,
    invoice.system,
    invoice.source_id,
    invoice.system_role,
    invoice.canonical_id,
    invoice.entity,
    invoice.project_id as project_id,
    invoice.party_id as party_id,
    null::bigint as worker_id,
    invoice.status,
    invoice.source_updated_by as edited_by,
    invoice.source_updated_at as since
from invoice
union all
select
    accounting_period.key,
    'accounting_period' as kind,
    accounting_period.system,
    accounting_period.source_id,
    accounting_period.system_role,
    accounting_period.canonical_id,
    accounting_period.entity,
    null::bigint as project_id,
    null::bigint as party_id,
    null::bigint as worker_id,
    accounting_period.status,
    accounting_period.source_updated_by as edited_by,
    accounting_period.source_updated_at as since
from accounting_period;
