-- Writes one remark to many groups.
with told as (
    insert into exceptions_history
        (group_id, at, verb, by_id, before, after, note, items, bulk_id)
    select live.id, %(at)s, 'commented', %(by)s, '', '', %(note)s, live.children, %(bulk)s
    from exceptions_group live
    where live.id = any(%(ids)s)
    returning group_id
)
select live.id, '', live.children, live.value_at_risk, null::jsonb
from told
join exceptions_group live on live.id = told.group_id
