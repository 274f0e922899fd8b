-- What hangs on a group, by project: each item once, and each atom once, at the most that any item of
-- the group claims of it (domain.md 0.5), under one of the projects that claim it. So both columns add
-- up to the group's own numbers.
with item as (
    select
        held.id,
        coalesce(held.project_id, 0) as project_id,
        held.worker_id,
        case when jsonb_typeof(held.evidence -> 'psa_hours') in ('number', 'string')
            and held.evidence ->> 'psa_hours' ~ '^-?\d+(\.\d+)?$'
            then (held.evidence ->> 'psa_hours')::numeric end as hours
    from exceptions_exceptionitem held
    where held.group_id = %(group)s
      and held.is_unsettled
),
atom as (
    select
        claim.atom,
        min(item.project_id) as project_id,
        greatest(
            coalesce(max(claim.amount) filter (where claim.measure = 'revenue_at_risk'), 0),
            coalesce(max(claim.amount) filter (where claim.measure = 'cash_at_risk'), 0)
        ) as value
    from item
    join exceptions_exposure claim on claim.item_id = item.id
    group by claim.atom
),
counted as (
    select project_id, count(*) as records, count(distinct worker_id) as people, sum(hours) as hours
    from item
    group by project_id
),
money as (
    select project_id, sum(value) as value from atom group by project_id
)
select
    coalesce(nullif(work.code, ''), work.name, '') as project,
    coalesce(client.name, client.code, '') as client,
    counted.records,
    counted.people,
    counted.hours,
    coalesce(money.value, 0) as value
from counted
left join money using (project_id)
left join entity work on work.id = counted.project_id
left join lateral (
    select project.party_id
    from project
    where project.canonical_id = counted.project_id
      and project.party_id is not null
    order by project.system_role = 'psa' desc, project.key
    limit 1
) owning on true
left join entity client on client.id = owning.party_id
order by case when %(sees_value)s then coalesce(money.value, 0) end desc nulls last,
    counted.records desc, project
