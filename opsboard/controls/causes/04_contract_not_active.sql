-- The contract is not active
--
-- workflow: project_setup
-- class: business_rule
-- watches: contract -> findings
--   project -> findings
-- remediation:
--   1. Ask the account's owner whether the contract still stands: signed, suspended or over.
--   2. Have it activated where contracts are kept, or stop the work; then post again.
select
    failing.subject,
    'contract:' || contract.canonical_id as root_entity,
    'Contract ' || contract.number || ' is ' || replace(contract.status, '_', ' ') as title
from failing
cross join lateral (
    select contract.canonical_id, contract.number, contract.status
    from contract
    where contract.canonical_id in (
        select project.contract_id from project where project.canonical_id = failing.project_id
    )
    -- The CRM's word counts; where it has none, the copy that speaks.
    order by contract.system_role = 'crm' desc, contract.key
    limit 1
) contract
where contract.status in ('draft', 'in_approval', 'suspended', 'terminated')
