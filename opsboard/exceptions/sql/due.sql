-- Deadlines (domain.md 0.7, F.4, B.4): the end of the time that severity gives, on the working calendar
-- of the owning team, and the cut-off of the close that needs it, on that of the entity; the earlier one
-- counts. The instants are stored with the version of the calendar: while what they rest on is the
-- same, a later holiday moves nothing. A severity that rises brings the deadline forward, one that
-- falls moves nothing; a clock that starts anew starts with all of its time.
create temp table deadline on commit drop as
with live as materialized (
    select
        found.*,
        coalesce(found.clock_from, found.detected_at) as since,
        coalesce(closing.is_closing, %(in_close_window)s) as is_closing,
        closing.opened_at,
        team.calendar as team_calendar
    from exceptions_group found
    join people_team team on team.slug = found.team_id
    left join closing on closing.entity = found.legal_entity
    where found.is_unsettled
      and (found.due_at is null
           or found.key in (select key from touched)
           or found.legal_entity = any(%(opened)s))
),
-- The close of the month that a child's service lies in, where its control matters to the close.
place as (
    select distinct
        live.id, live.since, closing.calendar, date_trunc('month', item.service_date)::date as month,
        cutoff.working_day, cutoff.clock
    from live
    join exceptions_exceptionitem item on item.group_id = live.id and item.is_unsettled
    join jsonb_to_recordset(%(cutoffs)s::jsonb)
        as cutoff (control text, working_day int, clock time)
      on cutoff.control = item.control
    join closing on closing.entity = item.legal_entity
    where item.service_date is not null
),
moment as materialized (
    select calendar, month, working_day, clock,
        close_deadline(calendar, month, working_day, clock) as at
    from (select distinct calendar, month, working_day, clock from place) known
),
cutoff as (
    select distinct on (place.id)
        place.id, moment.at,
        to_char(place.month, 'FMMonth YYYY') || ' by WD'
            || case when place.working_day > 0 then '+' else '' end || place.working_day
            || ' ' || to_char(place.clock, 'HH24:MI') as said
    from place
    join moment using (calendar, month, working_day, clock)
    -- What was over before it was found is no deadline any more.
    where moment.at > place.since
    order by place.id, moment.at
)
select
    live.id,
    live.since,
    clock.calendar,
    coalesce(cutoff.said, '') as said,
    cutoff.at as cutoff_at,
    concat_ws('|', to_char(live.since at time zone 'UTC', 'YYYYMMDDHH24MISSUS'), live.clock_share,
        live.severity, live.is_closing, clock.never_rests) as basis,
    sla.acknowledge, sla.resolve, sla.close, sla.resolve_said, sla.close_said,
    live.is_closing,
    greatest(live.since, live.opened_at) as close_since,
    live.clock_share,
    live.paused_minutes + case when live.paused_at is null then 0
        else worked_minutes(clock.calendar, live.pause_ends_at)
            - worked_minutes(clock.calendar, live.paused_at) end as paused
from live
cross join lateral (
    select live.control = 'WL04'
        or (live.control = 'IN03' and live.is_closing)
        -- A lost message is urgent by night where it posts or bills (0.7, F.4).
        or (live.control = 'IN01' and live.severity = 4 and exists (
            select from exceptions_exceptionitem item
            where item.group_id = live.id
              and item.is_unsettled
              and item.evidence ->> 'flow' ~ %(posting)s
        )) as never_rests
) urgent
cross join lateral (
    select case when urgent.never_rests then '24x7' else live.team_calendar end as calendar,
        urgent.never_rests
) clock
join jsonb_to_recordset(%(sla)s::jsonb) as sla (
    calendar text, severity int, control text, acknowledge numeric, resolve numeric, close numeric,
    resolve_said text, close_said text
)
  on sla.severity = live.severity
 and sla.calendar = clock.calendar
 and sla.control = case when live.control = 'WL04' then 'WL04' else '' end
left join cutoff on cutoff.id = live.id;

with wanted as (
    select
        deadline.*,
        version.version,
        split_part(live.due_basis, '#', 1) = deadline.basis as is_same,
        live.due_at is null
            or split_part(live.due_basis, '|', 1) <> split_part(deadline.basis, '|', 1) as is_anew,
        split_part(live.due_basis, '#', 2) = deadline.said as is_same_close,
        normal.at as normal_at,
        least(normal.at, closing.at) as sla_at,
        after_working_minutes(deadline.calendar, deadline.since, deadline.acknowledge)
            as acknowledge_by
    from deadline
    join exceptions_group live on live.id = deadline.id
    left join people_businesscalendar version on version.name = deadline.calendar
    cross join lateral (
        select after_working_minutes(deadline.calendar, deadline.since,
            deadline.resolve * deadline.clock_share + deadline.paused) as at
    ) normal
    cross join lateral (
        select case when deadline.is_closing then
            after_working_minutes(deadline.calendar, deadline.close_since,
                deadline.close * deadline.clock_share + deadline.paused) end as at
    ) closing
),
settled as (
    select
        wanted.*,
        case
            when wanted.is_anew then wanted.sla_at
            when wanted.is_same then live.sla_at
            else least(live.sla_at, wanted.sla_at)
        end as present_sla,
        case when wanted.is_same_close and not wanted.is_anew
            then live.cutoff_at else wanted.cutoff_at end as present_cutoff
    from wanted
    join exceptions_group live on live.id = wanted.id
)
update exceptions_group live
set sla_at = settled.present_sla,
    cutoff_at = settled.present_cutoff,
    due_at = least(settled.present_sla, settled.present_cutoff),
    acknowledge_by = case when settled.is_anew then settled.acknowledge_by
        when settled.is_same then live.acknowledge_by
        else least(live.acknowledge_by, settled.acknowledge_by) end,
    due_basis = settled.basis || '#' || settled.said,
    due_reason = case
        when settled.present_cutoff < settled.present_sla
            then 'The close of ' || settled.said || ' comes before the end of the time there is'
        when settled.present_sla is not distinct from live.sla_at and live.due_reason <> ''
            and not settled.is_anew and live.due_at = live.sla_at
            then live.due_reason
        else case settled.clock_share when 1 then '' else 'Half of ' end
            || case when settled.sla_at < settled.normal_at
                then settled.close_said else settled.resolve_said end
    end,
    calendar = case when settled.present_sla is distinct from live.sla_at or settled.is_anew
        then settled.calendar else live.calendar end,
    calendar_version = case when settled.present_sla is distinct from live.sla_at or settled.is_anew
        then coalesce(settled.version, '') else live.calendar_version end,
    escalated = case when settled.is_anew then 0 else live.escalated end,
    escalates_at = null
from settled
where live.id = settled.id
  and (settled.is_anew
       or live.due_basis <> settled.basis || '#' || settled.said);

drop table deadline
