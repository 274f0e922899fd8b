-- Which controls rest on a feed: those whose last run asked for its watermark, by its own role or as
-- one of any.
create view resting_control as
select
    feed.key,
    string_agg(control.code, ', ' order by control.code) as controls
from feed
join controls_control control on control.active
cross join lateral (
    select run.watermarks
    from controls_controlrun run
    where run.control_id = control.code
    order by run.started_at desc, run.id desc
    limit 1
) last
where last.watermarks ?| array['any.' || feed.kind, feed.system_role || '.' || feed.kind]
group by feed.key;
