-- The message was lost on its way
--
-- What one flow lost on one day of the legal entity is one cause.
--
-- workflow: integration
-- class: retryable
-- watches: integration_message.subject_key -> record
--   legal_entity -> findings
-- remediation:
--   1. Look in the middleware for what stopped the flow that day, and whether it runs again.
--   2. Have the lost messages sent again, with approval where they move money.
select
    failing.subject,
    'flow:' || message.flow || ':' || message.day as root_entity,
    initcap(left(flow.name, 1)) || substr(flow.name, 2) || ' lost messages on '
        || to_char(message.day, 'FMDD FMMonth') as title
from failing
cross join lateral (
    select
        last.flow,
        (last.emitted_at at time zone coalesce((
            select nullif(company.timezone, '')
            from legal_entity company
            where company.code = failing.entity
            order by company.system_role = 'erp' desc, company.key
            limit 1
        ), 'UTC'))::date as day
    from last_message last
    where last.subject_key = failing.about
      and last.outcome = 'dead_lettered'
    order by last.emitted_at desc, last.key
    limit 1
) message
cross join lateral (select replace(message.flow, '_', ' ') as name) flow
