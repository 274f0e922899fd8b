-- The days of a booking on which work is planned, and the hours of each: its planned hours spread
-- evenly over its working days. A worker who names no calendar has the days off of them all.
create view booking_day as
select
    booking.key,
    booking.worker_id,
    booking.project_id,
    working.day,
    booking.planned_hours / count(*) over (partition by booking.key) as hours
from assignment booking
left join worker on worker.key = booking.system || ':' || booking.worker
cross join lateral (
    select coalesce(range_agg(daterange(off.day, off.day, '[]')), '{}') as days
    from work_calendar off
    where (off.standard_hours = 0 or off.is_holiday)
      and off.day between booking.starts_on and booking.ends_on
      and (off.calendar = worker.calendar or coalesce(worker.calendar, '') = '')
) rest
cross join lateral (
    select day::date as day
    from generate_series(booking.starts_on, booking.ends_on, interval '1 day') day
    where extract(isodow from day) < 6
      and not rest.days @> day::date
) working
where booking.system_role = 'psa';
