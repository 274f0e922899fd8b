-- Derives the groups of the causes in `touched` from their unsettled items (domain.md 0.9, F.3). For
-- what controls settled it runs after all of them, because a parent may open after its children; for
-- what a person took apart or put together, at once.

-- Groups are locked before their items, in one order, as everybody who acts on them does.
select id from exceptions_group
where key in (select key from touched) and is_unsettled
order by id
for update;

-- What each touched cause amounts to now, each atom counted once.
create temp table cause on commit drop as
with member as (
    select item.*
    from exceptions_exceptionitem item
    where item.group_key in (select key from touched)
      and item.is_unsettled
),
money as (
    select
        group_key,
        sum(revenue) as revenue_at_risk,
        sum(cost) as cost_at_risk,
        sum(cash) as cash_at_risk,
        sum(misstatement) as misstatement,
        sum(exposure) as exposure_only,
        sum(greatest(revenue, cash)) as value_at_risk
    from (
        select
            member.group_key,
            held.atom,
            coalesce(max(held.amount) filter (where measure = 'revenue_at_risk'), 0) as revenue,
            coalesce(max(held.amount) filter (where measure = 'cost_at_risk'), 0) as cost,
            coalesce(max(held.amount) filter (where measure = 'cash_at_risk'), 0) as cash,
            coalesce(max(held.amount) filter (where measure = 'misstatement'), 0) as misstatement,
            coalesce(max(held.amount) filter (where measure = 'exposure_only'), 0) as exposure
        from member
        join exceptions_exposure held on held.item_id = member.id
        group by member.group_key, held.atom
    ) atom
    group by group_key
)
select
    member.group_key as key,
    count(*) as children,
    -- Many small findings of one cause may weigh more than any of them alone.
    greatest(
        max(member.severity),
        case
            when max(weight.amount) >= %(t3)s then 4
            when max(weight.amount) >= %(t2)s then 3
            when max(weight.amount) >= %(t1)s then 2
            else 1
        end
    ) as severity,
    min(member.detected_at) as detected_at,
    bool_or(member.is_estimated) as is_estimated,
    count(*) filter (where member.unrecorded) as unrecorded,
    -- The control that owns the cause speaks for the group, else the one with most money.
    (array_agg(member.id order by
        (member.control = member.group_control) desc, member.amount_at_risk desc nulls last,
        member.id))[1] as speaker,
    max(member.legal_entity) as legal_entity,
    coalesce(max(money.revenue_at_risk), 0) as revenue_at_risk,
    coalesce(max(money.cost_at_risk), 0) as cost_at_risk,
    coalesce(max(money.cash_at_risk), 0) as cash_at_risk,
    coalesce(max(money.misstatement), 0) as misstatement,
    coalesce(max(money.exposure_only), 0) as exposure_only,
    coalesce(max(money.value_at_risk), 0) as value_at_risk
from member
left join money using (group_key)
cross join lateral (
    select greatest(money.value_at_risk, money.cost_at_risk, money.misstatement) as amount
) weight
group by member.group_key;

-- New causes become groups; one settled less than thirty days ago comes back as reopened.
with opened as (
    insert into exceptions_group
        (key, workflow, control, cause, root_entity, title, legal_entity, error_class, state,
         severity, owner_reason, assigned_by_hand, detected_at, children, revenue_at_risk,
         cost_at_risk, cash_at_risk, misstatement, exposure_only, value_at_risk, is_estimated,
         unrecorded, project_id, party_id)
    select
        cause.key, speaker.group_workflow, speaker.group_control, speaker.cause,
        speaker.root_entity, coalesce(nullif(speaker.cause_title, ''), speaker.title),
        cause.legal_entity,
        speaker.error_class,
        case when former.id is null then 'new' else 'reopened' end,
        cause.severity, '', false, %(as_of)s, cause.children, cause.revenue_at_risk,
        cause.cost_at_risk, cause.cash_at_risk, cause.misstatement, cause.exposure_only,
        cause.value_at_risk, cause.is_estimated, cause.unrecorded, speaker.project_id,
        speaker.party_id
    from cause
    join exceptions_exceptionitem speaker on speaker.id = cause.speaker
    left join lateral (
        select former.id from exceptions_group former
        where former.key = cause.key
          and former.state = 'resolved'
          and former.settled_at > %(as_of)s - interval '30 days'
        limit 1
    ) former on true
    where not exists (
        select from exceptions_group live
        where live.key = cause.key and live.is_unsettled
    )
    returning id, state, children, title
)
insert into exceptions_history (group_id, at, verb, before, after, note, items)
select id, %(as_of)s, case state when 'new' then 'found' else 'reopened' end, '', '', title,
       children
