-- Brings back who had what, where nobody has moved it since.
with former as (
    select key::bigint as id, value.*
    from jsonb_each(%(former)s::jsonb) one
    cross join lateral jsonb_to_record(one.value) as value (
        owner_id bigint, team_id text, assigned_by_hand boolean, owner_reason text,
        delegate_id bigint, handed_on int, unowned_since timestamptz
    )
),
picked as (
    select live.id
    from exceptions_group live
    join former using (id)
    where live.is_unsettled
      and not exists (
          select from exceptions_history since
          where since.group_id = live.id
            and since.item_id is null
            and since.id > (
                select max(id) from exceptions_history own
                where own.group_id = live.id and own.bulk_id = %(undone)s
            )
            and since.verb <> 'commented'
      )
    order by live.id
    for update of live
),
moved as (
    update exceptions_group live
    set owner_id = former.owner_id,
        team_id = former.team_id,
        assigned_by_hand = former.assigned_by_hand,
        owner_reason = former.owner_reason,
        delegate_id = former.delegate_id,
        handed_on = former.handed_on,
        unowned_since = former.unowned_since,
        escalates_at = null
    from former
    where live.id = former.id
      and live.id in (select id from picked)
    returning live.id, live.children, live.value_at_risk
),
told as (
    insert into exceptions_history
        (group_id, at, verb, by_id, before, after, note, items, bulk_id)
    select id, %(at)s, 'handed_back', %(by)s, '', '', '', children, %(bulk)s from moved
)
select id, '', children, value_at_risk, null::jsonb from moved
