-- No cause was found
--
-- workflow: time_to_posting
-- class: retryable
-- remediation:
--   1. Look for the message in the middleware: it was lost, refused or never sent.
--   2. Send it again from the PSA.
select
    failing.subject,
    'project:' || coalesce(failing.project_id::text, failing.subject) as root_entity,
    'Approved time on ' || coalesce(work.code, 'no project') || ' was never posted' as title
from failing
left join entity work on work.id = failing.project_id
