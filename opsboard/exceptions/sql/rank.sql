-- Severity by amount in the group currency, one step more for controls that matter to the close while
-- the legal entity is in its close window, within the control's floor and cap and the finding's own
-- (domain.md 0.6); what rests on a suggested match alone is low, unless the finding has a cap of its
-- own (0.11). Age adds to it later: age.sql. The family of a finding is the workflow of the control
-- that owns its cause (0.9).
create temp table ranked on commit drop as
with priced as materialized (
{priced}
)
select
    priced.*,
    family.workflow as family_workflow,
    nullif(family.control, '') as family_control,
    family.error_class as family_class,
    -- The cause it hangs on: where a person put it, or its cause was merged into another, there.
    coalesce(placed.key, joined.target, cause.key) as group_key,
    amount.at_risk as amount_gc,
    greatest(priced.revenue_gc, priced.cash_gc) as value_gc,
    greatest(bounds.lowest, bounds.highest) as highest_severity,
    greatest(bounds.lowest, least(bounds.highest,
        case
            when coalesce(amount.at_risk, 0) >= %(t3)s then 4
            when coalesce(amount.at_risk, 0) >= %(t2)s then 3
            when coalesce(amount.at_risk, 0) >= %(t1)s then 2
            else 1
        end
        + case when %(close_relevant)s and closing.is_closing then 1 else 0 end
    )) as base_severity
from priced
cross join lateral (
    select greatest(revenue_gc, cash_gc, cost_gc, misstatement_gc) as by_now
) measured
cross join lateral (
    -- What only lies ahead weighs where nothing else is at risk.
    select coalesce(nullif(by_now, 0), exposure_gc, by_now) as at_risk
) amount
left join close_window known on known.entity = priced.entity
cross join lateral (select coalesce(known.is_closing, %(in_close_window)s) as is_closing) closing
cross join lateral (
    select
        case when priced.match_strength = 'suggested' then 1
            else greatest(
                case when closing.is_closing then %(close_floor)s else %(floor)s end,
                array_position(words.severity, priced.severity_floor)
            )
        end as lowest,
        least(
            %(cap)s,
            coalesce(
                array_position(words.severity, priced.severity_cap),
                case priced.match_strength when 'suggested' then 1 end
            )
        ) as highest
    from (select array['low', 'medium', 'high', 'critical']) words (severity)
) bounds
left join jsonb_to_recordset(%(families)s::jsonb)
    as family (cause text, workflow text, control text, error_class text)
  on family.cause = coalesce(priced.root_cause, %(slug)s)
-- Scope, owner and calendar belong to a legal entity, so a group never spans two.
cross join lateral (
    select concat_ws('|', coalesce(family.workflow, %(workflow)s),
        coalesce(priced.root_cause, %(slug)s), coalesce(priced.root_entity, priced.subject),
        nullif(priced.entity, '')) as key
) cause
left join exceptions_placement placed
  on placed.control = %(control)s
 and placed.subject = priced.subject
left join exceptions_alias joined on joined.key = cause.key
