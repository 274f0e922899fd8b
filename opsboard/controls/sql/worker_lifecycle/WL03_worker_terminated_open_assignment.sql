-- WL03 Leaver still booked
--
-- As soon as HR knows that somebody leaves, and from thirty days before the last day, nothing may be
-- planned beyond it: no booking, and no live project that they lead or approve. Once they are gone,
-- their last time must be handed in and approved within five working days, or it is lost.
--
-- slug: worker_terminated_open_assignment
-- workflow: worker_lifecycle
-- class: business_rule
-- owner: pmo
-- population: worker where system_role = 'hcm'
-- against: assignment where system_role = 'psa'
-- feeds: hcm.worker, psa.assignment, psa.time_entry, psa.project
-- watches: worker
--   worker.person_id -> person_id
--   assignment.worker_id -> canonical_id
--   time_entry.worker_id -> canonical_id
--   project.project_manager_id -> canonical_id
--   project.approver_id -> canonical_id
--   work_calendar -> any
--   legal_entity -> any
-- sensitive: value_after=B, time_value=B
-- severity: floor medium
-- period: CO-N
-- parameters: grace_days = 1, days_ahead = 30, final_time_days = 5
-- specification: domain WL03. The event is received when HR's record last changed. Planned hours
--   are spread evenly over the booking's working days, and count where the booking has a price; all
--   bookings are taken to be in one currency. Open requests name no person, expenses that were not
--   handed in are not seen. Whoever is hired again within a week under another number has moved
-- remediation:
--   1. Agree the last day with HR operations; if it moved, correct it in the HR system.
--   2. End the bookings with the last day, and book somebody else for the rest.
--   3. Hand over the projects and approvals they hold, and collect their last time within five days.
select
    worker.key as subject,
    leaver.last_day is null or moved.hired as out_of_scope,
    case when not moved.hired then least(
        case when booked.bookings > 0 or led.projects > 0
            then greatest(
                after_business_days(home.calendar, worker.source_updated_at, %(grace_days)s),
                (leaver.last_day - %(days_ahead)s)::timestamp at time zone 'UTC'
            )
        end,
        case when late.hours > 0
            then after_business_days(
                home.calendar,
                (leaver.last_day + 1)::timestamp at time zone coalesce(home.zone, 'UTC'),
                %(final_time_days)s
            )
        end
    ) end as look_at,
    booked.value as exposure_only,
    late.value as revenue_at_risk,
    coalesce(booked.currency, late.currency) as currency,
    jsonb_strip_nulls(jsonb_build_object(
        'exposure_only', booked.atoms,
        'revenue_at_risk', late.atoms
    )) as claims,
    case when leaver.gone then 'high' end as severity_floor,
    worker.entity,
    worker.canonical_id as worker_id,
    leaver.last_day as service_date,
    worker.name || case when leaver.gone then ' left on ' else ' leaves on ' end
        || to_char(leaver.last_day, 'FMDD FMMonth')
        || case
            when booked.bookings > 0 then ' and is booked until '
                || to_char(booked.until, 'FMDD FMMonth') || ' on ' || booked.projects
            when led.projects > 0 then ' and still leads or approves ' || led.codes
            else ' with ' || late.hours || ' h that were not approved'
        end as title,
    'leaver_booked' as root_cause,
    'worker:' || worker.canonical_id as root_entity,
    worker.name as person,
    worker.status as hr_status,
    leaver.last_day,
    booked.bookings,
    booked.until as booked_until,
    booked.hours as hours_after,
    booked.value as value_after,
    led.codes as leads_or_approves,
    late.hours as hours_not_approved,
    late.value as time_value
from worker
left join entity_calendar home on home.entity = worker.entity
cross join lateral (
    select
        case
            when worker.status in ('terminated', 'contract_ended') or worker.is_future_dated
                or worker.status = 'notice'
            then coalesce(worker.last_day_worked_on, worker.terminated_on, worker.contract_ends_on)
        end as last_day,
        worker.status in ('terminated', 'contract_ended') as gone
) leaver
cross join lateral (
    select leaver.last_day is not null and worker.person_id <> '' and exists (
        select from worker again
        where again.person_id = worker.person_id
          and again.key <> worker.key
          and again.system_role = 'hcm'
          and again.status not in ('rescinded', 'terminated', 'contract_ended')
          and again.hired_on between leaver.last_day and leaver.last_day + 7
    ) as hired
) moved
cross join lateral (
    select
        count(*) as bookings,
        max(after.ends_on) as until,
        sum(after.hours) as hours,
        sum(after.value) as value,
        max(after.currency) as currency,
        jsonb_object_agg(after.key, after.value) filter (where after.value > 0) as atoms,
        string_agg(distinct after.project, ', ') as projects
    from (
        select
            booking.key,
            booking.ends_on,
            coalesce(work.code, booking.project) as project,
            nullif(booking.bill_currency, '') as currency,
            booking.planned_hours * days.after / nullif(days.planned, 0) as hours,
            case when booking.billable
                then round(booking.planned_hours * days.after / nullif(days.planned, 0)
                    * booking.bill_rate, 4)
            end as value
        from assignment booking
        left join entity work on work.id = booking.project_id
        cross join lateral (
            select
                count(*) as planned,
                count(*) filter (where plan.at > leaver.last_day) as after
            from generate_series(booking.starts_on, booking.ends_on, interval '1 day') plan (at)
            where extract(isodow from plan.at) < 6
              and not exists (
                  select from work_calendar off
                  where off.day = plan.at::date
                    and off.calendar = worker.calendar
                    and off.system = worker.system
                    and (off.standard_hours = 0 or off.is_holiday)
              )
        ) days
        where booking.worker_id = worker.canonical_id
          and booking.system_role = 'psa'
          and booking.status in ('tentative', 'confirmed', 'active')
          and booking.ends_on > leaver.last_day
    ) after
) booked
cross join lateral (
    select count(*) as projects, string_agg(project.code, ', ' order by project.code) as codes
    from project
    where leaver.last_day is not null
      and (
          project.project_manager_id = worker.canonical_id
          or project.approver_id = worker.canonical_id
      )
      and project.system_role = 'psa'
      and project.status in ('approved', 'active', 'on_hold')
      and coalesce(project.ends_on, 'infinity') > leaver.last_day
) led
cross join lateral (
    select
        sum(entry.hours) as hours,
        sum(entry.amount) as value,
        max(entry.bill_currency) as currency,
        jsonb_object_agg(entry.key, entry.amount) filter (where entry.amount > 0) as atoms
    from (
        select
            open.key,
            open.hours,
            nullif(open.bill_currency, '') as bill_currency,
            case when open.billable
                then coalesce(open.bill_amount, open.hours * open.bill_rate) end as amount
        from time_entry open
        where leaver.gone
          and open.worker_id = worker.canonical_id
          and open.system_role = 'psa'
          and open.status in ('draft', 'submitted', 'rejected')
          and open.work_date <= leaver.last_day
    ) entry
) late
where worker.system_role = 'hcm'
