-- The exposure ledger of this control (domain.md 0.5): money sits on atoms; where the control does
-- not say on which, on the subject. What `claims` says of a cost is in the currency of costs. Atoms
-- that gained, lost or changed a claim are counted anew.
with item as (
    select item.id, ranked.*
    from exceptions_exceptionitem item
    join ranked on ranked.subject = item.subject
    where item.control = %(control)s
      and item.state <> 'resolved'
),
said as (
    select
        item.id,
        item.claims,
        coalesce(item.atom, item.subject) as place,
        case measure.name when 'cost_at_risk' then item.cost_fx_rate else item.fx_rate end as fx_rate,
        measure.name,
        measure.amount
    from item
    cross join lateral (
        values
            ('revenue_at_risk', item.revenue_gc),
            ('cost_at_risk', item.cost_gc),
            ('cash_at_risk', item.cash_gc),
            ('misstatement', item.misstatement_gc),
            ('exposure_only', item.exposure_gc)
    ) measure (name, amount)
    where measure.amount is not null
),
wanted as (
    select said.id as item_id, spread.atom, said.name as measure, abs(spread.amount) as amount
    from said
    cross join lateral (
        select said.place as atom, said.amount
        where said.claims is null or said.claims -> said.name is null
        union all
        select part.key, round(part.value::numeric * said.fx_rate, 4)
        from jsonb_each_text(coalesce(said.claims -> said.name, '{}')) part
    ) spread
    where spread.amount <> 0
),
dropped as (
    delete from exceptions_exposure held
    using exceptions_exceptionitem item
    where held.item_id = item.id
      and item.control = %(control)s
      and (item.state = 'resolved' or item.subject in (select subject from ranked))
      and not exists (
          select from wanted
          where wanted.item_id = held.item_id
            and wanted.atom = held.atom
            and wanted.measure = held.measure
      )
    returning held.atom
),
claimed as (
    insert into exceptions_exposure (item_id, atom, measure, amount)
    select wanted.item_id, wanted.atom, wanted.measure, wanted.amount
    from wanted
    left join exceptions_exposure held using (item_id, atom, measure)
    where held.amount is distinct from wanted.amount
    on conflict (item_id, atom, measure) do update set amount = excluded.amount
    returning atom
)
insert into moved_atom (atom)
select atom from dropped
union
select atom from claimed
