-- The groups of items that hold all words, in what they are called or in the names of whom they are
-- about. An index finds those with the telling words; of what it finds the rest is looked for. The
-- limit keeps it cheap.
select array(
    select group_id from (
        with typed as (
            select word, word = any(%s::text[]) as is_telling,
                   '(' || quote_literal(word) || ':*' || coalesce(named, '') || ')' as wanted
            from unnest(%s::text[]) word
            cross join lateral (
                select string_agg('|' || quote_literal('#' || known.id), '') as named
                from (
                    select id from exceptions_name
                    where words @@ (quote_literal(word) || ':*')::tsquery
                    limit %s
                ) known
            ) about
        )
        select item.group_id
        from exceptions_exceptionitem item
        where item.group_id is not null
          and item.words @@ (select string_agg(wanted, ' & ') from typed where is_telling)::tsquery
          and (item.words @@ (select string_agg(wanted, ' & ') from typed)::tsquery) is true
        limit %s
    ) found
)
