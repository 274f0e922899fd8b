-- The project does not exist in the ERP
--
-- workflow: project_setup
-- class: data_quality
-- control: PS02
-- watches: project -> findings
-- remediation:
--   1. Create the project in the ERP with its enterprise project id.
--   2. Post the waiting entries again.
select
    failing.subject,
    'project:' || failing.project_id as root_entity,
    coalesce(work.code, 'A project') || ' does not exist in the ERP' as title
from failing
left join entity work on work.id = failing.project_id
where failing.project_id is not null
  and not exists (
      select from project
      where project.canonical_id = failing.project_id
        and project.system_role = 'erp'
  )
