-- There is no cost rate
--
-- workflow: staffing
-- class: data_quality
-- control: ST01
-- remediation:
--   1. Ask HR operations for the rate of the days in question.
--   2. Enter it in the system that owns cost rates; the waiting entries can then be posted.
select
    failing.subject,
    'worker:' || failing.worker_id as root_entity,
    coalesce(person.name, 'A person') || ' has no cost rate' as title
from failing
left join entity person on person.id = failing.worker_id
where failing.worker_id is not null
  and not exists (
      select from cost_rate
      where cost_rate.worker_id = failing.worker_id
        and cost_rate.status in ('approved', 'active')
        and cost_rate.rate > 0
        and failing.service_date
            between cost_rate.valid_from and coalesce(cost_rate.valid_to, 'infinity')
  )
  and not exists (
      select from worker
      where worker.canonical_id = failing.worker_id
        and worker.zero_cost_allowed
  )
