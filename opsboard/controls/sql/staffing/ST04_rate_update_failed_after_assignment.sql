-- ST04 Rate change that did not arrive
--
-- An approved change of a price or of a cost rate must reach every system that holds a copy of it, and
-- the bookings that were made before it and go on after it, unless their price was agreed to be kept.
-- A message that was refused or lost is told at once. Until it arrives, work is priced or costed by
-- the old rate. Cost rates themselves are never shown here.
--
-- slug: rate_update_failed_after_assignment
-- workflow: staffing
-- class: data_quality
-- owner: finance_billing
-- population: rate_revision where system_role in ('crm', 'erp', 'hcm', 'procurement')
-- feeds: any.rate_line, any.cost_rate
-- watches: rate_line
--   rate_line -> any
--   rate_card -> any
--   cost_rate
--   cost_rate.worker_id -> worker_id
--   integration_message.subject_key -> key
--   assignment -> any
--   time_entry -> any
--   project -> any
--   worker -> any
--   role -> any
--   work_calendar -> any
--   accounting_period -> any
--   legal_entity -> any
-- sensitive: old_price=B, new_price=B
-- cause: ladder
-- severity: floor near a close high
-- period: CO-C
-- incremental: no, changes of rates are few, and each reads all bookings and time of its list
-- parameters: grace_minutes = 240, exposed_days = 30
-- specification: domain ST04; copies are found by list, role, person and first day. Systems that hold
--   no line of the list, or no rate of the person, are no subscribers. At risk is what was approved
--   since the first day, times the difference; exposed are 30 days of bookings from then on, or from
--   the first that may still be posted. The next invoice run is taken to be the close
-- remediation:
--   1. Read why the receiving system refused the change, and correct what it names.
--   2. Send the change again; then have the bookings and the unbilled time priced again.
--   3. Mark the projects as a billing risk until then; list what was billed at the old price.
select
    revision.key as subject,
    change.is_over as out_of_scope,
    case when not change.is_over then case
        when message.failed_at is not null and copies.missing > 0 then message.failed_at
        when copies.missing > 0 then due.usual
        when stale.bookings > 0
        then greatest(due.usual, revision.valid_from::timestamp at time zone 'UTC')
    end end as look_at,
    case when revision.kind = 'rate_line' then stale.hours * change.difference end
        as revenue_at_risk,
    case when revision.kind = 'cost_rate' then stale.hours * change.difference end as cost_at_risk,
    stale.planned * change.difference as exposure_only,
    revision.currency as currency,
    revision.currency as cost_currency,
    case when stale.hours > 0 then jsonb_build_object(
        case revision.kind when 'rate_line' then 'revenue_at_risk' else 'cost_at_risk' end,
        (
            select jsonb_object_agg(part.atom, part.hours * change.difference)
            from (select unnest(stale.atoms) as atom, unnest(stale.parts) as hours) part
        )
    ) end as claims,
    revision.entity,
    stale.project_id,
    revision.worker_id,
    revision.valid_from as service_date,
    revision.approved_at as event_at,
    case revision.kind when 'rate_line' then 'The new price of '
            || coalesce(part.name, person.name, 'a role') || ' on ' || revision.card
        else 'The new cost rate of ' || coalesce(person.name, revision.worker) end
        || ' from ' || to_char(revision.valid_from, 'FMDD FMMonth')
        || case when copies.missing > 0 then ' has not reached ' || copies.systems
            else ' has not reached ' || stale.bookings || ' bookings' end as title,
    case when copies.missing = 0 then 'booking_not_repriced' end as root_cause,
    case when copies.missing = 0 then revision.key end as root_entity,
    case when copies.missing = 0 then 'Bookings keep the price from before' end as cause_title,
    revision.kind as what,
    coalesce(part.name, revision.role) as role,
    person.name as person,
    revision.valid_from,
    revision.approved_at,
    copies.systems as lacking_in,
    message.answer,
    stale.bookings as bookings_at_the_old_rate,
    stale.hours as hours_at_the_old_rate,
    case when revision.kind = 'rate_line' then before.per_hour end as old_price,
    case when revision.kind = 'rate_line' then revision.per_hour end as new_price
