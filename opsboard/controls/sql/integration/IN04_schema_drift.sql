-- IN04 Payload does not fit its contract
--
-- A payload may only have the shape that was agreed. Messages that were set aside because a field was
-- unknown, missing or of another type stay a finding until they are applied; a feed that shows fields
-- nobody knows is one as long as it does. A field more is harmless as a rule, a row refused is not.
--
-- slug: schema_drift
-- workflow: integration
-- class: data_quality
-- owner: integration_support
-- population: payload_schema
-- feeds: middleware.integration_message
-- period: CO-C
-- incremental: no, a version of a payload is all its messages together, and feeds are opsboard's own
-- specification: domain IN04; a version counts as registered when nothing of it waits for its schema.
--   Shares of empty fields are not followed. What the payloads are worth is claimed by IN01
-- remediation:
--   1. Ask the owner of the source what the field means, and since when it comes.
--   2. Register the new version, or mend the mapping; a breaking change needs both sides.
--   3. Have the middleware replay what was set aside, or read the feed again.
select
    payload.key as subject,
    case when payload.fields <> '' or payload.set_aside > 0 then payload.since end as look_at,
    case when payload.is_breaking and payload.set_aside > 0 then 'high' end as severity_floor,
    case when not payload.is_breaking then 'low' end as severity_cap,
    case when payload.messages is null
        then 'Feed ' || payload.key
        else initcap(left(said.flow, 1)) || substr(said.flow, 2) || ' in version '
            || payload.version end
        || coalesce(' does not fit: ' || nullif(replace(payload.fields, '_', ' '), ''),
            ' has rows that do not fit') as title,
    'schema_not_registered' as root_cause,
    payload.key as root_entity,
    payload.flow,
    payload.version,
    payload.fields,
    payload.messages,
    payload.set_aside,
    payload.since
from payload_schema payload
cross join lateral (select replace(payload.flow, '_', ' ') as flow) said
