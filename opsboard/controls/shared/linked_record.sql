-- The records that the middleware links across systems: customers, contracts, projects and people, each
-- with the identity it carries itself. `bearer` is the id that it bears in every system, `belongs_to`
-- the things that make it what it is: a project its contract, a contract its customer.
create view linked_record as
select
    project.key,
    'project' as kind,
    project.system,
    project.system_role,
    project.source_id,
    project.canonical_id,
    project.code,
    project.enterprise_project_id as bearer,
    project.contract as belongs_to,
    project.contract_id as belongs_to_id,
    project.entity,
    project.source_updated_at as since,
    project.status in ('closed') as is_over
from project
union all
select
    contract.key,
    'contract',
    contract.system,
    contract.system_role,
    contract.source_id,
    contract.canonical_id,
    contract.number,
    '',
    contract.party,
    contract.party_id,
    contract.entity,
    contract.source_updated_at,
    contract.status in ('completed', 'terminated')
from contract
union all
select
    party.key,
    'party',
    party.system,
    party.system_role,
    party.source_id,
    party.canonical_id,
    party.code,
    '',
    '',
    null,
    party.entity,
    party.source_updated_at,
    party.status in ('inactive', 'merged')
from party
where party.is_customer
union all
select
    worker.key,
    'worker',
    worker.system,
    worker.system_role,
    worker.source_id,
    worker.canonical_id,
    worker.worker_no,
    worker.person_id,
    '',
    null,
    worker.entity,
    worker.source_updated_at,
    worker.status in ('terminated', 'contract_ended', 'rescinded')
from worker;
