-- The contract is not active
--
-- workflow: project_setup
-- class: business_rule
-- watches: contract -> findings
--   project -> findings
-- remediation:
--   1. Ask the account's owner whether the contract still stands: signed, suspended or over.
--   2. Have it activated where contracts are kept, or stop the work; then post again.
with agreed as materialized (
    -- The CRM's word counts; where it has none, the copy that speaks.
    select distinct on (work.canonical_id)
        work.canonical_id as project_id,
        contract.canonical_id as contract_id,
        contract.number,
        contract.status
    from project work
    join contract on contract.canonical_id = work.contract_id
    where work.canonical_id = any(array(select distinct project_id from failing))
    order by work.canonical_id, contract.system_role = 'crm' desc, contract.key
)
select
    failing.subject,
    'contract:' || agreed.contract_id as root_entity,
    'Contract ' || agreed.number || ' is ' || replace(agreed.status, '_', ' ') as title
from failing
join agreed on agreed.project_id = failing.project_id
where agreed.status in ('draft', 'in_approval', 'suspended', 'terminated')
