-- Each moved atom counts once per measure, at the most that any unsettled item claims of it.
with counted as (
    select
        held.atom,
        (array_agg(item.workflow order by held.amount desc, item.id))[1] as workflow,
        (array_agg(item.legal_entity order by held.amount desc, item.id))[1] as legal_entity,
        coalesce(max(held.amount) filter (where measure = 'revenue_at_risk'), 0) as revenue_at_risk,
        coalesce(max(held.amount) filter (where measure = 'cost_at_risk'), 0) as cost_at_risk,
        coalesce(max(held.amount) filter (where measure = 'cash_at_risk'), 0) as cash_at_risk,
        coalesce(max(held.amount) filter (where measure = 'misstatement'), 0) as misstatement,
        coalesce(max(held.amount) filter (where measure = 'exposure_only'), 0) as exposure_only
    from exceptions_exposure held
    join exceptions_exceptionitem item on item.id = held.item_id
    where held.atom in (select atom from moved_atom)
      and item.is_unsettled
    group by held.atom
),
gone as (
    delete from exceptions_atom
    where atom in (select atom from moved_atom)
      and atom not in (select atom from counted)
)
insert into exceptions_atom
    (atom, workflow, legal_entity, revenue_at_risk, cost_at_risk, cash_at_risk, misstatement,
     exposure_only)
select * from counted
on conflict (atom) do update set
    workflow = excluded.workflow,
    legal_entity = excluded.legal_entity,
    revenue_at_risk = excluded.revenue_at_risk,
    cost_at_risk = excluded.cost_at_risk,
    cash_at_risk = excluded.cash_at_risk,
    misstatement = excluded.misstatement,
    exposure_only = excluded.exposure_only
