-- R06 Unbilled and deferred balances roll forward
--
-- What contracts carried forward, plus what was recognised, less what was invoiced, is the balance
-- that the ERP carries forward: unbilled where it is above zero, deferred where it is below.
--
-- slug: unbilled_deferred
-- unit: amount
-- left: recognised revenue, by period
-- right: what was invoiced since the period before; closing is compared with the ERP's own
--   balance
-- explained_by: RV04
-- sensitive: B
-- feeds: erp.revenue_schedule, erp.revenue_event, erp.invoice
-- parameters_of: RV04
-- specification: domain C.12 R6, contract by contract, in its currency. A period without any
--   revenue event tells no balance: what was invoiced in it counts in the next one that does
select
    period.schedule_key || ':' || period.starts_on as key,
    array[period.schedule_key] as subjects,
    coalesce(work.code, schedule.project) as what,
    schedule.entity,
    period.starts_on as day,
    schedule.currency,
    period.recognised as came_in,
    period.billed as went_out,
    period.recognised - period.billed as open,
    case when gap.amount between - %(tolerance)s and %(tolerance)s
        then period.recognised - period.billed
        else period.closing - period.opening
    end as agreed,
    case
        when gap.amount not between - %(tolerance)s and %(tolerance)s then 'does not roll forward'
        when period.closing >= 0 then 'unbilled'
        else 'deferred'
    end as bucket,
    false as confirmed,
    false as waits
from revenue_period period
join revenue_schedule schedule on schedule.key = period.schedule_key
left join entity work on work.id = schedule.project_id
cross join lateral (
    select period.opening + period.recognised - period.billed - period.closing as amount
) gap
where schedule.system_role = 'erp'
  and period.recognised is not null
