-- There is no exchange rate
--
-- A rate not older than five days may be used (domain 0.4).
--
-- workflow: master_data
-- class: data_quality
-- control: MD11
-- watches: fx_rate -> findings
--   legal_entity -> findings
-- remediation:
--   1. Load the rate of the day in question into the ERP.
--   2. Post again what waits for it.
select
    failing.subject,
    'fx:' || money.currency || ':' || company.functional_currency as root_entity,
    'No rate from ' || money.currency || ' to ' || company.functional_currency || ' near '
        || to_char(failing.service_date, 'FMDD FMMonth') as title
from failing
cross join lateral (
    select case when failing.kind = 'expense_item' then failing.currency
        else coalesce(failing.cost_currency, failing.currency) end as currency
) money
cross join lateral (
    select company.functional_currency
    from legal_entity company
    where company.code = failing.entity
      and company.system_role = 'erp'
      and company.functional_currency <> ''
    order by company.key
    limit 1
) company
where money.currency <> company.functional_currency
  and not exists (
      select from fx_rate rate
      where rate.rate_date between failing.service_date - 5 and failing.service_date
        and (rate.from_currency, rate.to_currency) in (
            (money.currency, company.functional_currency),
            (company.functional_currency, money.currency)
        )
        and rate.rate > 0
  )
  -- A firm whose systems show no rates at all keeps them elsewhere; that proves nothing.
  and exists (
      select from fx_rate
      where rate_date between
          (select min(service_date) - 5 from failing) and (select max(service_date) from failing)
  )
