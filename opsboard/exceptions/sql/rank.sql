-- Severity by amount in the group currency, one step more in the close window for controls that
-- matter there, within the control's floor and cap and the finding's own (domain.md 0.6). The
-- family of a finding is the workflow of the control that owns its cause (0.9).
create temp table ranked on commit drop as
select
    priced.*,
    family.workflow as family_workflow,
    nullif(family.control, '') as family_control,
    family.error_class as family_class,
    amount.at_risk as amount_gc,
    greatest(priced.revenue_gc, priced.cash_gc) as value_gc,
    greatest(%(floor)s, own.lowest, least(%(cap)s, own.highest,
        case
            when coalesce(amount.at_risk, 0) >= %(t3)s then 4
            when coalesce(amount.at_risk, 0) >= %(t2)s then 3
            when coalesce(amount.at_risk, 0) >= %(t1)s then 2
            else 1
        end
        + case when %(close_relevant)s and %(in_close_window)s then 1 else 0 end
    )) as severity
from priced
cross join lateral (
    select coalesce(
        greatest(revenue_gc, cash_gc, cost_gc, misstatement_gc), exposure_gc
    ) as at_risk
) amount
cross join lateral (
    select
        array_position(words.severity, priced.severity_floor) as lowest,
        array_position(words.severity, priced.severity_cap) as highest
    from (select array['low', 'medium', 'high', 'critical']) words (severity)
) own
left join jsonb_to_recordset(%(families)s::jsonb)
    as family (cause text, workflow text, control text, error_class text)
  on family.cause = coalesce(priced.root_cause, %(slug)s)
