-- ST01 Assignment without a cost rate
--
-- Whoever is booked on a project needs an approved cost rate on every working day of the booking,
-- and on every day with approved time, or the ERP cannot cost the time. Whoever has no rate of their
-- own may be costed at the standard of their role, where the firm allows it. A gap of days off alone
-- does not matter, nor does one more than 60 days ahead. Time that was posted at no cost stays a
-- finding until it is costed again. Rates themselves are never shown here.
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
--   project_actual.worker_id -> worker_id
--   worker.canonical_id -> worker_id
--   project.canonical_id -> project_id
--   cost_rate.worker_id -> worker_id
--   cost_rate -> any
--   work_calendar -> any
--   accounting_period -> any
--   legal_entity -> any
--   role -> any
-- sides: psa, erp
-- period: CO-C, CO-L
-- parameters: grace_minutes = 240, days_ahead = 60, exposed_days = 30, standard_allowed = 1
-- specification: domain ST01; the estimate is the standard rate of the role, else the median of its
--   grade in the legal entity. A rate counts in the booking's or the person's own legal entity, a
--   transfer rate in any; missing exchange rates are MD11's. The window begins with the booking, so
--   that the lock of a period clears nothing; a booking that is over stays in it while its time
--   waits for a rate. Exposed are the hours of the first 30 days of the gap that may still be posted
-- remediation:
--   1. Ask HR operations for the rate of the days in question; for a contractor, the project office.
--   2. Enter it, with its dates, in the system that owns cost rates.
--   3. Have the ERP cost the affected time again; waiting postings follow by themselves.
select
    booking.key as subject,
    booking.status not in ('confirmed', 'active', 'completed')
        or exists (
            select from worker
            where worker.canonical_id = booking.worker_id
              and worker.zero_cost_allowed
        ) as out_of_scope,
    case when gap.first_day is not null
        then greatest(
            case when worked.hours > 0 or free.hours > 0 then booking.confirmed_at
                else after_working_minutes(home.calendar, booking.confirmed_at, %(grace_minutes)s) end,
            (gap.first_day - %(days_ahead)s)::timestamp at time zone 'UTC'
        )
    end as look_at,
    (worked.hours + free.hours) * estimate.per_hour as cost_at_risk,
    booking.planned_hours * planned.exposed / nullif(planned.days, 0) * estimate.per_hour
        as exposure_only,
    case when worked.hours > 0 or free.hours > 0 then jsonb_build_object(
        'cost_at_risk', (
            select jsonb_object_agg(part.atom, part.hours * estimate.per_hour)
            from (
                select unnest(worked.atoms) as atom, unnest(worked.parts) as hours
                union all
                select unnest(free.atoms), unnest(free.parts)
            ) part
        )
    ) end as claims,
    estimate.currency as currency,
    estimate.currency as cost_currency,
    true as is_estimated,
    case when free.hours > 0 then 'medium' end as severity_floor,
    booking.entity,
    booking.project_id,
    booking.worker_id,
    gap.first_day as service_date,
    coalesce(person.name, booking.worker) || ' is booked on '
        || coalesce(work.code, booking.project)
        || case when planned.bare > 0 or worked.hours > 0 then ' without a cost rate from '
            else ', and time was posted at no cost from ' end
        || to_char(gap.first_day, 'FMDD FMMonth') || ' to '
        || to_char(gap.last_day, 'FMDD FMMonth') as title,
    'cost_rate_missing' as root_cause,
    coalesce('role:' || covered.role_id, 'worker:' || booking.worker_id) as root_entity,
    case when covered.role_id is not null
        then 'The standard cost rate of ' || coalesce(part.name, booking.role) || ' is missing'
        else coalesce(person.name, booking.worker) || ' has no cost rate' end as cause_title,
    coalesce(person.name, booking.worker) as person,
    coalesce(work.code, booking.project) as project,
    booking.starts_on || ' to ' || booking.ends_on as psa_days,
    coalesce(
        nullif((datemultirange(span.days) * covered.days)::text, '{}'),
        'none'
    ) as erp_days,
    planned.bare as working_days_without_rate,
    worked.hours as hours_worked_in_gap,
    free.hours as hours_posted_at_no_cost,
    booking.planned_hours
