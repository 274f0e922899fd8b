-- The parts behind one cell of a statement, with how many they are and what they add up to; who may
-- not see amounts gets them null, and the order does not tell them either.
select
    key,
    what,
    entity,
    currency,
    day,
    bucket,
    standing,
    coalesce(cause, '') as cause,
    coalesce(control, '') as control,
    group_id,
    case when %(may_see)s then amount end as amount,
    count(*) over () as number,
    case when %(may_see)s then sum(amount) over () end as total
from (
    select judged.*, {amount} as amount
    from judged
    where currency = %(currency)s
      and entity = %(of)s
      and {within}
) cell
where amount <> 0
order by case when %(may_see)s then abs(amount) end desc nulls last, day, key
limit %(limit)s offset %(offset)s
