-- Which cause an item hangs on is decided when its control finds it: where a person put it, else where
-- its cause was merged into, else on its own. What a run decided while a person took apart or put
-- together is corrected here.
with wanted as (
    select item.id, coalesce(placed.key, joined.target, own.key) as key
    from exceptions_exceptionitem item
    cross join lateral (
        select concat_ws('|', item.group_workflow, item.cause, item.root_entity,
            nullif(item.legal_entity, '')) as key
    ) own
    left join exceptions_placement placed
      on placed.control = item.control
     and placed.subject = item.subject
    left join exceptions_alias joined on joined.key = own.key
    where item.is_unsettled
      and (item.group_key in (select key from exceptions_alias)
           or (item.control, item.subject) in (select control, subject from exceptions_placement))
),
moved as (
    update exceptions_exceptionitem item
    set group_key = wanted.key
    from wanted, exceptions_exceptionitem former
    where item.id = wanted.id
      and former.id = item.id
      and item.group_key <> wanted.key
    returning former.group_key as former, item.group_key as present
)
insert into exceptions_touched (key)
select former from moved
union
select present from moved
on conflict do nothing
