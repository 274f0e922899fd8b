-- What no person has owned for longer than its limit goes to the lead of its team, else to the lead of
-- the team that owns what nobody else does (domain.md F.5).
update chosen
set owner = lead.id,
    is_left = true,
    reason = chosen.reason || '; nobody had taken it in time'
from exceptions_group live
join people_team own on true
left join people_team last on last.slug = %(last_team)s
join lateral (
    select person.id
    from people_person person
    where person.id in (own.lead_id, last.lead_id)
      and person.is_active
      and (cardinality(person.entities) = 0 or live.legal_entity = any(person.entities))
    order by person.id is distinct from own.lead_id
    limit 1
) lead on true
where live.id = chosen.id
  and own.slug = chosen.team
  and chosen.owner is null
  and live.unowned_since is not null
  and after_working_minutes(own.calendar, live.unowned_since, %(limit)s) <= %(as_of)s
