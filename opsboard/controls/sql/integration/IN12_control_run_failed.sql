-- IN12 Control did not run
--
-- The absence of exceptions is good news only while every control runs. A control whose last run
-- failed, whose totals did not add up, that has not run for twice its interval, or that suddenly
-- found far fewer records than it usually does on that weekday, is itself an exception.
--
-- slug: control_run_failed
-- workflow: integration
-- class: retryable
-- owner: integration_support
-- integrity: yes
-- population: control_state
-- feeds: none
-- severity: floor medium, floor near a close high
-- period: CO-C
-- parameters: missed_minutes = 120, least_percent = 70
-- incremental: no, it asks about opsboard's own runs, one row per control
-- specification: domain IN12; what a control reads are records as they stand, so a holiday makes no
--   input small; a control that was switched off is not missed
-- remediation:
--   1. Open the control and read the error of its last run.
--   2. Mend the data, the file or the server it names, and run the control again.
select
    state.key as subject,
    case
        when state.failed_at is not null then state.failed_at
        when state.population * 100 < state.usual_population * %(least_percent)s
            then state.counted_at
        else state.judged_at + make_interval(mins => %(missed_minutes)s)
    end as look_at,
    state.key || ' ' || state.title || case
        when state.failed_at is not null then ' failed'
        when state.population * 100 < state.usual_population * %(least_percent)s
            then ' found far fewer records than usual'
        else ' has not run' end as title,
    'control_not_run' as root_cause,
    state.key as root_entity,
    state.failed_at,
    state.judged_at,
    state.population,
    state.usual_population,
    state.error
from control_state state
