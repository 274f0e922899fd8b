-- A control that runs no more proves nothing: its items are resolved by the run that says so, their
-- claims on atoms go, and their causes are derived again.
with gone as (
    update exceptions_exceptionitem
    set state = 'resolved',
        resolved_at = %(as_of)s,
        resolved_by_run = %(run)s
    where control = %(control)s
      and state <> 'resolved'
    returning id, group_id, group_key
),
told as (
    insert into exceptions_history (item_id, group_id, at, verb, before, after, note, items, run)
    select id, group_id, %(as_of)s, 'resolved', '', 'control switched off', '', 1, %(run)s
    from gone
),
touched as (
    insert into exceptions_touched (key)
    select distinct group_key from gone
    on conflict do nothing
),
dropped as (
    delete from exceptions_exposure
    where item_id in (select id from gone)
    returning atom
)
insert into moved_atom (atom)
select distinct atom from dropped
