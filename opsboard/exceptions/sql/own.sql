-- Owners from rules over business data, the first rule that fits (domain.md E, F): what a person
-- assigned by hand stays. A rule may name a person by login, or "project_manager", who is found
-- through the worker number of the project of the item that speaks for the group.
with candidate as (
    select live.id, live.team_id, live.owner_id, rule.team, rule.person, rule.reason,
           chief.id as chief
    from exceptions_group live
    cross join lateral (
        select team, person, reason
        from jsonb_to_recordset(%(rules)s::jsonb) as known (
            number int, controls text[], workflows text[], causes text[], entities text[],
            classes text[], team text, person text, reason text
        )
        where (controls is null or live.control = any(controls))
          and (workflows is null or live.workflow = any(workflows))
          and (causes is null or live.cause = any(causes))
          and (entities is null or live.legal_entity = any(entities))
          and (classes is null or live.error_class = any(classes))
        order by number
        limit 1
    ) rule
    left join lateral (
        select person.id
        from exceptions_exceptionitem item
        join project on project.canonical_id = item.project_id and project.project_manager <> ''
        join worker on worker.key = project.system || ':' || project.project_manager
        join people_person person on person.worker_no = worker.worker_no and person.is_active
        where rule.person = 'project_manager' and item.group_id = live.id
        order by item.amount_at_risk desc nulls last, item.id
        limit 1
    ) manager on true
    left join people_person named
      on named.username = rule.person and named.is_active
    cross join lateral (select coalesce(manager.id, named.id) as id) chief
    where live.is_unsettled
      -- What was given to somebody who has left since is nobody's.
      and (not live.assigned_by_hand or exists (
          select from people_person former
          where former.id = live.owner_id and not former.is_active
      ))
),
moved as (
    update exceptions_group live
    set team_id = candidate.team,
        owner_id = candidate.chief,
        assigned_by_hand = false,
        owner_reason = left(candidate.reason, 160)
    from candidate
    where live.id = candidate.id
      and (live.team_id, live.owner_id) is distinct from (candidate.team, candidate.chief)
    returning live.id, live.children, candidate.team_id as former, candidate.team as present,
              live.owner_reason
)
insert into exceptions_history (group_id, at, verb, before, after, note, items)
select id, %(as_of)s, 'assigned', coalesce(former, ''), present, owner_reason, children
from moved
where former is not null
