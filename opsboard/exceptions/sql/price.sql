-- Findings with their amounts in the group currency (domain.md 0.4): spot of the as-of date, the last
-- rate not older than five days; the rate is kept so that the number can be re-performed. Without a
-- rate the amount is not known, which is not the same as zero.
select
    finding.*,
    fx.rate as fx_rate,
    fx.rate_date as fx_date,
    cost_fx.rate as cost_fx_rate,
    round(finding.revenue_at_risk * fx.rate, 4) as revenue_gc,
    round(finding.cost_at_risk * cost_fx.rate, 4) as cost_gc,
    round(finding.cash_at_risk * fx.rate, 4) as cash_gc,
    -- What is known of its two parts; nothing known is not zero.
    case when coalesce(finding.misstatement * fx.rate, finding.misstatement_cost * cost_fx.rate)
            is not null
        then round(coalesce(finding.misstatement * fx.rate, 0)
            + coalesce(finding.misstatement_cost * cost_fx.rate, 0), 4)
    end as misstatement_gc,
    round(finding.exposure_only * fx.rate, 4) as exposure_gc
from outcome finding
left join lateral (
    select known.rate, known.rate_date from spot known where known.currency = finding.currency
) fx on true
left join lateral (
    select known.rate from spot known
    where known.currency = coalesce(finding.cost_currency, finding.currency)
) cost_fx on true
where finding.verdict = 'finding'
