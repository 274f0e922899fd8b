-- IN01 Message could not be delivered
--
-- Every message must be applied, or rightly ignored. One that died after its last retry, was refused
-- or was set aside is a failure until the same message, or a newer version of what it says, has been
-- applied. Why it failed is asked of the record it carries: a refused time entry hangs under the
-- missing rate or the closed project, together with everything else that waits for it.
--
-- slug: sync_failed
-- workflow: integration
-- class: retryable
-- owner: integration_support
-- population: integration_message where outcome in ('rejected', 'quarantined', 'dead_lettered')
-- against: integration_message where outcome = 'applied'
-- feeds: middleware.integration_message
-- watches: integration_message
--   integration_message.subject_key -> subject_key
--   time_entry.key -> subject_key
--   expense_item.key -> subject_key
--   billing_event.key -> subject_key
--   invoice.key -> subject_key
--   cost_rate -> any
--   rate_card -> any
--   rate_line -> any
--   assignment -> any
--   project -> any
--   worker -> any
--   revenue_schedule -> any
--   forecast_line -> any
--   legal_entity -> any
-- sensitive: bill_value=B
-- cause: ladder
-- period: CO-C
-- specification: domain IN01; money is known of time, expenses, billing events and invoices, and
--   stands on the record that the message carries. How many messages of a flow failed within an hour
--   raises nothing by itself, their group shows it; a test message cannot be told from another
-- remediation:
--   1. Read the error. A refusal is mended where its data are owned; a lost message needs its target up.
--   2. Have the middleware send the message again, with approval where it moves money.
--   3. The message applied under the same key, or a newer version of the record, is the proof.
select
    message.key as subject,
    case when not later.has_arrived
        then coalesce(
            message.source_updated_at, message.received_at, message.emitted_at,
            timestamptz '2000-01-01'
        )
    end as look_at,
    worth.revenue as revenue_at_risk,
    worth.cost as cost_at_risk,
    worth.cash as cash_at_risk,
    worth.currency,
    worth.cost_currency,
    worth.is_estimated,
    case when worth.revenue is not null or worth.cost is not null or worth.cash is not null
        then message.subject_key end as atom,
    case when message.subject_kind in (
        'billing_schedule', 'billing_event', 'invoice', 'invoice_line', 'receipt',
        'receipt_application', 'revenue_schedule', 'revenue_event'
    ) then 'medium' end as severity_floor,
    coalesce(worth.entity, message.entity) as entity,
    worth.project_id,
    worth.worker_id,
    worth.day as service_date,
    message.emitted_at as event_at,
    nullif(message.subject_key, '') as record,
    nullif(message.subject_kind, '') as record_kind,
    initcap(left(said.flow, 1)) || substr(said.flow, 2) || ' of '
        || coalesce(nullif(message.subject_key, ''), message.message_id)
        || coalesce(' to ' || nullif(message.target, ''), '') || case message.outcome
            when 'dead_lettered' then ' was lost'
            when 'quarantined' then ' was set aside'
            else ' was refused' end
        || coalesce(': ' || nullif(replace(message.error_code, '_', ' '), ''), '') as title,
    case when drift.is_of_schema then 'schema_not_registered' end as root_cause,
    case when drift.is_of_schema
        then message.system || ':' || message.flow || '/' || message.schema_version
    end as root_entity,
    case when drift.is_of_schema
        then initcap(left(said.flow, 1)) || substr(said.flow, 2) || ' came in the unknown version '
            || message.schema_version
    end as cause_title,
    message.flow,
    message.source,
    message.target,
    message.outcome,
    message.error_class,
    message.error_code,
    message.attempts,
    message.subject_key as carries,
    message.emitted_at,
    message.idempotency_key,
    coalesce(worth.revenue, worth.cash) as bill_value
from integration_message message
cross join lateral (
    select coalesce(nullif(replace(message.flow, '_', ' '), ''), 'A message') as flow
) said
cross join lateral (
    select message.outcome = 'quarantined'
        and message.error_code similar to '(unknown|missing|retyped)_field%|schema%'
        as is_of_schema
) drift
cross join lateral (
    select exists (select from arrived_later later where later.key = message.key) as has_arrived
) later
left join lateral (
    select
        payload.revenue,
        payload.cost,
        payload.cash,
        payload.currency,
        payload.cost_currency,
        payload.is_estimated,
        payload.entity,
        payload.project_id,
        payload.worker_id,
        payload.day
    from message_payload payload
    where payload.key = message.subject_key
      and payload.kind = message.subject_kind
    limit 1
) worth on true
where message.outcome in ('rejected', 'quarantined', 'dead_lettered')
