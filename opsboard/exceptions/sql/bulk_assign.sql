-- Hands many groups to one person or one team, and keeps how they stood, for an undo.
with picked as (
    select live.*
    from exceptions_group live
    where live.id = any(%(ids)s)
      and live.is_unsettled
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
    set owner_id = %(owner)s,
        team_id = coalesce(%(team)s, live.team_id),
        assigned_by_hand = true,
        owner_reason = %(reason)s,
        delegate_id = null,
        -- To give out what nobody has taken is no handing on.
        handed_on = live.handed_on
            + (live.owner_id is not null or live.team_id <> %(team)s is true)::int,
        unowned_since = case when %(owner)s::bigint is null then %(at)s::timestamptz end,
        escalates_at = null
    from picked
    where live.id = picked.id
    returning live.id, live.children, live.value_at_risk,
              jsonb_build_object(
                  'owner_id', picked.owner_id, 'team_id', picked.team_id,
                  'assigned_by_hand', picked.assigned_by_hand,
                  'owner_reason', picked.owner_reason, 'delegate_id', picked.delegate_id,
                  'handed_on', picked.handed_on, 'unowned_since', picked.unowned_since
              ) as former
),
named as (
    select moved.*, coalesce(
        (select coalesce(nullif(trim(first_name || ' ' || last_name), ''), username)
         from people_person where id = (moved.former ->> 'owner_id')::bigint),
        (select name from people_team where slug = moved.former ->> 'team_id'),
        '') as before
    from moved
),
told as (
    insert into exceptions_history
        (group_id, at, verb, by_id, before, after, note, items, bulk_id)
    select id, %(at)s, 'assigned', %(by)s, left(before, 200), %(after)s, %(note)s, children, %(bulk)s
    from named
)
select id, before, children, value_at_risk, former from named
