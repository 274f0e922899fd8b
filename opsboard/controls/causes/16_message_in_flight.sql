-- The message is still on its way
--
-- workflow: integration
-- class: retryable
-- watches: integration_message.subject_key -> record
-- remediation:
--   1. Look in the middleware whether the flow runs, and what it waits for.
--   2. Wait for the next run, or have it started.
select
    failing.subject,
    'flow:' || message.flow as root_entity,
    initcap(left(flow.name, 1)) || substr(flow.name, 2) || ' has messages under way' as title
from failing
cross join lateral (
    select last.flow
    from last_message last
    where last.subject_key = failing.about
      and last.outcome in ('', 'accepted')
    order by last.emitted_at desc, last.key
    limit 1
) message
cross join lateral (select replace(message.flow, '_', ' ') as name) flow
