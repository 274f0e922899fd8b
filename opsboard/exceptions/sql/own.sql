-- Groups go to whom `chosen` names; who had them before stands in the history. Since when nobody owned
-- a group stays on record while it is only its lead who has it, because nobody took it.
with former as (
    select live.id, live.team_id,
        coalesce(nullif(trim(person.first_name || ' ' || person.last_name), ''),
            person.username, team.name, '') as name
    from exceptions_group live
    join chosen on chosen.id = live.id
    left join people_person person on person.id = live.owner_id
    left join people_team team on team.slug = live.team_id
    where (live.team_id, live.owner_id) is distinct from (chosen.team, chosen.owner)
),
moved as (
    update exceptions_group live
    set team_id = chosen.team,
        owner_id = chosen.owner,
        assigned_by_hand = chosen.is_handed,
        owner_reason = chosen.reason,
        unowned_since = case when chosen.owner is null or chosen.is_left
            then coalesce(live.unowned_since, %(as_of)s) end,
        delegate_id = case when live.owner_id = chosen.owner then live.delegate_id end,
        escalates_at = null
    from chosen
    where live.id = chosen.id
      and ((live.team_id, live.owner_id) is distinct from (chosen.team, chosen.owner)
           or split_part(live.owner_reason, '; in the absence of ', 1) <> chosen.reason
           or (chosen.owner is null and live.unowned_since is null))
    returning live.id, live.children, live.owner_id, live.team_id, live.owner_reason
)
insert into exceptions_history (group_id, at, verb, before, after, note, items)
select
    moved.id, %(as_of)s, 'assigned', left(former.name, 200),
    left(coalesce(nullif(trim(person.first_name || ' ' || person.last_name), ''),
        person.username, team.name), 200),
    moved.owner_reason, moved.children
from moved
join former on former.id = moved.id
join people_team team on team.slug = moved.team_id
left join people_person person on person.id = moved.owner_id
-- What is owned for the first time has not moved.
where former.team_id is not null
