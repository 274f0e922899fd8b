-- The groups of items that are called so, or are about somebody or something that is: one look at the
-- index for each name, and no more looks once there are enough.
with typed as (
    select quote_literal(%s::text) || ':*' as word
)
select array(
    select group_id from (
        select found.group_id from (
            select item.group_id
            from exceptions_exceptionitem item
            where item.words @@ (select word from typed)::tsquery
            union all
            select item.group_id
            from exceptions_name known
            cross join lateral (
                select one.group_id
                from exceptions_exceptionitem one
                where one.words @@ quote_literal('#' || known.id)::tsquery
            ) item
            where known.words @@ (select word from typed)::tsquery
        ) found
        where found.group_id is not null
        limit %s
    ) few
)
