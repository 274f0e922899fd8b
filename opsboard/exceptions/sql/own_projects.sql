-- The projects that a worker manages, by canonical id: as for owners (choose.sql), the delivery system
-- has the first word on who that is.
select project.canonical_id
from project
join worker on worker.key = project.system || ':' || project.project_manager
where project.canonical_id in (
    select led.canonical_id
    from worker me
    join project led on led.system || ':' || led.project_manager = me.key
    where me.worker_no = %s
)
  and worker.worker_no <> ''
group by project.canonical_id
having (array_agg(worker.worker_no order by project.system_role <> 'psa', project.key))[1] = %s
