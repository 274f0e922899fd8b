-- Makes the working time of every calendar equal to the given one; what already fits is left alone.
with wanted as (
    select * from unnest(
        %(calendars)s::text[], %(starts)s::timestamptz[], %(ends)s::timestamptz[],
        %(minutes)s::integer[]
    ) as wanted (calendar, starts_at, ends_at, minutes_before)
),
gone as (
    delete from people_workinterval old
    where not exists (
        select from wanted
        where wanted.calendar = old.calendar and wanted.starts_at = old.starts_at
    )
)
insert into people_workinterval (calendar, starts_at, ends_at, minutes_before)
select calendar, starts_at, ends_at, minutes_before from wanted
on conflict (calendar, starts_at) do update set
    ends_at        = excluded.ends_at,
    minutes_before = excluded.minutes_before
where (people_workinterval.ends_at, people_workinterval.minutes_before)
    is distinct from (excluded.ends_at, excluded.minutes_before)
