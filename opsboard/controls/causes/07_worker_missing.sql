-- The person does not exist in the ERP
--
-- workflow: worker_lifecycle
-- class: data_quality
-- remediation:
--   1. Ask HR operations to provision the person in the ERP.
--   2. Post the waiting entries again.
select
    failing.subject,
    'worker:' || failing.worker_id as root_entity,
    coalesce(person.name, 'A person') || ' does not exist in the ERP' as title
from failing
left join entity person on person.id = failing.worker_id
where failing.worker_id is not null
  and not exists (
      select from worker
      where worker.canonical_id = failing.worker_id
        and worker.system_role = 'erp'
  )
