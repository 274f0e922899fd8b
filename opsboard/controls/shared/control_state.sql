-- One row per control that should run: when it last did, whether that run failed, and whether its
-- last full run found far fewer records than its full runs on the same weekday of the five weeks
-- before (their median; three are needed to speak of a norm).
create view control_state as
select
    control.code as key,
    control.title,
    control.judged_at,
    case when last.state = 'failed' then last.as_of end as failed_at,
    last.error,
    whole.as_of as counted_at,
    whole.population,
    usual.population as usual_population
from controls_control control
left join lateral (
    select run.state, run.as_of, run.error
    from controls_controlrun run
    where run.control_id = control.code
    order by run.started_at desc, run.id desc
    limit 1
) last on true
left join lateral (
    select run.as_of, run.population
    from controls_controlrun run
    where run.control_id = control.code
      and run.state = 'done'
      and run.mode = 'full'
    order by run.started_at desc, run.id desc
    limit 1
) whole on true
left join lateral (
    select percentile_disc(0.5) within group (order by run.population) as population
    from controls_controlrun run
    where run.control_id = control.code
      and run.state = 'done'
      and run.mode = 'full'
      and run.as_of < whole.as_of - interval '1 day'
      and run.as_of > whole.as_of - interval '36 days'
      and extract(isodow from run.as_of at time zone 'UTC')
          = extract(isodow from whole.as_of at time zone 'UTC')
    having count(*) >= 3
) usual on true
where control.active
  and control.code <> 'IN12';
