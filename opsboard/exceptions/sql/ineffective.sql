-- IN09: what was replayed or compensated must be found no more by the first run of its control on data
-- read after it, an hour later at the earliest; and nothing new about the same subject within a
-- business day. Else it is told, once, on the group itself, which weighs one step more (domain.md C,
-- IN09; F.7).
with over as (
    select decision.id, decision.group_id, decision.sort, decision.ended_at, item.id as item,
        item.is_unsettled, judged.is_judged,
        exists (
            select from exceptions_exceptionitem other
            where other.subject = item.subject
              and other.control <> item.control
              and other.detected_at > decision.ended_at
              and other.is_unsettled
        ) as has_second
    from exceptions_decision decision
    cross join lateral jsonb_array_elements_text(decision.particulars -> 'items') as held (item)
    join exceptions_exceptionitem item on item.id = held.item::bigint
    cross join lateral (
        select exists (
            select from controls_controlrun run
            where run.control_id = item.control
              and run.state = 'done'
              and coalesce(run.bound, run.as_of) >= decision.ended_at + interval '1 hour'
        ) as is_judged
    ) judged
    where decision.sort in ('replay', 'compensation')
      and decision.state = 'ended'
      and decision.outcome = ''
      and decision.ended_at <= %(as_of)s - interval '1 hour'
),
verdict as (
    select id, group_id, sort,
        count(*) filter (where is_unsettled and is_judged) as failing,
        count(*) filter (where has_second and not is_unsettled) as second,
        bool_and(is_judged or not is_unsettled) as is_judged,
        bool_or(after_business_days('default', ended_at, 1) <= %(as_of)s) as is_late
    from over
    group by id, group_id, sort
),
told as (
    update exceptions_decision decision
    set outcome = case when failing + second > 0 then 'ineffective' else 'effective' end
    from verdict
    where verdict.id = decision.id
      and (verdict.failing + verdict.second > 0 or (verdict.is_judged and verdict.is_late))
    returning decision.id, decision.group_id, decision.outcome, decision.sort, failing, second
),
raised as (
    update exceptions_group live
    set raised_to = least(4, live.severity + 1),
        severity = least(4, live.severity + 1)
    from told
    where told.outcome = 'ineffective'
      and live.id = told.group_id
      and live.is_unsettled
)
insert into exceptions_history (group_id, at, verb, before, after, note, items)
select told.group_id, %(as_of)s, 'replay_ineffective', '', '',
    'IN09: after the ' || told.sort || ' '
        || case when failing > 0 then failing || ' still fail' else '' end
        || case when failing > 0 and second > 0 then ', ' else '' end
        || case when second > 0 then second || ' fail another control' else '' end || '.',
    failing + second
from told
where told.outcome = 'ineffective'
