-- IN12 Control did not run
--
-- The absence of exceptions is good news only while every control runs. A control whose last run
-- failed, whose totals did not add up, or that has not run for twice its interval, is itself
-- an exception.
--
-- slug: control_run_failed
-- workflow: integration
-- class: retryable
-- owner: integration_support
-- integrity: yes
-- population: control_state
-- feeds: none
-- severity: floor medium
-- period: CO-C
-- parameters: missed_minutes = 120
-- incremental: no, it asks about opsboard's own runs, one row per control
-- specification: domain IN12; an input far below its weekday's norm is not judged, nor is the floor
--   higher in the close window
-- remediation:
--   1. Open the control and read the error of its last run.
--   2. Mend the data, the file or the server it names, and run the control again.
select
    state.key as subject,
    case when state.failed_at is not null then state.failed_at
        else state.judged_at + make_interval(mins => %(missed_minutes)s)
    end as look_at,
    state.key || ' ' || state.title || case when state.failed_at is not null
        then ' failed' else ' has not run' end as title,
    'control_not_run' as root_cause,
    state.key as root_entity,
    state.failed_at,
    state.judged_at,
    state.error
from control_state state