from rate_revision revision
left join entity_calendar home on home.entity = revision.entity
left join entity part on part.id = revision.role_id
left join entity person on person.id = revision.worker_id
left join open_from on open_from.entity = revision.entity
left join lateral (
    select known.per_hour
    from (
        select
            line.bill_rate / case line.unit when 'day' then 8 else 1 end as per_hour,
            line.valid_from
        from rate_line line
        join rate_card card on card.key = line.system || ':' || line.rate_card
        where revision.kind = 'rate_line'
          and card.canonical_id = revision.card_id
          and line.system = revision.system
          and line.role = revision.role
          and line.worker = revision.worker
          and line.valid_from < revision.valid_from
        union all
        select
            rate.rate / case rate.unit when 'day' then 8 else 1 end,
            rate.valid_from
        from cost_rate rate
        where revision.kind = 'cost_rate'
          and rate.worker_id = revision.worker_id
          and rate.system = revision.system
          and rate.type = revision.card
          and rate.valid_from < revision.valid_from
          and rate.rate > 0
    ) known
    order by known.valid_from desc
    limit 1
) before on true
cross join lateral (
    select
        abs(revision.per_hour - before.per_hour) as difference,
        -- A newer version for the same days stands instead of this one.
        coalesce(revision.valid_to < revision.valid_from, false)
            or exists (
                select from rate_revision newer
                where newer.card_id = revision.card_id
                  and newer.system = revision.system
                  and newer.role = revision.role
                  and newer.worker = revision.worker
                  and newer.version > revision.version
                  and newer.valid_from <= revision.valid_from
            ) as is_over
) change
cross join lateral (
    select after_working_minutes(home.calendar, revision.approved_at, %(grace_minutes)s) as usual
) due
cross join lateral (
    select
        count(*) filter (where not target.is_there) as missing,
        string_agg(target.system, ' and ' order by target.system)
            filter (where not target.is_there) as systems
    from (
        select
            line.system,
            bool_or(
                line.valid_from = revision.valid_from
                and line.bill_rate / case line.unit when 'day' then 8 else 1 end
                    = revision.per_hour
                or line.version > revision.version and line.valid_from >= revision.valid_from
            ) as is_there
        from rate_card card
        join rate_line line
          on line.system = card.system
         and line.rate_card = card.source_id
        where revision.kind = 'rate_line'
          and card.canonical_id = revision.card_id
          and card.system <> revision.system
          and card.system_role in ('psa', 'erp')
          and line.role_id is not distinct from revision.role_id
          and line.worker_id is not distinct from revision.worker_id
          and line.status <> 'draft'
        group by line.system
        union all
        select
            rate.system,
            bool_or(
                rate.valid_from >= revision.valid_from
                and (rate.valid_from > revision.valid_from
                     or rate.rate / case rate.unit when 'day' then 8 else 1 end
                        = revision.per_hour)
            )
        from cost_rate rate
        where revision.kind = 'cost_rate'
          and rate.worker_id = revision.worker_id
          and rate.system_role in ('psa', 'erp')
          and rate.status <> 'draft'
        group by rate.system
    ) target
) copies
left join lateral (
    select last.emitted_at as failed_at, last.error_code as answer
    from last_message last
    where last.subject_key = revision.key
      and last.outcome in ('rejected', 'dead_lettered', 'quarantined')
    order by last.emitted_at desc
    limit 1
) message on true
left join lateral (
    -- Bookings that were there before the change and go on after it, at the rate from before.
    select
        array_agg(booking.key) as keys,
        count(*) filter (where booking.status <> 'completed') as bookings,
        min(booking.project_id) as project_id
    from assignment booking
    join project on project.key = booking.system || ':' || booking.project
    where booking.system_role = 'psa'
      and booking.status in ('confirmed', 'active', 'completed')
      and booking.confirmed_at < revision.approved_at
      and booking.ends_on >= revision.valid_from
      and change.difference > 0
      and case revision.kind
          when 'rate_line'
          then booking.rate_version <> 'locked'
              and project.contract_id = revision.contract_id
              and booking.role_id = revision.role_id
              and booking.bill_rate <> revision.per_hour
          else booking.worker_id = revision.worker_id
              and copies.missing > 0
      end
) old on true
left join lateral (
    select
        sum(entry.hours) as hours,
        array_agg(entry.key order by entry.key) as atoms,
        array_agg(entry.hours order by entry.key) as parts
    from assignment booking
    join time_entry entry
      on entry.system = booking.system
     and entry.worker = booking.worker
     and entry.project = booking.project
    where booking.key = any(old.keys)
      and entry.work_date between greatest(booking.starts_on, revision.valid_from)
          and booking.ends_on
      and entry.work_date <= coalesce(revision.valid_to, 'infinity')
      and entry.status in ('approved', 'posted', 'billed')
      and (entry.billable or revision.kind = 'cost_rate')
      and entry.type <> 'leave'
      and entry.hours <> 0
) done on true
left join lateral (
    select sum(day.hours) as hours
    from booking_day day
    cross join lateral (
        select greatest(day.starts_on, revision.valid_from, open_from.day) as day
    ) since
    where day.key = any(old.keys)
      and day.day >= since.day
      and day.day < since.day + %(exposed_days)s
) coming on true
cross join lateral (
    select
        coalesce(old.bookings, 0) as bookings,
        old.project_id,
        done.hours,
        done.atoms,
        done.parts,
        coming.hours as planned
) stale
where revision.system_role in ('crm', 'erp', 'hcm', 'procurement')
