-- The project takes no postings
--
-- workflow: project_setup
-- class: business_rule
-- control: PS02
-- watches: project -> findings
-- remediation:
--   1. Ask the project's controller whether the work may still be posted.
--   2. Release the project, or its dates, in the ERP; then post again.
select
    failing.subject,
    'project:' || failing.project_id as root_entity,
    coalesce(work.code, 'A project') || ' takes no postings in the ERP' as title
from failing
left join entity work on work.id = failing.project_id
where exists (
    select from project
    where project.canonical_id = failing.project_id
      and project.system_role = 'erp'
      and (project.status in ('draft', 'on_hold', 'closed')
           or project.financial_status in ('draft', 'on_hold', 'closed')
           or failing.service_date < project.postable_from
           or failing.service_date > project.postable_to)
)