from assignment booking
left join entity_calendar home on home.entity = booking.entity
left join entity person on person.id = booking.worker_id
left join entity work on work.id = booking.project_id
left join worker on worker.key = booking.system || ':' || booking.worker
left join open_from on open_from.entity = booking.entity
cross join lateral (
    select daterange(booking.starts_on, greatest(booking.starts_on, booking.ends_on), '[]') as days
) span
cross join lateral (
    select
        coalesce(range_agg(daterange(rate.valid_from, rate.valid_to, '[]')), '{}') as days,
        min(rate.role_id) as role_id
    from usable_cost_rate rate
    where rate.worker_id = booking.worker_id
      and (not rate.is_standard or %(standard_allowed)s = 1)
      and (
          rate.type = 'transfer'
          or rate.entity is null
          or coalesce(rate.entity in (booking.entity, worker.entity), true)
      )
) covered
left join entity part on part.id = covered.role_id
cross join lateral (
    -- A worker who names no calendar has the days off of them all.
    select coalesce(range_agg(daterange(off.day, off.day, '[]')), '{}') as days
    from work_calendar off
    where (off.standard_hours = 0 or off.is_holiday)
      and off.day <@ span.days
      and (off.calendar = worker.calendar or coalesce(worker.calendar, '') = '')
) rest
cross join lateral (
    select
        count(day) as days,
        count(day) filter (where bare) as bare,
        min(day) filter (where bare) as first_day,
        max(day) filter (where bare) as last_day,
        count(day) filter (
            where bare and day >= since and day < since + %(exposed_days)s
        ) as exposed
    from (
        select
            day,
            bare,
            greatest(min(day) filter (where bare) over (), open_from.day) as since
        from (
            select
                day::date as day,
                booking.status <> 'completed' and not covered.days @> day::date as bare
            from generate_series(booking.starts_on, booking.ends_on, interval '1 day') day
            where extract(isodow from day) < 6
              and not rest.days @> day::date
        ) working
    ) judged
) planned
cross join lateral (
    -- Approved and not posted at a cost; what was is costed by some other rate.
    select
        coalesce(sum(entry.hours), 0) as hours,
        min(entry.work_date) as first_day,
        max(entry.work_date) as last_day,
        array_agg(entry.key order by entry.key) as atoms,
        array_agg(entry.hours order by entry.key) as parts
    from time_entry entry
    where entry.system = booking.system
      and entry.worker = booking.worker
      and entry.project = booking.project
      and entry.status in ('approved', 'posted', 'billed')
      and entry.hours <> 0
      and entry.work_date <@ span.days
      and not covered.days @> entry.work_date
      and not exists (
          select from posted_actual actual
          where actual.source_key = entry.key
      )
) worked
cross join lateral (
    select
        coalesce(sum(line.hours), 0) as hours,
        min(line.work_date) as first_day,
        max(line.work_date) as last_day,
        array_agg(line.atom order by line.atom) as atoms,
        array_agg(line.hours order by line.atom) as parts
    from (
        select
            coalesce(nullif(actual.source_key, ''), actual.key) as atom,
            min(actual.work_date) as work_date,
            sum(actual.hours) as hours
        from posted_actual actual
        where actual.worker_id = booking.worker_id
          and actual.project_id = booking.project_id
          and actual.work_date <@ span.days
          and actual.txn_type in ('labour', 'reversal')
          and coalesce(actual.cost_amount, 0) = 0
        group by 1
        having sum(actual.hours) > 0
    ) line
) free
cross join lateral (
    select
        least(planned.first_day, worked.first_day, free.first_day) as first_day,
        greatest(planned.last_day, worked.last_day, free.last_day) as last_day
) gap
left join lateral (
    select booking_cost_estimate.per_hour, booking_cost_estimate.currency
    from booking_cost_estimate
    where gap.first_day is not null
      and booking_cost_estimate.key = booking.key
    limit 1
) estimate on true
where booking.system_role = 'psa'
