-- What was accepted comes back (domain.md F.2): when its waiver ends, when it weighs more than was
-- accepted, when its period locks, when the journal that accrued it reverses; a false positive when it
-- weighs more. An item whose root cause moved comes back alone. Half of the time people have after a
-- waiver, all of it after a false positive. Where the cause is open again already, it hangs on that.
create temp table moved_atom (atom text) on commit drop;

with accepted as (
    select
        held.id, held.key, held.state, held.unrecorded, held.legal_entity, decision.id as decision,
        decision.sort, decision.expires_at, decision.reason_code, decision.journal,
        coalesce(decision.amount, 0) as amount
    from exceptions_group held
    join exceptions_decision decision
      on decision.group_id = held.id
     and decision.state = 'approved'
     and (decision.sort, held.state) in (('waiver', 'waived'), ('false_positive', 'false_positive'))
    where not held.is_unsettled
      and held.state in ('waived', 'false_positive')
),
-- Only what a control settled since the last time can weigh otherwise.
weighed as (
    select id, coalesce(
        nullif(greatest(sum(greatest(revenue, cash)), sum(cost), sum(misstatement)), 0),
        sum(exposure), 0
    ) as amount
    from (
        select
            accepted.id,
            held.atom,
            coalesce(max(held.amount) filter (where measure = 'revenue_at_risk'), 0) as revenue,
            coalesce(max(held.amount) filter (where measure = 'cash_at_risk'), 0) as cash,
            coalesce(max(held.amount) filter (where measure = 'cost_at_risk'), 0) as cost,
            coalesce(max(held.amount) filter (where measure = 'misstatement'), 0) as misstatement,
            coalesce(max(held.amount) filter (where measure = 'exposure_only'), 0) as exposure
        from accepted
        join exceptions_exceptionitem item
          on item.group_id = accepted.id
         and item.state = accepted.state
        join exceptions_exposure held on held.item_id = item.id
        where accepted.key in (select key from exceptions_touched)
        group by accepted.id, held.atom
    ) atom
    group by id
),
due as (
    select accepted.*, why.reason
    from accepted
    left join weighed using (id)
    cross join lateral (
        select case
            when accepted.sort = 'waiver' and accepted.expires_at <= %(as_of)s
                then 'The waiver ended.'
            when weighed.amount > least(accepted.amount * 1.1, accepted.amount + %(t1)s)
                then 'It weighs more than was accepted.'
            when accepted.sort = 'waiver'
                and accepted.key in (select key from exceptions_touched)
                and accepted.unrecorded < (
                select count(*) from exceptions_exceptionitem item
                where item.group_id = accepted.id and item.state = 'waived' and item.unrecorded
            ) then 'Its period was locked.'
            when accepted.reason_code = 'accrued' and exists (
                select from gl_posting posted
                where posted.journal_no = accepted.journal
                  and (accepted.legal_entity = '' or posted.entity = accepted.legal_entity)
                  and (posted.status = 'reversed'
                       or exists (
                           select from gl_posting reversal
                           where reversal.reversal_of_id = posted.canonical_id
                              or (reversal.reversal_of in (posted.source_id, posted.journal_no)
                                  and reversal.system = posted.system)
                       ))
            ) then 'The journal that accrued it was reversed.'
        end as reason
    ) why
    where why.reason is not null
),
-- Where it goes: to the group of its cause that is open, else the first of those that come back.
way as (
    select
        due.*,
        coalesce(
            (select live.id from exceptions_group live
             where live.key = due.key and live.is_unsettled),
            first_value(due.id) over (partition by due.key order by due.id)
        ) as target
    from due
),
-- The root cause of an item moved; that its cause was merged into another moves nothing.
strayed as (
    select item.id, item.group_id, accepted.state
    from exceptions_exceptionitem item
    join accepted on accepted.id = item.group_id and accepted.state = item.state
    where accepted.key in (select key from exceptions_touched)
      and item.group_key <> accepted.key
      and not exists (
          select from exceptions_alias joined
          where joined.key = accepted.key and joined.target = item.group_key
      )
),
coming as (
    select item.id, way.target, false as is_alone
    from way
    join exceptions_exceptionitem item on item.group_id = way.id and item.state = way.state
    union all
    select strayed.id, null, true
    from strayed
    where strayed.group_id not in (select id from way)
),
reopened as (
    update exceptions_group held
    set state = 'reopened',
        settled_at = null,
        claimed_at = null,
        waived_until = null,
        clock_from = %(as_of)s,
        clock_share = case way.sort when 'waiver' then 0.5 else 1 end,
        paused_minutes = 0,
        due_at = null,
        acknowledge_by = null,
        breached_at = null,
        escalated = 0,
        escalates_at = null
    from way
    where held.id = way.id
      and way.target = way.id
    returning held.id
),
joined as (
    update exceptions_group held
    set state = 'merged',
        merged_into_id = way.target,
        waived_until = null
    from way
    where held.id = way.id
      and way.target <> way.id
    returning held.id
),
back as (
    update exceptions_exceptionitem item
    set state = 'reopened',
        group_id = coalesce(coming.target, item.group_id),
        detected_at = %(as_of)s,
        claimed_at = null,
        claim_runs = 0,
        times_reopened = item.times_reopened
            + case item.state when 'false_positive' then 1 else 0 end
    from coming
    where item.id = coming.id
    returning item.id, item.group_key, coming.is_alone
),
ended as (
    update exceptions_decision decision
    set state = 'ended',
        ended_at = %(as_of)s,
        outcome = way.reason
    from way
    where decision.id = way.decision
),
told as (
    insert into exceptions_history (group_id, item_id, at, verb, before, after, note, items)
    select way.id, null::bigint, %(as_of)s, 'came_back',
           case way.sort when 'waiver' then 'Waived' else 'False positive' end, 'Reopened', way.reason,
           (select count(*) from exceptions_exceptionitem item
            where item.group_id = way.id and item.state = way.state)
    from way
    union all
    select null, back.id, %(as_of)s, 'came_back', '', 'Reopened', 'Its root cause moved.', 1
    from back
    where back.is_alone
),
touched as (
    insert into exceptions_touched (key)
    select group_key from back
    union
    select key from way
    union
    select accepted.key from accepted join strayed on strayed.group_id = accepted.id
    on conflict do nothing
)
insert into moved_atom (atom)
select distinct held.atom
from exceptions_exposure held
where held.item_id in (select id from back)
