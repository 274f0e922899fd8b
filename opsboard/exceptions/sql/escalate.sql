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
span as (
    select live.*, greatest(
        worked_minutes(live.calendar, live.due_at) - worked_minutes(live.calendar, live.since)
            - live.paused, 0) as minutes
    from live
),
rung as (
    select
        span.id,
        step.share,
        case
            -- Without a minute at work in between there is no share of it.
            when step.share < 100 and span.minutes > 0 then least(span.due_at, after_working_minutes(
                span.calendar, span.since, span.paused + span.minutes * step.share / 100))
            when step.share <= 100 then span.due_at
            else after_working_minutes(span.calendar, span.due_at,
                greatest(span.minutes, 60) * (step.share - 100) / 100)
        end as at
    from span
    cross join (values (50), (75), (100), (150), (200)) step (share)
),
used as (
    select
        span.*,
        coalesce((
            select max(rung.share) from rung
            where rung.id = span.id and rung.at <= %(as_of)s and span.paused_at is null
        ), 0) as share,
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
            case when reached.paused_at is null then (
                select min(rung.at) from rung
                where rung.id = reached.id and rung.share > reached.present
            ) end,
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
