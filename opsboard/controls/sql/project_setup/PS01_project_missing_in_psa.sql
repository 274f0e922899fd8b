-- PS01 Signed work without a project in the PSA
--
-- A working day after a statement of work or a call-off was signed, the PSA must hold a project for
-- it, or nobody can be booked and no time can be entered. A project counts by its contract, or by
-- the opportunity that both came from.
--
-- slug: project_missing_in_psa
-- workflow: project_setup
-- class: data_quality
-- owner: pmo
-- population: contract where system_role = 'crm'
-- against: project where system_role = 'psa'
-- feeds: crm.contract, psa.project
-- watches: contract
--   project.contract_id -> canonical_id
--   project.party_id -> party_id
--   opportunity.canonical_id -> opportunity_id
--   party.canonical_id -> party_id
--   legal_entity -> any
-- sensitive: contract_value=B
-- period: CO-C
-- parameters: grace_days = 1
-- specification: domain PS01. What delivery does not do is told by the opportunity's service type:
--   product, resale or licence. Revenue at risk is the part of the contract's days that had passed,
--   and the severity's floor how near the start was, on the day the project was due: a control does
--   not ask what day it is. It matters to the close whenever the contract starts
-- remediation:
--   1. Open the trace of the contract's message; send it again if it was lost.
--   2. If it was refused, correct customer, legal entity or template in the CRM and send it again.
--   3. Do not key the project into the PSA by hand: that is how two projects for one contract arise.
select
    contract.key as subject,
    contract.type not in ('sow', 'call_off')
        or contract.status not in ('signed', 'active', 'amended')
        or contract.signed_at is null
        or coalesce(sold.service_type in ('product', 'resale', 'licence'), false) as out_of_scope,
    case when not delivery.is_set_up then due.at end as look_at,
    contract.tcv * greatest(0, due.day - contract.starts_on)
        / nullif(contract.ends_on - contract.starts_on + 1, 0) as revenue_at_risk,
    contract.currency,
    case
        when contract.starts_on <= due.day then 'high'
        when contract.starts_on <= due.day + 5 then 'medium'
    end as severity_floor,
    contract.entity,
    contract.party_id,
    contract.starts_on as service_date,
    'Contract ' || contract.number || ' with ' || coalesce(customer.name, contract.party)
        || ' was signed on ' || to_char(contract.signed_at, 'FMDD FMMonth')
        || ' and has no project in the PSA' as title,
    'project_missing_in_psa' as root_cause,
    contract.key as root_entity,
    contract.number as contract,
    coalesce(customer.name, contract.party) as customer,
    contract.signed_at,
    contract.starts_on,
    contract.ends_on,
    contract.tcv as contract_value
from contract
left join entity customer on customer.id = contract.party_id
left join entity_calendar home on home.entity = contract.entity
left join lateral (
    select opportunity.service_type
    from opportunity
    where opportunity.key = contract.system || ':' || contract.opportunity
) sold on true
cross join lateral (
    select
        exists (
            select from project
            where project.contract_id = contract.canonical_id
              and project.system_role = 'psa'
        )
        -- The way by the customer has an index, that by the opportunity alone has none.
        or exists (
            select from project
            where project.party_id = contract.party_id
              and project.opportunity_id = contract.opportunity_id
              and project.system_role = 'psa'
        ) as is_set_up
) delivery
cross join lateral (
    select due_at as at, due_at::date as day
    from after_business_days(home.calendar, contract.signed_at, %(grace_days)s) due_at
) due
where contract.system_role = 'crm'
