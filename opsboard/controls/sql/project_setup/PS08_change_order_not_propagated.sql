-- PS08 Change order missing downstream
--
-- An approved change order must be known to delivery within a working day, or people go on working to
-- the old plan, and to finance within two, or it is neither billed nor recognised. Both show it by a
-- copy of their own that is approved or applied; a change of a fixed price also by the further line
-- in the billing plan.
--
-- slug: change_order_not_propagated
-- workflow: project_setup
-- class: business_rule
-- owner: pmo
-- population: change_order where system_role = 'crm'
-- against: change_order where system_role in ('psa', 'erp')
-- feeds: crm.change_order, psa.change_order, erp.change_order
-- watches: change_order
--   change_order.canonical_id -> canonical_id
--   project.canonical_id -> project_id
--   contract.canonical_id -> contract_id
--   integration_message.subject_key -> key
--   legal_entity -> any
-- sides: psa, erp
-- sensitive: delta_value=B
-- cause: ladder
-- period: CO-C
-- parameters: psa_days = 1, erp_days = 2
-- specification: domain PS08. A change of dates alone needs no schedule in finance, and one that is
--   treated as a contract of its own is not looked for under this one. Whether budget, billing plan
--   and revenue schedule carry the right sum is PS07's, whether revenue decided a treatment RV08's.
--   History that was altered by a change order leaves no mark in the kinds
-- remediation:
--   1. Send the change order again to the system that lacks it.
--   2. If it was refused, correct what the refusal names in the CRM first.
--   3. Have finance extend the billing plan and the revenue schedule; never alter posted actuals.
select
    change.key as subject,
    change.status not in ('approved', 'applied') or change.approved_at is null as out_of_scope,
    case when change.status in ('approved', 'applied') then least(
        case when not delivery.knows
            then after_business_days(home.calendar, change.approved_at, %(psa_days)s)
        end,
        case when not finance.knows and change.type <> 'term'
                and change.modification_treatment <> 'separate_contract'
            then after_business_days(home.calendar, change.approved_at, %(erp_days)s)
        end
    ) end as look_at,
    abs(change.delta_value) as revenue_at_risk,
    change.currency,
    change.entity,
    change.project_id,
    change.approved_at as event_at,
    'Change order ' || change.number || ' of ' || coalesce(work.code, agreed.code, change.contract)
        || ', approved on ' || to_char(change.approved_at, 'FMDD FMMonth') || ', is unknown to '
        || concat_ws(' and ',
            case when not delivery.knows then 'the PSA' end,
            case when not finance.knows then 'the ERP' end) as title,
    change.number as change_order,
    agreed.code as contract,
    coalesce(work.code, change.project) as project,
    change.type,
    change.approved_at,
    change.effective_on,
    change.delta_value,
    delivery.status as psa_status,
    finance.status as erp_status
from change_order change
left join entity work on work.id = change.project_id
left join entity agreed on agreed.id = change.contract_id
left join entity_calendar home on home.entity = change.entity
cross join lateral (
    select
        coalesce(bool_or(copy.status in ('approved', 'applied')), false) as knows,
        coalesce(max(copy.status), 'none') as status
    from change_order copy
    where copy.canonical_id = change.canonical_id
      and copy.system_role = 'psa'
) delivery
cross join lateral (
    select
        coalesce(bool_or(copy.status in ('approved', 'applied')), false) as knows,
        coalesce(max(copy.status), 'none') as status
    from change_order copy
    where copy.canonical_id = change.canonical_id
      and copy.system_role = 'erp'
) finance
where change.system_role = 'crm'
