-- IN02 Flow is too slow
--
-- Each step of the lineage has a limit. A message that was sent and neither applied nor refused when
-- its limit has passed is late. Where a control of its own watches the record it carries, such as
-- TP01 for approved time, that control holds the case. What is late of one flow, one legal entity and
-- one day is one cause.
--
-- slug: sync_sla_breached
-- workflow: integration
-- class: retryable
-- owner: integration_support
-- population: integration_message where outcome in ('', 'accepted')
-- feeds: middleware.integration_message
-- watches: integration_message
--   integration_message.subject_key -> subject_key
--   legal_entity -> any
-- severity: cap high
-- period: CO-C
-- specification: domain IN02, with the raise limits of B.2 by the kind that is carried; a message
--   without a kind has four business hours. What was completed late is no finding. Time, expenses,
--   bookings, projects, change orders and billing events are held by TP01, EX01, ST07, PS02, PS08
--   and BL02; what the others carry is counted where it is known, not here
-- remediation:
--   1. Look in the middleware at the flow's queue: what blocks it, or whether it was stopped.
--   2. Clear the blockage, or have more consumers work it off; then have late messages sent again.
--   3. Each message clears by itself when it is applied.
select
    message.key as subject,
    limits.held_by <> '' or message.emitted_at is null as out_of_scope,
    case when not later.has_arrived then limits.due end as look_at,
    message.entity,
    message.emitted_at as event_at,
    (message.emitted_at at time zone 'UTC')::date as service_date,
    initcap(left(said.flow, 1)) || substr(said.flow, 2) || ' of '
        || coalesce(nullif(message.subject_key, ''), message.message_id)
        || coalesce(' to ' || nullif(message.target, ''), '') || ' is late' as title,
    'sync_late' as root_cause,
    concat_ws(':', 'flow', message.flow, message.entity,
        (message.emitted_at at time zone 'UTC')::date) as root_entity,
    initcap(left(said.flow, 1)) || substr(said.flow, 2)
        || coalesce(' of ' || message.entity, '') || ' is late since '
        || to_char(message.emitted_at at time zone 'UTC', 'FMDD FMMonth') as cause_title,
    message.flow,
    message.source,
    message.target,
    message.subject_key as carries,
    message.emitted_at,
    limits.due,
    message.attempts
from integration_message message
left join entity_calendar home on home.entity = message.entity
cross join lateral (
    select coalesce(nullif(replace(message.flow, '_', ' '), ''), 'a message') as flow
) said
left join lateral (
    select allowed.minutes, allowed.by_clock, allowed.held_by
    from (values
        ('opportunity', 240, false, ''),
        ('contract', 540, false, ''),
        ('party', 540, false, ''),
        ('project', 540, false, 'PS02'),
        ('wbs_task', 540, false, ''),
        ('resource_request', 240, false, ''),
        ('assignment', 240, false, 'ST07'),
        ('rate_card', 240, false, ''),
        ('rate_line', 240, false, ''),
        ('cost_rate', 240, false, ''),
        ('time_entry', 1440, true, 'TP01'),
        ('expense_item', 1440, true, 'EX01'),
        ('change_order', 540, false, 'PS08'),
        ('billing_event', 540, false, 'BL02'),
        ('invoice', 1440, true, ''),
        ('receipt', 1080, false, ''),
        ('worker', 1440, true, ''),
        ('user_account', 1440, true, ''),
        ('forecast_line', 1440, true, ''),
        ('accounting_period', 60, false, '')
    ) allowed (kind, minutes, by_clock, held_by)
    where allowed.kind = message.subject_kind
) known on true
cross join lateral (
    select
        case when known.by_clock
            then message.emitted_at + make_interval(mins => known.minutes)
            else after_working_minutes(
                coalesce(home.calendar, 'default'),
                message.emitted_at,
                coalesce(known.minutes, 240)
            )
        end as due,
        coalesce(known.held_by, '') as held_by
) limits
cross join lateral (
    select exists (
        select from integration_message later
        where message.subject_key <> ''
          and later.subject_key = message.subject_key
          and later.outcome = 'applied'
          and later.target = message.target
          and later.flow = message.flow
          and (later.idempotency_key = message.idempotency_key
              or later.subject_version > message.subject_version)
    ) as has_arrived
) later
where message.outcome in ('', 'accepted')
