-- ST05 Booking for someone who cannot work
--
-- A booking must lie on days on which the person can work, by the word of HR or of whoever supplies
-- contractors. That is not before the first day, not during full leave, and not after the end of a
-- contract. Leavers with a known last day are WL03's. Who came back under another number is there.
--
-- slug: assignment_inactive_worker
-- workflow: staffing
-- class: data_quality
-- owner: pmo
-- population: assignment where system_role = 'psa'
-- against: worker where system_role in ('hcm', 'procurement')
-- feeds: psa.assignment, hcm.worker
-- watches: assignment
--   worker.canonical_id -> worker_id
--   project.canonical_id -> project_id
--   revenue_schedule.project_id -> project_id
--   forecast_line.project_id -> project_id
--   work_calendar -> any
--   legal_entity -> any
-- sides: psa, hcm
-- severity: cap high
-- period: CO-N
-- parameters: grace_minutes = 540, exposed_days = 30
-- specification: domain ST05; one working day of nine hours. A leave of HR's has a beginning and no
--   end, so it counts until HR says that it is over; partial leave is less time, not leave. Exposed
--   are the hours of the first 30 days on which the person cannot work
-- remediation:
--   1. Ask HR operations whether the person's status is right.
--   2. If it is, end the booking or give it to somebody else in the PSA.
--   3. If it is not, have it corrected in HR; the booking may then stand.
select
    booking.key as subject,
    booking.status not in ('proposed', 'tentative', 'confirmed', 'active') as out_of_scope,
    case when away.first_day is not null
        then after_working_minutes(
            home.calendar, greatest(booking.confirmed_at, away.since), %(grace_minutes)s
        )
    end as look_at,
    lost.hours * price.per_hour as exposure_only,
    price.currency as currency,
    price.is_estimated,
    booking.entity,
    booking.project_id,
    booking.worker_id,
    away.first_day as service_date,
    coalesce(person.name, booking.worker) || ' is booked on '
        || coalesce(work.code, booking.project) || ' and ' || away.told || ' '
        || to_char(away.first_day, 'FMDD FMMonth') as title,
    'worker_inactive' as root_cause,
    'worker:' || booking.worker_id as root_entity,
    coalesce(person.name, booking.worker) || ' cannot work as booked' as cause_title,
    coalesce(person.name, booking.worker) as person,
    coalesce(work.code, booking.project) as project,
    booking.starts_on || ' to ' || booking.ends_on as psa_days,
    booking.status as psa_status,
    hr.status as hcm_status,
    hr.hired_on as hcm_first_day,
    hr.contract_ends_on as hcm_contract_end,
    lost.hours as hours_at_stake
from assignment booking
left join entity_calendar home on home.entity = booking.entity
left join entity person on person.id = booking.worker_id
left join entity work on work.id = booking.project_id
left join lateral (
    select
        copy.status,
        copy.person_id,
        copy.hired_on,
        copy.contract_ends_on,
        copy.terminated_on,
        copy.status_effective_at,
        (copy.status_effective_at at time zone 'UTC')::date as effective_on
    from worker copy
    where copy.canonical_id = booking.worker_id
      and copy.system_role in ('hcm', 'procurement')
    order by copy.system_role, copy.key
    limit 1
) hr on true
left join lateral (
    select
        reason.first_day,
        reason.told,
        reason.since
    from (values
        (
            hr.status = 'on_leave',
            greatest(booking.starts_on, hr.effective_on),
            'is on leave from',
            hr.status_effective_at
        ),
        (hr.status = 'pre_hire' and booking.starts_on < hr.hired_on, booking.starts_on,
            'has not started yet on', booking.confirmed_at),
        (booking.ends_on > hr.contract_ends_on,
            greatest(booking.starts_on, hr.contract_ends_on + 1),
            'has no contract from', booking.confirmed_at)
    ) reason (holds, first_day, told, since)
    where reason.holds
      and booking.status in ('proposed', 'tentative', 'confirmed', 'active')
      and reason.first_day <= booking.ends_on
      -- Whose last day is known is WL03's.
      and hr.terminated_on is null
      and hr.status not in ('notice', 'terminated', 'contract_ended')
      and not exists (
          -- Only of whom a reason holds: people are not found by their person.
          select from worker again
          where reason.holds
            and hr.person_id <> ''
            and again.person_id = hr.person_id
            and again.canonical_id <> booking.worker_id
            and again.system_role in ('hcm', 'procurement')
            and again.status = 'active'
      )
    order by reason.first_day
    limit 1
) away on true
left join lateral (
    select sum(day.hours) as hours
    from booking_day day
    where away.first_day is not null
      and booking.billable
      and day.key = booking.key
      and day.day >= away.first_day
      and day.day < away.first_day + %(exposed_days)s
) lost on true
left join lateral (
    select
        coalesce(nullif(booking.bill_rate, 0), share.per_hour, 0) as per_hour,
        coalesce(nullif(booking.bill_currency, ''), share.currency, project.currency) as currency,
        nullif(booking.bill_rate, 0) is null and share.per_hour is not null as is_estimated
    from project
    left join fixed_price_hour share on share.key = project.key
    where away.first_day is not null
      and project.key = booking.system || ':' || booking.project
    limit 1
) price on true
where booking.system_role = 'psa'
