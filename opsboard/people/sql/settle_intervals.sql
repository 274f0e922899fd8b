-- Makes the working time of every calendar equal to the given one; what already fits is left alone.
with wanted as (
    select * from unnest(
        %(calendars)s::text[], %(starts)s::timestamptz[], %(ends)s::timestamptz[],
        %(minutes)s::integer[], %(begins)s::timestamptz[]
    ) as wanted (calendar, starts_at, ends_at, minutes_before, day_begins_at)
),
gone as (
    delete from people_workinterval old
    where not exists (
        select from wanted
        where wanted.calendar = old.calendar and wanted.starts_at = old.starts_at
    )
)
insert into people_workinterval (calendar, starts_at, ends_at, minutes_before, day_begins_at)
select calendar, starts_at, ends_at, minutes_before, day_begins_at from wanted
on conflict (calendar, starts_at) do update set
    ends_at        = excluded.ends_at,
    minutes_before = excluded.minutes_before,
    day_begins_at  = excluded.day_begins_at
where (people_workinterval.ends_at, people_workinterval.minutes_before,
       people_workinterval.day_begins_at)
    is distinct from (excluded.ends_at, excluded.minutes_before, excluded.day_begins_at)
