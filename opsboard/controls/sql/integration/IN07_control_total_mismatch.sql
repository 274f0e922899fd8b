-- IN07 Control totals do not agree
--
-- What a flow sent must be what its target took and refused: records, hours and amount. A run whose
-- two sides differ has lost, bent or invented something, whatever its own status says.
--
-- slug: control_total_mismatch
-- workflow: integration
-- class: retryable
-- owner: integration_support
-- population: flow_run
-- feeds: middleware.flow_run
-- watches: flow_run
--   legal_entity -> any
-- severity: floor medium
-- period: CO-C
-- parameters: grace_hours = 1
-- specification: domain IN07; what was left out on purpose must be counted as refused, since the kinds
--   hold no count of its own for it
-- remediation:
--   1. Compare the run's manifest with what the target holds, line by line.
--   2. Send again what is missing; reverse what the target took too much.
--   3. The middleware's next word about this run must show two equal sides.
select
    run.key as subject,
    run.status = 'running' or run.ended_at is null as out_of_scope,
    case
        when abs(gap.records) >= 1
            or abs(gap.hours) > 0.01
            or abs(gap.amount) > 0.01 * greatest(coalesce(run.records_out, 1), 1)
        then run.ended_at + make_interval(hours => %(grace_hours)s)
    end as look_at,
    abs(gap.amount) as misstatement,
    run.currency,
    run.entity,
    (run.ended_at at time zone 'UTC')::date as service_date,
    'Run ' || run.run_no || ' of ' || replace(run.flow, '_', ' ') || ' took in '
        || concat_ws(', ',
            case when abs(gap.records) >= 1
                then abs(gap.records) || ' records ' || sign.records end,
            case when abs(gap.hours) > 0.01
                then abs(gap.hours) || ' hours ' || sign.hours end,
            case when abs(gap.amount) > 0.01 * greatest(coalesce(run.records_out, 1), 1)
                then 'an amount that is ' || sign.amount end
        ) || ' than was sent' as title,
    'totals_differ' as root_cause,
    run.key as root_entity,
    run.flow,
    run.run_no,
    run.status,
    run.records_out,
    run.records_in,
    run.rejected,
    run.hours_out,
    run.hours_in,
    run.amount_out,
    run.amount_in,
    run.ended_at
from flow_run run
cross join lateral (
    select
        run.records_out - run.records_in - coalesce(run.rejected, 0) as records,
        run.hours_out - run.hours_in as hours,
        run.amount_out - run.amount_in as amount
) gap
cross join lateral (
    select
        case when gap.records > 0 then 'fewer' else 'more' end as records,
        case when gap.hours > 0 then 'fewer' else 'more' end as hours,
        case when gap.amount > 0 then 'smaller' else 'larger' end as amount
) sign
