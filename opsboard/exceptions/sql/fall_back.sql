-- What no person has owned for longer than its limit goes to the lead of its team, else to the lead of
-- the team that owns what nobody else does (domain.md F.5). One instant per calendar tells: what was
-- nobody's before it is too long.
with mark as materialized (
    select own.slug, own.lead_id as own_lead, last.lead_id as last_lead,
        -- Without working time laid out, wall-clock minutes count, as for any deadline.
        case when worked.minutes > 0
            then after_working_minutes(own.calendar, 'epoch', worked.minutes - %(limit)s)
            else %(as_of)s - make_interval(mins => %(limit)s) end as before
    from people_team own
    cross join lateral (
        select worked_minutes(own.calendar, %(as_of)s) as minutes
    ) worked
    left join people_team last on last.slug = %(last_team)s
)
update chosen
set owner = lead.id,
    is_left = true,
    reason = chosen.reason || '; nobody had taken it in time'
from exceptions_group live, mark
join people_person lead
  on lead.id in (mark.own_lead, mark.last_lead)
 and lead.is_active
where live.id = chosen.id
  and mark.slug = chosen.team
  and chosen.owner is null
  and live.unowned_since <= mark.before
  and (cardinality(lead.entities) = 0 or live.legal_entity = any(lead.entities))
  -- The other one only where the team's own cannot.
  and (lead.id is not distinct from mark.own_lead or not exists (
      select from people_person nearer
      where nearer.id = mark.own_lead
        and nearer.is_active
        and (cardinality(nearer.entities) = 0 or live.legal_entity = any(nearer.entities))
  ))
