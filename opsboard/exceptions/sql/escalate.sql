-- The ladder (domain.md F.5): which share of its time a group has used, each step told once, of several
-- passed at once the last. Some go to the step of a breach at once: what nobody took, what somebody
-- owns who has left or is away with nobody to stand in, what went from hand to hand; and to the last
-- one what is critical on the third working day of a close. Only groups whose next step has come are
-- looked at. A claim is judged at the instant of the claim, so while it waits for proof nothing
-- is told; while the clock pauses no time passes.
with live as materialized (
    select
        found.id, found.escalated, found.children, found.severity, found.owner_id, found.delegate_id,
        found.due_at, found.handed_on, found.unowned_since, found.paused_at, found.pause_ends_at,
        coalesce(found.clock_from, found.detected_at) as since,
        found.paused_minutes as paused,
        coalesce(nullif(found.calendar, ''), 'default') as calendar,
        coalesce(closing.is_third_day, false) and found.severity = 4 as is_late_in_close,
        case when found.unowned_since is not null
            then after_working_minutes(team.calendar, found.unowned_since, %(limit)s)
        end as taken_by
    from exceptions_group found
    join people_team team on team.slug = found.team_id
    left join closing on closing.entity = found.legal_entity
    where found.is_unsettled
      and found.due_at is not null
      and found.state <> 'fix_claimed'
      and (found.escalates_at is null
           or found.escalates_at <= %(as_of)s
           or (found.severity = 4 and found.escalated < 200 and closing.is_third_day))
),
clock as materialized (
    select calendar, worked_minutes(calendar, %(as_of)s) as now
    from (select distinct calendar from live) known
),
measured as materialized (
    select live.*, clock.now, worked_minutes(live.calendar, live.since) as began,
        worked_minutes(live.calendar, live.due_at) as ends
    from live
    join clock using (calendar)
),
span as (
    select *,
        greatest(ends - began - paused, 0) as minutes,
        greatest(ends - began - paused, 60) as longest
    from measured
),
used as materialized (
    select
        span.*,
        case
            when span.paused_at is not null then 0
            when span.due_at <= %(as_of)s then case
                when span.now - span.ends >= span.longest then 200
                when span.now - span.ends >= span.longest / 2 then 150
                else 100 end
            -- Without a minute at work in between there is no share of it.
            when span.minutes = 0 then 0
            when span.now - span.began - span.paused >= span.minutes * 3 / 4 then 75
            when span.now - span.began - span.paused >= span.minutes / 2 then 50
            else 0
        end as share,
        case
            when span.handed_on > 2 then 'it was handed on ' || span.handed_on || ' times'
            when span.taken_by <= %(as_of)s then 'nobody had taken it in time'
            when not owner.is_active then 'its owner has left'
            when span.owner_id = any(%(alone)s) and span.delegate_id is null
                then 'its owner is away and nobody stands in'
        end as skips
    from span
    left join people_person owner on owner.id = span.owner_id
),
reached as (
    select
        used.*,
        greatest(used.escalated, used.share, case when used.skips is not null then 100 else 0 end,
            case when used.is_late_in_close then 200 else 0 end) as present
    from used
),
noted as (
    update exceptions_group live
    set escalated = reached.present,
        escalates_at = coalesce(least(
            reached.pause_ends_at,
            -- The instant of the step after the present one.
            case
                when reached.paused_at is not null or reached.present >= 200 then null
                when reached.present >= 100 then after_working_minutes(
                    reached.calendar, reached.due_at,
                    reached.longest * case when reached.present < 150 then 1 else 2 end / 2)
                when reached.present >= 75 or reached.minutes = 0 then reached.due_at
                else least(reached.due_at, after_working_minutes(
                    reached.calendar, reached.since, reached.paused
                        + reached.minutes * case when reached.present < 50 then 2 else 3 end / 4))
            end,
            case when reached.present < 100 then reached.taken_by end
        ), '9999-12-31')
    from reached
    where live.id = reached.id
    returning live.id
)
insert into exceptions_history (group_id, at, verb, before, after, note, items)
select
    reached.id, %(as_of)s, 'escalated', '', reached.present || ' %%',
    case
        when reached.present > reached.share and reached.is_late_in_close
            then 'Critical, and the third working day of the close has come.'
        when reached.present > reached.share and reached.skips is not null
            then upper(left(reached.skips, 1)) || substr(reached.skips, 2) || '.'
        else ''
    end,
    reached.children
from reached
join noted on noted.id = reached.id
where reached.present > reached.escalated
