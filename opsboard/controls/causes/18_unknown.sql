-- No cause was found
--
-- workflow: time_to_posting
-- class: retryable
-- remediation:
--   1. Look for the message in the middleware: it was lost, refused or never sent.
--   2. Send it again from the source.
select
    failing.subject,
    'project:' || coalesce(failing.project_id::text, failing.subject) as root_entity,
    case failing.kind when 'time_entry' then 'Approved time on '
        else initcap(left(failing.kind, 1)) || substr(replace(failing.kind, '_', ' '), 2)
            || ' of ' end
        || coalesce(work.code, 'no project') || ' was never posted' as title
from failing
left join entity work on work.id = failing.project_id
