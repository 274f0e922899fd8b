-- What a person took apart or put together holds while there is something left of it (domain.md F.3).
-- A cause that was merged follows the other to its end and is its own again afterwards; an item that
-- was split out, and comes back after all of its group was seen clear, hangs on its cause again.
with ended as (
    delete from exceptions_alias joined
    where not exists (
        select from exceptions_group live
        where live.key = joined.target
          and live.is_unsettled
    )
),
forgotten as (
    delete from exceptions_placement placed
    where not exists (
        select from exceptions_group live
        where live.key = placed.key
          and live.state <> 'resolved'
    )
),
followed as (
    update exceptions_group merged
    set state = 'resolved',
        settled_at = %(as_of)s
    from exceptions_group other
    where merged.merged_into_id = other.id
      and merged.state = 'merged'
      and other.state = 'resolved'
      and other.key in (select key from touched)
    returning merged.id, other.title
)
insert into exceptions_history (group_id, at, verb, before, after, note, items)
select id, %(as_of)s, 'resolved', '', left('with ' || title, 200), '', 1
from followed
