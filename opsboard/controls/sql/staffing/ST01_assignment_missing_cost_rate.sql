-- ST01 Assignment without a cost rate
--
-- Whoever is booked on a project needs an approved cost rate on every working day of the booking,
-- and on every day with approved time, or the ERP cannot cost the time. A gap of days off alone
-- does not matter, nor does one more than 60 days ahead. Rates themselves are never shown here.
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
--   cost_rate.worker_id -> worker_id
--   cost_rate -> any
--   work_calendar -> any
--   legal_entity -> any
-- sides: psa, erp
-- period: CO-C, CO-L
-- parameters: grace_minutes = 240, days_ahead = 60
-- specification: domain ST01; the estimate is the standard rate of the role, else the median of the
--   entity. Hours planned over the whole gap count as exposure, not those of the next 30 days; the
--   window begins with the booking, not with the open period; a rate of any type and entity covers
--   a day, a role's standard rate does not; a group is one person, whatever the gap. It clears by
--   coverage alone: recosting what was posted without a rate is another control's
-- remediation:
--   1. Ask HR operations for the rate of the days in question.
--   2. Enter it, with its dates, in the system that owns cost rates.
--   3. Have the ERP cost the affected time again; waiting postings follow by themselves.
select
    booking.key as subject,
    booking.status not in ('confirmed', 'active')
        or exists (
            select from worker
            where worker.canonical_id = booking.worker_id
              and worker.zero_cost_allowed
        ) as out_of_scope,
    case when gap.first_day is not null
        then greatest(
            case when worked.hours > 0 then booking.confirmed_at
                else after_working_minutes('default', booking.confirmed_at, %(grace_minutes)s) end,
            (gap.first_day - %(days_ahead)s)::timestamp at time zone 'UTC'
        )
    end as look_at,
    worked.hours * peers.rate as cost_at_risk,
    booking.planned_hours * planned.bare / nullif(planned.days, 0) * peers.rate as exposure_only,
    peers.currency as currency,
    peers.currency as cost_currency,
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
    coalesce(
        nullif((datemultirange(span.days) * covered.days)::text, '{}'),
        'none'
    ) as erp_days,
    planned.bare as working_days_without_rate,
    worked.hours as hours_worked_in_gap,
    booking.planned_hours
from assignment booking
left join entity person on person.id = booking.worker_id
left join entity work on work.id = booking.project_id
left join worker on worker.key = booking.system || ':' || booking.worker
cross join lateral (
    select daterange(booking.starts_on, greatest(booking.starts_on, booking.ends_on), '[]') as days
) span
cross join lateral (
    select coalesce(
        range_agg(daterange(cost_rate.valid_from, cost_rate.valid_to, '[]')), '{}'
    ) as days
    from cost_rate
    where cost_rate.worker_id = booking.worker_id
      and cost_rate.status in ('approved', 'active')
      and cost_rate.rate > 0
      and coalesce(cost_rate.valid_to, 'infinity') >= cost_rate.valid_from
) covered
cross join lateral (
    -- A worker who names no calendar has the days off of them all.
    select coalesce(range_agg(daterange(off.day, off.day, '[]')), '{}') as days
    from work_calendar off
    where (off.standard_hours = 0 or off.is_holiday)
      and off.day <@ span.days
      and (off.calendar = worker.calendar or coalesce(worker.calendar, '') = '')
) free
cross join lateral (
    select
        count(day) as days,
        count(day) filter (where bare) as bare,
        min(day) filter (where bare) as first_day,
        max(day) filter (where bare) as last_day
    from (
        select day::date as day, not covered.days @> day::date as bare
        from generate_series(booking.starts_on, booking.ends_on, interval '1 day') day
        where extract(isodow from day) < 6
          and not free.days @> day::date
    ) working
) planned
cross join lateral (
    select
        coalesce(sum(entry.hours), 0) as hours,
        min(entry.work_date) as first_day,
        max(entry.work_date) as last_day
    from time_entry entry
    where entry.worker_id = booking.worker_id
      and entry.project_id = booking.project_id
      and entry.status in ('approved', 'posted', 'billed')
      and entry.work_date <@ span.days
      and not covered.days @> entry.work_date
) worked
cross join lateral (
    select
        least(planned.first_day, worked.first_day) as first_day,
        greatest(planned.last_day, worked.last_day) as last_day
) gap
left join lateral (
    select
        percentile_disc(0.5) within group (
            order by peer.rate / case peer.unit when 'day' then 8 else 1 end
        ) as rate,
        peer.currency
    from cost_rate peer
    where gap.first_day is not null
      and peer.status in ('approved', 'active')
      and peer.rate > 0
    group by
        peer.worker = '' and peer.role <> '' and peer.role = booking.role,
        peer.entity is not distinct from booking.entity,
        peer.currency
    order by
        peer.worker = '' and peer.role <> '' and peer.role = booking.role desc,
        peer.entity is not distinct from booking.entity desc,
        count(*) desc,
        peer.currency
    limit 1
) peers on true
where booking.system_role = 'psa'
