-- The project takes no postings
--
-- workflow: project_setup
-- class: business_rule
-- remediation:
--   1. Ask the project's controller whether the work may still be posted.
--   2. Release the project, or its dates, in the ERP; then post again.
select
    failing.subject,
    'project:' || failing.project_id as root_entity,
    coalesce(work.code, 'A project') || ' takes no postings in the ERP' as title
from failing
join project
  on project.canonical_id = failing.project_id
 and project.system_role = 'erp'
left join entity work on work.id = failing.project_id
where project.status in ('draft', 'on_hold', 'closed')
   or failing.service_date < project.postable_from
   or failing.service_date > project.postable_to
