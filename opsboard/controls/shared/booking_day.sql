-- The days of a booking on which work is planned, and the hours of each: its planned hours spread
-- evenly over its working days. A worker who names no calendar has the days off of them all.
create view booking_day as
select
    booking.key,
    booking.system,
    booking.project,
    booking.status,
    booking.starts_on,
    booking.ends_on,
    day.day,
    booking.planned_hours / cardinality(working.days) as hours
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
    select array_agg(day::date) as days
    from generate_series(booking.starts_on, booking.ends_on, interval '1 day') day
    where extract(isodow from day) < 6
      and not rest.days @> day::date
) working
cross join lateral unnest(working.days) day (day)
where booking.system_role = 'psa';
