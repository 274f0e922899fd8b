-- What one unit of each currency is worth in the group currency on the as-of date: the last spot
-- rate of at most five days before, quoted either way round, the direct quotation first.
create temp table spot on commit drop as
select %(group_currency)s::text as currency, 1::numeric as rate, null::date as rate_date
union all
(
    select distinct on (quoted.currency) quoted.currency, quoted.rate, quoted.rate_date
    from (
        select from_currency as currency, rate, rate_date, 1 as preference
        from fx_rate
        where to_currency = %(group_currency)s and rate_type = 'spot'
        union all
        select to_currency, 1 / nullif(rate, 0), rate_date, 2
        from fx_rate
        where from_currency = %(group_currency)s and rate_type = 'spot'
    ) quoted
    where quoted.rate_date between %(day)s::date - 5 and %(day)s::date
      and quoted.currency <> %(group_currency)s
      and quoted.rate is not null
    order by quoted.currency, quoted.rate_date desc, quoted.preference
)
