-- IN10 Amount converted at the wrong rate
--
-- A transaction in a foreign currency must stand in the books at the rate of its day: the spot rate of
-- the day it was spent, issued or received, or the last one before, quoted either way round. A rate
-- upside down, a rate of the wrong day and a rate typed by hand all show as a difference.
--
-- slug: fx_conversion_mismatch
-- workflow: integration
-- class: data_quality
-- owner: finance_billing
-- population: converted_amount
-- against: fx_rate
-- feeds: erp.expense_item, erp.invoice, erp.fx_rate
-- watches: expense_item
--   invoice
--   project_actual
--   fx_rate -> any
--   legal_entity -> any
--   worker.canonical_id -> worker_id
-- period: CO-C
-- parameters: rate_type = spot, tolerance = 0.02, tolerance_per_thousand = 1, days_old = 5
-- specification: domain IN10; one rate type for all entities. A contract rate, a month's average or
--   a closing rate of the day that explains the amount is accepted, since which of them is agreed
--   does not stand on the records
-- remediation:
--   1. Look up the rate of the day in the ERP's rate table; correct the table if it is wrong there.
--   2. Correct the rate or its type on the transaction and have the ERP revalue it.
--   3. The next reading must show the amount at the right rate.
select
    line.key as subject,
    line.currency = line.functional_currency
        or line.functional_currency = ''
        or line.amount = 0 as out_of_scope,
    case when abs(line.amount_functional - expected.amount) > expected.tolerance
            and not explained.by_another_rate
        then line.since
    end as look_at,
    abs(line.amount_functional - round(expected.amount, 2)) as misstatement,
    line.functional_currency as currency,
    line.entity,
    line.project_id,
    line.worker_id,
    line.party_id,
    line.day as service_date,
    initcap(left(line.what, 1)) || substr(line.what, 2) || ' of '
        || to_char(line.day, 'FMDD FMMonth') || ' in ' || line.currency
        || case
            when abs(line.amount_functional * rate.rate - line.amount) <= 0.005 * abs(line.amount)
            then ' is converted with the rate upside down'
            else ' is not converted at the rate of its day' end as title,
    case when abs(line.amount_functional * rate.rate - line.amount) <= 0.005 * abs(line.amount)
        then 'fx_rate_inverted' else 'fx_rate_wrong' end as root_cause,
    line.key as root_entity,
    line.amount,
    line.currency as of_currency,
    line.amount_functional as booked_amount,
    round(expected.amount, 2) as expected_amount,
    line.functional_currency as into_currency,
    line.rate as booked_rate,
    round(rate.rate, 6) as expected_rate,
    rate.rate_date
from converted_amount line
left join lateral (
    -- Behind a fence, so that for all others nothing is even looked up.
    select latest.*
    from (
        select (spot.rates ->> spot.place)::numeric as rate, spot.rate_date
        from generate_series(0, %(days_old)s) back (days)
        cross join lateral (
            -- All rates once for all lines, each by its currencies and its day.
            select
                line.day - back.days as rate_date,
                line.currency || line.functional_currency || (line.day - back.days) as place,
                (
                    select jsonb_object_agg(
                        quoted.place, quoted.rate order by quoted.preference desc
                    )
                    from (
                        select
                            fx.from_currency || fx.to_currency || fx.rate_date as place,
                            fx.rate,
                            1 as preference
                        from fx_rate fx
                        where fx.rate_type = %(rate_type)s
                        union all
                        select
                            fx.to_currency || fx.from_currency || fx.rate_date,
                            1 / nullif(fx.rate, 0),
                            2
                        from fx_rate fx
                        where fx.rate_type = %(rate_type)s
                    ) quoted
                    where quoted.place is not null
                ) as rates
            offset 0
        ) spot
        where spot.rates ? spot.place
        order by back.days
        limit 1
    ) latest
    where line.currency <> line.functional_currency
    offset 0
) rate on true
cross join lateral (
    select
        line.amount * rate.rate as amount,
        greatest(%(tolerance)s, abs(line.amount * rate.rate) * %(tolerance_per_thousand)s / 1000)
            as tolerance
) expected
cross join lateral (
    select exists (
        select from fx_rate fx
        where line.currency <> line.functional_currency
          and fx.from_currency = line.currency
          and fx.to_currency = line.functional_currency
          and fx.rate_type <> %(rate_type)s
          and fx.rate_date between line.day - 31 and line.day + 31
          and abs(line.amount_functional - line.amount * fx.rate) <= expected.tolerance
    ) as by_another_rate
) explained
