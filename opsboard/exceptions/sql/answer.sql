-- How many causes an answer has, and while they are few what they hold: each atom once (0.5).
with few as materialized (
    {few}
),
counted as materialized (
    select count(*) as groups, coalesce(sum(children), 0) as items,
           sum({rows_value}) as rows_value,
           sum({rows_cost}) filter (where is_estimated) as estimated_cost
    from few
)
select jsonb_build_object(
    'groups', counted.groups,
    'items', counted.items,
    'rows_value', counted.rows_value,
    'estimated_cost', counted.estimated_cost,
    'money', case when counted.groups <= %s then (
        select jsonb_build_array({sums})
        from (
            select
                coalesce(max(amount) filter (where measure = 'revenue_at_risk'), 0) as revenue_at_risk,
                coalesce(max(amount) filter (where measure = 'cash_at_risk'), 0) as cash_at_risk,
                coalesce(max(amount) filter (where measure = 'cost_at_risk'), 0) as cost_at_risk,
                coalesce(max(amount) filter (where measure = 'misstatement'), 0) as misstatement,
                coalesce(max(amount) filter (where measure = 'exposure_only'), 0) as exposure_only
            from exceptions_exposure held
            join exceptions_exceptionitem item on item.id = held.item_id and item.is_unsettled
            where item.group_id in (select id from few)
            group by held.atom
        ) atom
    ) end
)
from counted
