-- R11 The backlog is the same in sales, delivery and finance
--
-- What was signed, with its approved change orders, less what was recognised, is what is still to
-- be done. Delivery and finance must work on the same value of every contract and know every
-- change.
--
-- slug: backlog
-- unit: amount
-- left: contracts and approved change orders of the CRM, by signature and approval; recognised
--   revenue
-- right: the same contracts and changes in the PSA and the ERP
-- explained_by: PS07, PS08, PS01
-- sensitive: B
-- feeds: crm.contract, psa.contract, erp.contract, crm.change_order, psa.change_order,
--   erp.change_order, erp.revenue_event
-- specification: domain C.12 R11, in the contract's currency. A change of dates alone needs no
--   copy in the ERP, as in PS08. Revenue counts once, as the ERP has it
with signed as (
    select
        contract.key,
        contract.canonical_id,
        array[contract.key] as subjects,
        'Contract ' || contract.number as what,
        contract.entity,
        coalesce((contract.signed_at at time zone 'UTC')::date, contract.starts_on) as day,
        contract.currency,
        contract.tcv as amount,
        (
            select count(distinct copy.system_role)
            from contract copy
            where copy.canonical_id = contract.canonical_id
              and copy.system_role in ('psa', 'erp')
              and copy.tcv = contract.tcv
        ) as known_to,
        2 as needed
    from contract
    where contract.system_role = 'crm'
      and contract.status in ('signed', 'active', 'amended', 'suspended', 'completed')
      and contract.tcv is not null
    union all
    select
        change.key,
        change.canonical_id,
        array[change.key],
        'Change order ' || change.number,
        change.entity,
        (change.approved_at at time zone 'UTC')::date,
        change.currency,
        change.delta_value,
        (
            select count(distinct copy.system_role)
            from change_order copy
            where copy.canonical_id = change.canonical_id
              and copy.status in ('approved', 'applied')
              and (copy.system_role = 'psa' or copy.system_role = 'erp' and change.type <> 'term')
              and copy.delta_value = change.delta_value
        ),
        case when change.type = 'term' then 1 else 2 end
    from change_order change
    where change.system_role = 'crm'
      and change.status in ('approved', 'applied')
      and change.approved_at is not null
      and change.delta_value is not null
)
select
    signed.key,
    signed.subjects,
    signed.what,
    signed.entity,
    signed.day,
    signed.currency,
    signed.amount as came_in,
    0 as went_out,
    signed.amount as open,
    case when signed.known_to >= signed.needed then signed.amount else 0 end as agreed,
    case when signed.known_to >= signed.needed then 'the same in all three'
        else 'unknown, or another value, downstream' end as bucket,
    false as confirmed,
    false as waits
from signed
union all
select
    event.key,
    array[event.key],
    'Revenue of ' || coalesce(work.code, schedule.project),
    schedule.entity,
    event.accounting_date,
    event.currency,
    0,
    event.recognised,
    - event.recognised,
    - event.recognised,
    'recognised',
    false,
    false
from revenue_event event
join revenue_schedule schedule
  on schedule.system = event.system
 and schedule.source_id = event.revenue_schedule
left join entity work on work.id = schedule.project_id
where event.system_role = 'erp'
  and event.status = 'posted'
