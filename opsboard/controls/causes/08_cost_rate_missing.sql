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
with usable as materialized (
    -- Once for everybody: asked person by person, the view is read whole each time.
    select worker_id, role_id, is_standard, valid_from, valid_to
    from usable_cost_rate
    where worker_id = any(array(select distinct worker_id from failing))
),
people as materialized (
    select
        worked.worker_id,
        coalesce(bool_or(rate.is_standard), false) as by_standard,
        min(rate.role_id) filter (where rate.is_standard) as role_id,
        coalesce(
            range_agg(daterange(rate.valid_from, rate.valid_to, '[]'))
                filter (where rate.valid_from is not null),
            '{}'
        ) as days
    from (
        -- What was spent, bought or billed has its price; only work is costed by a rate.
        select distinct worker_id from failing where kind in ('time_entry', 'assignment')
    ) worked
    left join usable rate on rate.worker_id = worked.worker_id
    where not exists (
        select from worker
        where worker.canonical_id = worked.worker_id
          and worker.zero_cost_allowed
    )
    group by worked.worker_id
)
select
    failing.subject,
    case when people.by_standard then 'role:' || people.role_id
        else 'worker:' || failing.worker_id end as root_entity,
    case when people.by_standard
        then 'The standard cost rate of ' || coalesce(part.name, 'a role') || ' is missing'
        else coalesce(person.name, 'A person') || ' has no cost rate' end as title
from failing
join people on people.worker_id = failing.worker_id
left join entity person on person.id = failing.worker_id
left join entity part on part.id = people.role_id
where failing.kind in ('time_entry', 'assignment')
  and not people.days @> failing.service_date
