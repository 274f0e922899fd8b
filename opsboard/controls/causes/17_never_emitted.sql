-- It was never sent
--
-- The middleware shows its messages, and none takes this record to an ERP.
--
-- workflow: integration
-- class: retryable
-- watches: integration_message.subject_key -> record
-- remediation:
--   1. Look why the source did not send it: a trigger that is off, a filter, a failed job.
--   2. Have the source send it; never type it into the target by hand.
select
    failing.subject,
    'project:' || coalesce(failing.project_id::text, failing.subject) as root_entity,
    case failing.kind when 'time_entry' then 'Approved time on '
        else initcap(left(failing.kind, 1)) || substr(replace(failing.kind, '_', ' '), 2)
            || ' of ' end
        || coalesce(work.code, 'no project') || ' was never sent' as title
from failing
left join entity work on work.id = failing.project_id
where exists (
    select from feed
    where feed.kind = 'integration_message'
      and feed.system_role = 'middleware'
)
  and not exists (
      -- Record by record: as a join, the last words of all records would be made first.
      select from (
          select word.target
          from last_message word
          where word.subject_key = failing.about
          offset 0
      ) last
      where last.target = '' or exists (
          select from feed
          where feed.system = last.target
            and feed.system_role = 'erp'
      )
  )
