-- R05 What was earned is recognised
--
-- In each period that is over, what every contract earned by its own method is what the ERP
-- recognised, within the tolerance of RV01. A difference is open until it is recognised, or booked
-- with approval.
--
-- slug: revenue
-- unit: amount
-- left: what the contract earned in the period: posted work, accepted milestones, progress
-- right: what the ERP recognised
-- explained_by: RV01
-- sensitive: B
-- feeds: erp.revenue_schedule, erp.revenue_event, psa.time_entry, psa.expense_item,
--   psa.billing_event
-- parameters_of: RV01
-- specification: domain C.12 R5. Progress is known for the last closed period alone: earlier
--   ones of such contracts count as they were recognised
select
    period.schedule_key || ':' || period.starts_on as key,
    array[period.schedule_key] as subjects,
    coalesce(work.code, schedule.project) as what,
    schedule.entity,
    period.starts_on as day,
    schedule.currency,
    amount.earned as came_in,
    amount.recognised as went_out,
    amount.earned - amount.recognised as open,
    case when amount.is_near then amount.earned - amount.recognised else 0 end as agreed,
    case
        when period.earned is null then 'as recognised, progress not known'
        when amount.earned = amount.recognised then 'recognised'
        when amount.is_near then 'recognised within the tolerance'
        when period.recognised is null then 'not recognised'
        else 'another amount recognised'
    end as bucket,
    false as confirmed,
    false as waits
from revenue_period period
join revenue_schedule schedule on schedule.key = period.schedule_key
left join entity work on work.id = schedule.project_id
cross join lateral (
    select
        coalesce(period.earned, period.recognised, 0) as earned,
        coalesce(period.recognised, 0) as recognised,
        abs(coalesce(period.earned, period.recognised, 0) - coalesce(period.recognised, 0))
            <= greatest(%(tolerance)s, abs(period.earned) * %(tolerance_permille)s / 1000)
            as is_near
) amount
where schedule.system_role = 'erp'
  and schedule.status not in ('not_started', 'on_hold')
  and schedule.method not in ('', 'point_in_time')
