-- The message was refused
--
-- What one flow refuses for one reason is one cause.
--
-- workflow: integration
-- class: data_quality
-- watches: integration_message.subject_key -> record
-- remediation:
--   1. Read the reason that the receiving system gave, on the trace of the message.
--   2. Correct the data where they are owned; then have the message sent again.
select
    failing.subject,
    'refusal:' || message.flow || ':' || message.error_code as root_entity,
    initcap(left(flow.name, 1)) || substr(flow.name, 2) || ' refuses messages: '
        || coalesce(nullif(replace(message.error_code, '_', ' '), ''), 'no reason given') as title
from failing
cross join lateral (
    select last.flow, last.error_code
    from last_message last
    where last.subject_key = failing.about
      and last.outcome in ('rejected', 'quarantined')
    order by last.emitted_at desc, last.key
    limit 1
) message
cross join lateral (select replace(message.flow, '_', ' ') as name) flow