from opened;

-- Groups that were there take the new totals. A severity that rises is news (and brings the deadline
-- forward, counted from detection), one that falls is not.
with former as (
    select live.id, live.severity
    from exceptions_group live
    join cause on cause.key = live.key and cause.severity > live.severity
    where live.is_unsettled
)
insert into exceptions_history (group_id, at, verb, before, after, note, items)
select
    former.id, %(as_of)s, 'severity',
    (array['low', 'medium', 'high', 'critical'])[former.severity],
    (array['low', 'medium', 'high', 'critical'])[cause.severity],
    '', cause.children
from former
join exceptions_group live on live.id = former.id
join cause on cause.key = live.key;

update exceptions_group live
set children = cause.children,
    severity = cause.severity,
    title = coalesce(nullif(speaker.cause_title, ''), speaker.title),
    revenue_at_risk = cause.revenue_at_risk,
    cost_at_risk = cause.cost_at_risk,
    cash_at_risk = cause.cash_at_risk,
    misstatement = cause.misstatement,
    exposure_only = cause.exposure_only,
    value_at_risk = cause.value_at_risk,
    is_estimated = cause.is_estimated,
    unrecorded = cause.unrecorded,
    project_id = speaker.project_id,
    party_id = speaker.party_id
from cause
join exceptions_exceptionitem speaker on speaker.id = cause.speaker
where live.key = cause.key
  and live.is_unsettled;

-- Items hang on the group of their cause; one that moves says so.
with moved as (
    update exceptions_exceptionitem item
    set group_id = live.id
    from exceptions_group live, exceptions_exceptionitem former
    where item.group_key in (select key from cause)
      and live.key = item.group_key
      and live.is_unsettled
      and former.id = item.id
      and item.is_unsettled
      and item.group_id is distinct from live.id
    returning item.id, former.group_id as came_from, live.id as went_to, live.title
)
insert into exceptions_history (item_id, group_id, at, verb, before, after, note, items)
select moved.id, null::bigint, %(as_of)s, 'moved', left(former.title, 200), left(moved.title, 200),
       '', 1
from moved
join exceptions_group former on former.id = moved.came_from;

-- A group without unsettled items is resolved; one that was waived, or held a false positive, when
-- nothing of it is left.
with settled as (
    update exceptions_group live
    set state = 'resolved',
        settled_at = %(as_of)s,
        children = 0
    where live.key in (select key from touched)
      and live.state not in ('resolved', 'merged')
      and not exists (
          select from exceptions_exceptionitem item
          where case when live.is_unsettled then item.group_key = live.key and item.is_unsettled
              else item.group_id = live.id and item.state <> 'resolved' end
      )
    returning live.id, live.claimed_at
)
insert into exceptions_history (group_id, at, verb, before, after, note, items)
select id, %(as_of)s, 'resolved', '', case when claimed_at is null then '' else 'claim confirmed' end,
       '', 1
from settled;

-- A claim is contradicted by an item that came back, and by one that fails for the same cause since.
with returned as (
    update exceptions_group live
    set state = 'in_progress',
        claimed_at = null
    where live.key in (select key from touched)
      and live.state = 'fix_claimed'
      and exists (
          select from exceptions_exceptionitem item
          where item.group_id = live.id
            and item.is_unsettled
            and item.state <> 'fix_claimed'
      )
    returning live.id, live.children
)
insert into exceptions_history (group_id, at, verb, before, after, note, items)
select
    returned.id, %(as_of)s, 'not_confirmed', 'Fix claimed', 'In progress',
    case when late.items > 0
        then 'Since the claim ' || late.items || ' more failed for the same cause.'
        else '' end,
    returned.children
from returned
cross join lateral (
    select count(*) as items
    from exceptions_exceptionitem item
    where item.group_id = returned.id and item.state in ('new', 'reopened')
) late
