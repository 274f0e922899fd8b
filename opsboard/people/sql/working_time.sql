-- Working minutes of a calendar up to an instant; 0 before its first interval.
create or replace function worked_minutes(of_calendar text, at timestamptz)
returns numeric language sql stable as $$
    select coalesce((
        select minutes_before
             + extract(epoch from least(at, ends_at) - starts_at) / 60
        from people_workinterval
        where calendar = of_calendar and starts_at <= at
        order by starts_at desc
        limit 1
    ), 0)
$$;

-- The instant at which so many working minutes have passed since `since` (domain.md 0.7, F.4).
-- Without intervals for the calendar, wall-clock minutes count: a late deadline beats none.
create or replace function after_working_minutes(of_calendar text, since timestamptz, wanted numeric)
returns timestamptz language sql stable as $$
    -- Reckoned once: the planner would put it into the condition, and so ask it of every interval.
    with target as materialized (select worked_minutes(of_calendar, since) + wanted as minutes)
    select coalesce((
        select starts_at + make_interval(secs => ((target.minutes - minutes_before) * 60)::float)
        from people_workinterval, target
        where calendar = of_calendar and minutes_before < target.minutes
        order by minutes_before desc
        limit 1
    ), since + make_interval(secs => (wanted * 60)::float))
$$;

-- The instant itself while its own working day has not ended, also before it opens; else the start
-- of the next working day.
create or replace function from_business_day(of_calendar text, at timestamptz)
returns timestamptz language sql stable as $$
    select coalesce((
        select case when day_begins_at <= at then at else starts_at end
        from people_workinterval
        where calendar = of_calendar and starts_at > at - interval '1 day' and ends_at > at
        order by starts_at
        limit 1
    ), at)
$$;

-- Is this the close window (domain.md 0.8)? From two working days before a month ends to the
-- given working day of the next; days are those of the calendar's own working intervals, named by
-- their noon, which is the same day everywhere.
create or replace function in_close_window(of_calendar text, at timestamptz, close_day int)
returns boolean language sql stable as $$
    with days as (
        select
            day_begins_at,
            row_number() over month as nth,
            count(*) over month_whole as all_days
        from people_workinterval
        cross join lateral (
            select date_trunc('month', (day_begins_at + interval '12 hours') at time zone 'UTC') as month
        ) noon
        where calendar = of_calendar
          and starts_at between at - interval '40 days' and at + interval '40 days'
        window
            month as (partition by noon.month order by starts_at),
            month_whole as (partition by noon.month)
    )
    select coalesce((
        select nth <= close_day or nth >= all_days - 2
        from days
        where day_begins_at <= at
        order by day_begins_at desc
        limit 1
    ), false)
$$;
