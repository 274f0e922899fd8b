-- Takes one step with many groups at once; the items whose state allows it follow (domain.md F.3).
-- What somebody moved since the reader saw it (history after `seen`) stays as it is.
with picked as (
    select live.id, live.state
    from exceptions_group live
    where live.id = any(%(ids)s)
      and live.state = any(%(sources)s)
      and not exists (
          select from exceptions_history since
          where since.group_id = live.id
            and since.id > %(seen)s
            and since.item_id is null
            and since.verb <> 'commented'
      )
    order by live.id
    for update
),
moved as (
    update exceptions_group live
    set state = %(target)s,
        claimed_at = coalesce(%(claimed_at)s, live.claimed_at),
        breach_cause = case when live.breached_at is null or %(breach_cause)s = ''
            then live.breach_cause else %(breach_cause)s end
    from picked
    where live.id = picked.id
    returning live.id, picked.state as former, live.children, live.value_at_risk
),
following as (
    update exceptions_exceptionitem item
    set state = %(target)s,
        claimed_at = coalesce(%(claimed_at)s, item.claimed_at)
    where item.group_id in (select id from moved)
      and item.state = any(%(sources)s)
    returning item.group_id
),
told as (
    insert into exceptions_history
        (group_id, at, verb, by_id, before, after, note, items, bulk_id)
    select moved.id, %(at)s, %(said)s, %(by)s, (%(labels)s::jsonb) ->> moved.former, %(after)s,
           %(note)s, coalesce(nullif(follows.items, 0), moved.children), %(bulk)s
    from moved
    left join lateral (
        select count(*) as items from following where following.group_id = moved.id
    ) follows on true
)
select id, (%(labels)s::jsonb) ->> former, children, value_at_risk, null::jsonb from moved
