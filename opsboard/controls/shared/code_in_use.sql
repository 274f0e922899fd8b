-- The local codes by which systems say what time was for: those that were written on time, and those
-- that a mapping speaks of. One row per system and code. `bare_hours` were written on days on which no
-- approved mapping of the code held.
create view code_in_use as
select
    code.system || ':' || code.local_code as key,
    code.system,
    code.local_code,
    used.first_day,
    used.last_day,
    coalesce(used.hours, 0) as hours,
    coalesce(used.bare_hours, 0) as bare_hours,
    used.bare_since
from (
    select day.system, day.local_code from code_day day
    union
    select mapping.used_by, mapping.local_code from utilization_category mapping
) code
left join (
    select
        day.system,
        day.local_code,
        min(day.day) as first_day,
        max(day.day) as last_day,
        sum(day.hours) as hours,
        sum(day.hours) filter (where not mapped.holds) as bare_hours,
        min(day.since) filter (where not mapped.holds) as bare_since
    from code_day day
    cross join lateral (
        select exists (
            select from utilization_category mapping
            where mapping.used_by = day.system
              and mapping.local_code = day.local_code
              and mapping.status = 'approved'
              and day.day between mapping.valid_from and coalesce(mapping.valid_to, 'infinity')
        ) as holds
    ) mapped
    group by day.system, day.local_code
) used on used.system = code.system and used.local_code = code.local_code;
