-- What was hidden until an instant is work again then, and at once when it becomes critical, which is
-- never hidden (domain.md F.2).
with woken as (
    update exceptions_group
    set state = 'in_progress',
        snoozed_until = null
    where is_unsettled
      and state = 'snoozed'
      and (snoozed_until <= %(as_of)s or severity = 4)
    returning id, children
),
awake as (
    update exceptions_exceptionitem item
    set state = 'in_progress'
    from woken
    where item.group_id = woken.id
      and item.state = 'snoozed'
)
insert into exceptions_history (group_id, at, verb, before, after, note, items)
select id, %(as_of)s, 'woken', 'Snoozed', 'In progress', '', children
from woken
