-- There is no cost rate
--
-- workflow: staffing
-- class: data_quality
-- control: ST01
-- watches: cost_rate -> findings
--   assignment -> findings
--   worker -> findings
-- remediation:
--   1. Ask HR operations for the rate of the days in question.
--   2. Enter it in the system that owns cost rates; the waiting entries can then be posted.
select
    failing.subject,
    coalesce('role:' || standard.role_id, 'worker:' || failing.worker_id) as root_entity,
    case when standard.role_id is not null
        then 'The standard cost rate of ' || coalesce(part.name, 'a role') || ' is missing'
        else coalesce(person.name, 'A person') || ' has no cost rate' end as title
from failing
left join entity person on person.id = failing.worker_id
left join lateral (
    select min(rate.role_id) as role_id
    from usable_cost_rate rate
    where rate.worker_id = failing.worker_id
      and rate.is_standard
) standard on true
left join entity part on part.id = standard.role_id
where failing.worker_id is not null
  -- What was spent, bought or billed has its price; only work is costed by a rate.
  and failing.kind in ('time_entry', 'assignment')
  and not exists (
      select from usable_cost_rate rate
      where rate.worker_id = failing.worker_id
        and failing.service_date between rate.valid_from and rate.valid_to
  )
  and not exists (
      select from worker
      where worker.canonical_id = failing.worker_id
        and worker.zero_cost_allowed
  )
