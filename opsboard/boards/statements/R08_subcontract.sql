-- R08 Subcontractors' work is in the cost of its projects
--
-- What was done on each purchase order in a month, told by approved time at the order's rate or by
-- what the vendor charged, is captured or accrued as cost of the project, within the tolerance of
-- EX04.
--
-- slug: subcontract
-- unit: amount
-- left: work done on the order in the month
-- right: cost captured on the project, and accruals that name the order
-- explained_by: EX04
-- sensitive: L
-- feeds: procurement.purchase_commitment, any.supplier_charge, psa.time_entry,
--   erp.project_actual
-- parameters_of: EX04
-- specification: domain C.12 R8, by order and month as EX04 judges it, with its tolerance for
--   the month
with ordered as (
    select
        commitment.*,
        place.project_id as works_on
    from purchase_commitment commitment
    left join lateral (
        select copy.project_id
        from purchase_commitment copy
        where copy.canonical_id = commitment.canonical_id
          and copy.project_id is not null
        order by copy.system_role = 'procurement' desc, copy.system_role = 'erp' desc, copy.key
        limit 1
    ) place on true
    where commitment.system_role = 'procurement'
      and commitment.status not in ('draft', 'cancelled')
),
month as (
    select
        ordered.key,
        greatest(first::date, ordered.starts_on) as starts_on,
        least((first + interval '1 month - 1 day')::date, ordered.ends_on) as ends_on,
        first::date as first_day,
        (first + interval '1 month - 1 day')::date as last_day
    from ordered
    cross join lateral generate_series(
        date_trunc('month', ordered.starts_on), ordered.ends_on, interval '1 month'
    ) first
    where first <= %(today)s::date
),
worked as (
    select month.key, month.first_day, sum(entry.hours) as hours
    from month
    join ordered on ordered.key = month.key
    join time_entry entry
      on entry.worker_id = ordered.worker_id
     and entry.project_id = ordered.works_on
     and entry.system_role = 'psa'
     and entry.status in ('approved', 'posted', 'billed')
     and entry.work_date between month.starts_on and month.ends_on
    group by month.key, month.first_day
),
charged as (
    select ordered.key, date_trunc('month', charge.service_to)::date as first_day,
        sum(charge.amount) as amount
    from ordered
    join supplier_charge charge
      on charge.purchase_commitment_id = ordered.canonical_id
     and charge.worker_id = ordered.worker_id
     and charge.system_role = 'procurement'
     and charge.status in ('approved', 'posted', 'paid')
    group by 1, 2
),
captured as (
    select ordered.key, date_trunc('month', charge.service_to)::date as first_day,
        sum(actual.cost_amount) as amount
    from ordered
    join supplier_charge charge
      on charge.purchase_commitment_id = ordered.canonical_id
     and charge.worker_id = ordered.worker_id
     and charge.system_role = 'erp'
    join posted_actual actual
      on actual.source_key = charge.key
     and actual.txn_type = 'subcontract'
    group by 1, 2
),
accrued as (
    select ordered.key, date_trunc('month', journal.accounting_date)::date as first_day,
        sum(journal.debit) as amount
    from ordered
    join gl_posting journal
      on journal.source_doc = ordered.po_no
     and journal.project_id = ordered.works_on
     and journal.status = 'posted'
     and journal.reversal_of = ''
    group by 1, 2
)
select
    ordered.key || ':' || month.first_day as key,
    array[ordered.key] as subjects,
    'Order ' || ordered.po_no || ' of ' || coalesce(vendor.name, ordered.vendor) as what,
    ordered.entity,
    month.first_day as day,
    ordered.currency,
    amount.done as came_in,
    amount.cost as went_out,
    amount.done - amount.cost as open,
    case when amount.is_near then amount.done - amount.cost else 0 end as agreed,
    case
        when amount.done = amount.cost then 'captured'
        when amount.is_near then 'captured within the tolerance'
        when amount.cost = 0 then 'no cost'
        else 'cost is short'
    end as bucket,
    false as confirmed,
    month.last_day >= %(today)s::date as waits
from month
join ordered on ordered.key = month.key
left join entity vendor on vendor.id = ordered.vendor_id
left join worked on worked.key = month.key and worked.first_day = month.first_day
left join charged on charged.key = month.key and charged.first_day = month.first_day
left join captured on captured.key = month.key and captured.first_day = month.first_day
left join accrued on accrued.key = month.key and accrued.first_day = month.first_day
cross join lateral (
    select
        greatest(
            coalesce(worked.hours * ordered.rate
                / case ordered.unit when 'hour' then 1 when 'day' then %(hours_a_day)s end, 0),
            coalesce(charged.amount, 0)
        ) as done,
        coalesce(captured.amount, 0) + coalesce(accrued.amount, 0) as cost
) known
cross join lateral (
    select
        known.done,
        known.cost,
        -- More cost than work is a late invoice of an earlier month, and no cost that is missing.
        known.done - known.cost
            <= greatest(%(least_amount)s, known.done * %(tolerance_percent)s / 100) as is_near
) amount
where amount.done <> 0
   or amount.cost <> 0
