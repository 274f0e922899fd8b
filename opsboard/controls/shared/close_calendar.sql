-- When the days of a close end (domain.md B.4): for each period of an entity's books, the evening of
-- WD+2 to WD+5, and whether the period itself is over. Working days are weekdays that no calendar of
-- the entity has as a day off; evening is six o'clock on the entity's clock.
create view close_calendar as
select
    working.entity,
    working.starts_on,
    working.ends_on,
    bool_and(working.is_over) as is_over,
    max(working.evening) filter (where working.nth = 2) as wd2,
    max(working.evening) filter (where working.nth = 3) as wd3,
    max(working.evening) filter (where working.nth = 4) as wd4,
    max(working.evening) filter (where working.nth = 5) as wd5
from (
    select
        weekday.entity,
        weekday.starts_on,
        weekday.ends_on,
        weekday.is_over,
        (weekday.day + time '18:00') at time zone weekday.timezone as evening,
        row_number() over (
            partition by weekday.entity, weekday.starts_on, weekday.ends_on order by weekday.day
        ) as nth
    from (
        select distinct
            period.entity,
            period.starts_on,
            period.ends_on,
            period.status not in ('future', 'open') as is_over,
            coalesce(nullif(company.timezone, ''), 'UTC') as timezone,
            day::date as day
        from accounting_period period
        left join legal_entity company
          on company.key = period.system || ':' || period.legal_entity
        cross join lateral generate_series(
            period.ends_on + 1, period.ends_on + 14, interval '1 day'
        ) day
        where period.system_role = 'erp'
          and period.module = 'gl'
          and extract(isodow from day) < 6
    ) weekday
    left join (
        select distinct entity, day
        from work_calendar
        where standard_hours = 0 or is_holiday
    ) off on off.entity = weekday.entity and off.day = weekday.day
    where off.day is null
) working
group by working.entity, working.starts_on, working.ends_on;
