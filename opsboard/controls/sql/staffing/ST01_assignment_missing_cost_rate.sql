-- ST01 Assignment without a cost rate
--
-- Whoever is booked on a project needs an approved cost rate on every working day of the booking,
-- or the ERP cannot cost the time. A gap that holds only weekend days does not matter, nor does one
-- more than 60 days ahead. Rates themselves are never shown here.
--
-- slug: assignment_missing_cost_rate
-- workflow: staffing
-- class: data_quality
-- owner: hr_operations
-- population: assignment where system_role = 'psa'
-- against: cost_rate
-- feeds: psa.assignment, any.cost_rate
-- watches: assignment
--   time_entry.worker_id -> worker_id
--   worker.canonical_id -> worker_id
--   project.canonical_id -> project_id
--   cost_rate -> any
-- sides: psa, erp
-- period: CO-C, CO-L
-- parameters: grace_minutes = 240, days_ahead = 60
-- specification: domain ST01; the estimate is the median rate of the entity, hours planned over the
--   gap count as exposure
-- remediation:
--   1. Ask HR operations for the rate of the days in question.
--   2. Enter it, with its dates, in the system that owns cost rates.
--   3. Have the ERP cost the affected time again; waiting postings follow by themselves.
select
    booking.key as subject,
    booking.status not in ('confirmed', 'active')
        or coalesce(worker.zero_cost_allowed, false) as out_of_scope,
    case when gap.first_day is not null
        then greatest(
            case when worked.hours > 0 then booking.confirmed_at
                else after_working_minutes('default', booking.confirmed_at, %(grace_minutes)s) end,
            (gap.first_day - %(days_ahead)s)::timestamp at time zone 'UTC'
        )
    end as look_at,
    worked.hours * median.rate as cost_at_risk,
    booking.planned_hours * gap.days / nullif(span.days, 0) * median.rate as exposure_only,
    median.currency as currency,
    median.currency as cost_currency,
    true as is_estimated,
    booking.entity,
    booking.project_id,
    booking.worker_id,
    gap.first_day as service_date,
    coalesce(person.name, booking.worker) || ' is booked on '
        || coalesce(work.code, booking.project) || ' without a cost rate from '
        || to_char(gap.first_day, 'FMDD FMMonth') || ' to '
        || to_char(gap.last_day, 'FMDD FMMonth') as title,
    'cost_rate_missing' as root_cause,
    'worker:' || booking.worker_id as root_entity,
    coalesce(person.name, booking.worker) || ' has no cost rate' as cause_title,
    coalesce(person.name, booking.worker) as person,
    coalesce(work.code, booking.project) as project,
    booking.starts_on || ' to ' || booking.ends_on as psa_days,
    coalesce(gap.covered, 'none') as erp_days,
    gap.days as working_days_without_rate,
    worked.hours as hours_worked_in_gap,
    booking.planned_hours
from assignment booking
left join entity person on person.id = booking.worker_id
left join entity work on work.id = booking.project_id
left join worker on worker.key = booking.system || ':' || booking.worker
left join lateral (
    select range_agg(daterange(cost_rate.valid_from, cost_rate.valid_to, '[]')) as days
    from cost_rate
    where cost_rate.worker_id = booking.worker_id
      and cost_rate.status in ('approved', 'active')
      and cost_rate.rate > 0
) covered on true
cross join lateral (
    select
        min(day)::date as first_day,
        max(day)::date as last_day,
        count(day) as days,
        (datemultirange(daterange(booking.starts_on, booking.ends_on, '[]')) * covered.days)::text
            as covered
    from generate_series(booking.starts_on, booking.ends_on, interval '1 day') day
    where extract(isodow from day) < 6
      and not coalesce(covered.days, '{}') @> day::date
) gap
cross join lateral (
    select count(*) as days
    from generate_series(booking.starts_on, booking.ends_on, interval '1 day') day
    where extract(isodow from day) < 6
) span
left join lateral (
    select coalesce(sum(entry.hours), 0) as hours
    from time_entry entry
    where entry.worker_id = booking.worker_id
      and entry.project_id = booking.project_id
      and entry.status in ('approved', 'posted', 'billed')
      and entry.work_date between gap.first_day and gap.last_day
      and not coalesce(covered.days, '{}') @> entry.work_date
) worked on true
left join lateral (
    select
        percentile_disc(0.5) within group (
            order by peer.rate / case peer.unit when 'day' then 8 else 1 end
        ) as rate,
        peer.currency
    from cost_rate peer
    where peer.status in ('approved', 'active')
      and peer.rate > 0
    group by peer.currency
    order by count(*) desc, peer.currency
    limit 1
) median on gap.first_day is not null
where booking.system_role = 'psa'
