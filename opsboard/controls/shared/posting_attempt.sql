-- Whatever tried to get into the project ledger, by accounting day: time and expenses whose posting was
-- refused at least once, under their own keys, and the lines that stand in it.
create view posting_attempt as
select
    step.key,
    step.system,
    step.system_role,
    step.kind,
    step.entity,
    step.worker,
    step.worker_id,
    step.project,
    step.project_id,
    step.service_date as accounting_date,
    step.service_date,
    step.status,
    step.hours,
    step.key as source_key,
    null::timestamptz as posted_at,
    true as was_refused
from approval_step step
where exists (
    select from integration_message message
    where message.subject_key = step.key
      and message.outcome = 'rejected'
)
union all
select
    line.key,
    line.system,
    line.system_role,
    'project_actual' as kind,
    line.entity,
    line.worker,
    line.worker_id,
    line.project,
    line.project_id,
    coalesce(line.accounting_date, line.work_date) as accounting_date,
    line.work_date as service_date,
    line.status,
    line.hours,
    line.source_key,
    line.posted_at,
    false as was_refused
from project_actual line
where line.system_role = 'erp';
