-- Deadlines by severity on the owning team's working calendar, from detection (domain.md 0.7, F.4).
-- The instant is stored, so a later holiday does not rewrite history; a severity that rises
-- brings it forward, one that falls moves nothing.
with wanted as (
    select
        live.id,
        after_working_minutes(team.calendar, live.detected_at, sla.acknowledge) as acknowledge_by,
        after_working_minutes(
            team.calendar,
            live.detected_at,
            case when coalesce(known.is_closing, %(in_close_window)s) then sla.close
                else sla.resolve end
        ) as due_at
    from exceptions_group live
    join people_team team on team.slug = live.team_id
    join jsonb_to_recordset(%(sla)s::jsonb)
        as sla (calendar text, severity int, acknowledge numeric, resolve numeric, close numeric)
      on sla.severity = live.severity
     and sla.calendar = team.calendar
    left join close_window known on known.entity = live.legal_entity
    where live.is_unsettled
      and (live.due_at is null or live.key in (select key from exceptions_touched))
)
update exceptions_group live
set acknowledge_by = least(live.acknowledge_by, wanted.acknowledge_by),
    due_at = least(live.due_at, wanted.due_at)
from wanted
where live.id = wanted.id
  and (live.due_at is null or wanted.due_at < live.due_at)
