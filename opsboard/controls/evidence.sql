-- The last run of every control, the last full run that proves its population, and how many runs
-- have judged changes since.
select
    control.code,
    control.version,
    last.*,
    full_run.started_at   as full_at,
    full_run.population,
    full_run.matched,
    full_run.findings,
    full_run.pending,
    full_run.not_evaluated,
    full_run.out_of_scope,
    full_run.identity_holds,
    since.runs            as runs_since,
    since.judged          as judged_since
from controls_control control
left join lateral (
    select run.state as last_state, run.mode as last_mode, run.started_at as last_at,
           run.ended_at as last_ended_at, run.error as last_error, run.bound,
           run.judged as last_judged, run.findings as last_findings,
           run.not_evaluated as last_not_evaluated
    from controls_controlrun run
    where run.control_id = control.code
    order by run.started_at desc
    limit 1
) last on true
left join lateral (
    select run.started_at, run.population, run.matched, run.findings, run.pending,
           run.not_evaluated, run.out_of_scope, run.identity_holds
    from controls_controlrun run
    where run.control_id = control.code and run.mode = 'full' and run.state = 'done'
    order by run.started_at desc
    limit 1
) full_run on true
left join lateral (
    select count(*) as runs, coalesce(sum(run.judged), 0) as judged
    from controls_controlrun run
    where run.control_id = control.code
      and run.state = 'done'
      and run.started_at > full_run.started_at
) since on true
where %(code)s = '' or control.code = %(code)s
