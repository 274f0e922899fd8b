-- The person does not exist in the ERP, or is not active there
--
-- workflow: worker_lifecycle
-- class: data_quality
-- control: WL01
-- watches: worker -> findings
-- remediation:
--   1. Ask HR operations to provision the person in the ERP, or to reopen the record.
--   2. Post the waiting entries again.
select
    failing.subject,
    'worker:' || failing.worker_id as root_entity,
    coalesce(person.name, 'A person') || case when copy.known then ' is not active in the ERP'
        else ' does not exist in the ERP' end as title
from failing
cross join lateral (
    select
        count(*) > 0 as known,
        -- Somebody who has left was active on the days before.
        coalesce(bool_or(
            worker.status not in ('terminated', 'contract_ended', 'rescinded')
            or failing.service_date <= worker.terminated_on
        ), false) as active
    from worker
    where worker.canonical_id = failing.worker_id
      and worker.system_role = 'erp'
) copy
left join entity person on person.id = failing.worker_id
where failing.worker_id is not null
  and not copy.active
