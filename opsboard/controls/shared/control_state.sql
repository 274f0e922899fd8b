-- One row per control that should run: when it last did, and whether that run failed.
create view control_state as
select
    control.code as key,
    control.title,
    control.judged_at,
    case when last.state = 'failed' then last.as_of end as failed_at,
    last.error
from controls_control control
left join lateral (
    select run.state, run.as_of, run.error
    from controls_controlrun run
    where run.control_id = control.code
    order by run.started_at desc, run.id desc
    limit 1
) last on true
where control.active
  and control.code <> 'IN12';
