-- Every version of a payload that messages of a flow came in, with what was set aside because of it
-- and has not been applied since; and every feed, with the fields that nobody knows what to do with.
create view payload_schema as
select
    message.system || ':' || message.flow || '/' || message.schema_version as key,
    message.flow,
    message.schema_version as version,
    string_agg(distinct message.error_code, ', ' order by message.error_code)
        filter (where waiting.waits) as fields,
    count(*) as messages,
    count(*) filter (where waiting.waits) as set_aside,
    min(coalesce(message.received_at, message.emitted_at)) filter (where waiting.waits) as since,
    true as is_breaking
from integration_message message
cross join lateral (
    select message.outcome = 'quarantined'
        and message.error_code similar to '(unknown|missing|retyped)_field%|schema%'
        and not exists (
            select from integration_message later
            where later.subject_key = message.subject_key
              and message.subject_key <> ''
              and later.outcome = 'applied'
              and later.flow = message.flow
              and (later.idempotency_key = message.idempotency_key
                  or later.subject_version > message.subject_version)
        ) as waits
) waiting
where message.flow <> ''
group by 1, 2, 3
union all
select
    feed.key,
    feed.kind,
    'as read',
    told.fields,
    null,
    feed.refused,
    feed.first_at,
    feed.refused > 0
from feed
cross join lateral (
    select string_agg(name, ', ' order by name) as fields
    from jsonb_array_elements_text(feed.drift) drift (name)
) told;
