-- Months in which delivery's forecast of a project and finance's are apart by more than may be: 5 %,
-- and 10,000 in the currency the entity reports in. One row per project of the PSA, month and measure,
-- with what explains the gap: bookings that the ERP does not know, change orders it has not taken,
-- approved time it has not posted. `is_behind` says that finance holds an older version.
create view forecast_gap as
select
    project.key,
    mine.month,
    measure.name as measure,
    mine.atom,
    theirs.erp_key,
    measure.mine,
    measure.theirs,
    measure.mine - measure.theirs as gap,
    mine.currency,
    mine.since,
    mine.version,
    theirs.version as erp_version,
    mine.version > theirs.version as is_behind
from project
join lateral (
    select
        line.month,
        sum(line.revenue) as revenue,
        sum(line.cost) as cost,
        max(line.version) as version,
        max(line.currency) as currency,
        min(line.key) as atom,
        max(line.source_updated_at) as since
    from forecast_line line
    where line.system = project.system
      and line.project = project.source_id
      and line.status <> 'superseded'
    group by line.month
) mine on true
join lateral (
    select
        sum(line.revenue) as revenue,
        sum(line.cost) as cost,
        max(line.version) as version,
        min(line.key) as erp_key
    from project copy
    join forecast_line line
      on line.system = copy.system
     and line.project = copy.source_id
    where copy.canonical_id = project.canonical_id
      and copy.system_role = 'erp'
      and line.month = mine.month
      and line.status <> 'superseded'
    having count(*) > 0
) theirs on true
cross join lateral (
    values ('revenue', mine.revenue, theirs.revenue), ('cost', mine.cost, theirs.cost)
) measure (name, mine, theirs)
left join legal_entity company on company.key = project.system || ':' || project.legal_entity
left join lateral (
    select case when fx.from_currency = mine.currency then fx.rate else 1 / nullif(fx.rate, 0) end
        as rate
    from fx_rate fx
    where mine.currency <> company.reporting_currency
      and fx.rate_type = 'spot'
      and (fx.from_currency, fx.to_currency) in (
          (mine.currency, company.reporting_currency),
          (company.reporting_currency, mine.currency)
      )
    order by fx.rate_date desc, fx.from_currency = mine.currency desc, fx.key
    limit 1
) fx on abs(measure.mine - measure.theirs) > 0.05 * abs(measure.mine)
where project.system_role = 'psa'
  and abs(measure.mine - measure.theirs) > 0.05 * abs(measure.mine)
  and abs(measure.mine - measure.theirs) * coalesce(fx.rate, 1) > 10000;
