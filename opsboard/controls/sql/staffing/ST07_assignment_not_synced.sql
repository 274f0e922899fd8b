-- ST07 Booking missing from the financial forecast
--
-- A confirmed booking must stand in the ERP's forecast of hours: for the same person and project, on the
-- same days, with the same hours. One that was only pencilled in is not forecast.
--
-- slug: assignment_not_synced
-- workflow: staffing
-- class: retryable
-- owner: integration_support
-- population: assignment where system_role = 'psa'
-- against: assignment where system_role = 'erp'
-- feeds: psa.assignment, erp.assignment
-- watches: assignment
--   assignment.worker_id -> worker_id
--   project.canonical_id -> project_id
--   worker.canonical_id -> worker_id
--   cost_rate.worker_id -> worker_id
--   cost_rate -> any
--   work_calendar -> any
--   accounting_period -> any
--   legal_entity -> any
-- sides: psa, erp
-- cause: ladder
-- severity: cap medium
-- period: CO-N
-- parameters: grace_minutes = 240, tolerance_minutes = 30
-- specification: domain ST07; the ERP's rows are found by person, project and days, since it knows the
--   booking under a number of its own, and versions of two systems are not comparable: what they say
--   is. Remaining are the hours from the first day that may still be posted
-- remediation:
--   1. Look for the booking's message in the middleware, and why the ERP has not taken it.
--   2. Have the PSA send the booking again; never type it into the ERP.
--   3. Where a person, project or role is not mapped, mend the mapping first.
select
    booking.key as subject,
    booking.status not in ('confirmed', 'active') as out_of_scope,
    case when booking.status in ('confirmed', 'active')
        and (copy.key is null or copy.differs)
        then after_working_minutes(home.calendar, coalesce(
            case when copy.key is null then booking.confirmed_at end,
            booking.source_updated_at,
            booking.confirmed_at
        ), %(grace_minutes)s)
    end as look_at,
    remaining.hours * cost.per_hour as exposure_only,
    cost.currency as currency,
    cost.currency as cost_currency,
    coalesce(cost.is_estimated, false) as is_estimated,
    booking.entity,
    booking.project_id,
    booking.worker_id,
    booking.starts_on as service_date,
    booking.confirmed_at as event_at,
    coalesce(person.name, booking.worker) || '''s booking on '
        || coalesce(work.code, booking.project)
        || case when copy.key is null then ' is missing from the ERP''s forecast'
            else ' differs from the ERP''s forecast' end as title,
    coalesce(person.name, booking.worker) as person,
    coalesce(work.code, booking.project) as project,
    booking.starts_on || ' to ' || booking.ends_on as psa_days,
    coalesce(copy.starts_on || ' to ' || copy.ends_on, 'none') as erp_days,
    booking.planned_hours as psa_hours,
    coalesce(copy.planned_hours, 0) as erp_hours,
    remaining.hours as remaining_hours
from assignment booking
left join entity_calendar home on home.entity = booking.entity
left join entity person on person.id = booking.worker_id
left join entity work on work.id = booking.project_id
left join open_from on open_from.entity = booking.entity
left join lateral (
    select
        known.key,
        known.starts_on,
        known.ends_on,
        known.planned_hours,
        known.starts_on <> booking.starts_on
            or known.ends_on <> booking.ends_on
            or abs(known.planned_hours - booking.planned_hours) * 60 > %(tolerance_minutes)s
            as differs
    from assignment known
    where known.worker_id = booking.worker_id
      and known.project_id = booking.project_id
      and known.system_role = 'erp'
      and known.status <> 'cancelled'
      and known.starts_on <= booking.ends_on
      and known.ends_on >= booking.starts_on
    order by
        known.starts_on = booking.starts_on and known.ends_on = booking.ends_on desc,
        known.key
    limit 1
) copy on true
left join lateral (
    select coalesce(sum(day.hours), 0) as hours
    from booking_day day
    where (copy.key is null or copy.differs)
      and day.key = booking.key
      and day.day >= coalesce(open_from.day, booking.starts_on)
) remaining on true
left join lateral (
    select
        case when free.is_free then 0 else coalesce(known.per_hour, guess.per_hour) end as per_hour,
        coalesce(known.currency, guess.currency) as currency,
        known.per_hour is null and not free.is_free as is_estimated
    from (
        select exists (
            select from worker
            where worker.canonical_id = booking.worker_id
              and worker.zero_cost_allowed
        ) as is_free
    ) free
    left join lateral (
        select usable.per_hour, usable.currency
        from usable_cost_rate usable
        where usable.worker_id = booking.worker_id
        order by usable.type = 'loaded' desc, usable.valid_from desc, usable.key
        limit 1
    ) known on true
    left join booking_cost_estimate guess
      on known.per_hour is null
     and guess.key = booking.key
    where copy.key is null or copy.differs
    limit 1
) cost on true
where booking.system_role = 'psa'
