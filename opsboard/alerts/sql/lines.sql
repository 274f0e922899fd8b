-- Lines of history that may be news, kept for a moment so that the planner knows how many they are:
-- guessing, it takes one for thousands and never comes to an end.
create temporary table alert_line on commit drop as
with
-- Until its second run has begun, everything that a control finds is news of its first run.
settled_in as (
    select control.code, first_run.as_of is not null as has_run, second_run.as_of as second_at
    from controls_control control
    left join lateral (
        select as_of from controls_controlrun
        where control_id = control.code and state = 'done'
        order by started_at limit 1
    ) first_run on true
    left join lateral (
        select as_of from controls_controlrun
        where control_id = control.code and state = 'done'
        order by started_at offset 1 limit 1
    ) second_run on true
),
-- Controls that rest on a feed that is stale now.
blind as materialized (
    select unnest(string_to_array(resting.controls, ', ')) as code
    from feed
    join resting_control resting on resting.key = feed.key
    where feed.stale_at <= %(now)s
)
select
    history.id, history.at, history.by_id, history.group_id,
    cause.owner_id, cause.delegate_id, cause.handed_on, cause.team_id, cause.owner_reason, cause.legal_entity, cause.workflow,
    cause.severity, cause.state,
    -- An acknowledgement that is still owed is an act, too. least() passes over NULL.
    least(
        cause.due_at,
        case when cause.state in ('new', 'reopened') then cause.acknowledge_by end
    ) as act_by,
    history.verb = 'assigned' and history.by_id is not null as is_handed,
    -- One of many of one act: who is handed two hundred causes at once is told of a few.
    history.bulk_id is not null as is_of_many,
    -- A rule, not a person, gave it to somebody else.
    history.verb = 'assigned' and history.by_id is null as is_moved,
    -- The step of the ladder (domain.md F.5), in percent.
    case when history.verb = 'escalated' then split_part(history.after, ' ', 1)::int else 0 end
        as step,
    history.note,
    -- Posting that is critical, and the access of somebody who left, wait for no morning (E.4).
    cause.control = 'WL04'
        or (cause.severity = 4 and (
            cause.control in ('TP01', 'EX01', 'RV01')
            or (cause.control = 'IN01' and exists (
                select from exceptions_exceptionitem item
                where item.group_id = cause.id
                  and item.is_unsettled
                  and item.evidence ->> 'flow' ~ %(posting)s
            ))
        )) as is_pressing,
    -- What the engine says while a feed behind it is stale may only be late (E.4); what a person
    -- said is not.
    history.verb in ('found', 'reopened', 'severity', 'moved', 'not_confirmed', 'escalated')
        and cause.control in (select code from blind) as is_blind,
    history.verb in
            ('reopened', 'not_confirmed', 'escalated', 'answered', 'replay_halted', 'replay_ineffective')
        or (history.verb = 'assigned' and history.by_id is not null) as tells_again,
    coalesce(
        settled_in.has_run
        and (settled_in.second_at is null or history.at < settled_in.second_at),
        false
    ) as is_first_run
from exceptions_history history
join exceptions_group cause on cause.id = history.group_id
left join settled_in on settled_in.code = cause.control
where history.item_id is null
  and history.verb in ('found', 'reopened', 'severity', 'moved', 'not_confirmed', 'assigned',
      'escalated', 'answered', 'replay_halted', 'replay_ineffective')
  -- Long enough for a mail server that was away; what became worse since has a line of its own.
  and history.at > %(now)s - interval '7 days'
  and cause.is_unsettled
  and (cause.state not in ('fix_claimed', 'pending_approval', 'snoozed')
       or (history.verb = 'escalated' and cause.state <> 'fix_claimed'))
