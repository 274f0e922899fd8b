-- Where a calendar is not known (NULL), as for a legal entity that no system tells of, it is the default.

-- Working minutes of a calendar up to an instant; 0 before its first interval.
create or replace function worked_minutes(of_calendar text, at timestamptz)
returns numeric language sql stable parallel safe as $$
    select coalesce((
        select minutes_before
             + extract(epoch from least(at, ends_at) - starts_at) / 60
        from people_workinterval
        where calendar = coalesce(of_calendar, 'default') and starts_at <= at
        order by starts_at desc
        limit 1
    ), 0)
$$;

-- The instant at which so many working minutes have passed since `since` (domain.md 0.7, F.4).
-- Without intervals for the calendar, wall-clock minutes count: a late deadline beats none.
create or replace function after_working_minutes(of_calendar text, since timestamptz, wanted numeric)
returns timestamptz language sql stable parallel safe as $$
    -- Reckoned once: the planner would put it into the condition, and so ask it of every interval.
    with target as materialized (select worked_minutes(of_calendar, since) + wanted as minutes)
    select coalesce((
        select starts_at + make_interval(
            secs => (((select minutes from target) - minutes_before) * 60)::float
        )
        from people_workinterval
        -- A whole number, as the index holds it; of a join the order of the index would be lost.
        where calendar = coalesce(of_calendar, 'default')
          and minutes_before < (select ceil(minutes)::int from target)
        order by minutes_before desc
        limit 1
    ), since + make_interval(secs => (wanted * 60)::float))
$$;

-- The instant itself while its own working day has not ended, also before it opens; else the start
-- of the next working day.
create or replace function from_business_day(of_calendar text, at timestamptz)
returns timestamptz language sql stable parallel safe as $$
    select coalesce((
        select case when day_begins_at <= at then at else starts_at end
        from people_workinterval day
        where calendar = coalesce(of_calendar, 'default')
          and starts_at > at - interval '1 day'
          and ends_at > at
        -- Of the interval: by the bare name it were the column above, for which there is no index.
        order by day.starts_at
        limit 1
    ), at)
$$;

-- The instant so many business hours, or business days of that calendar's length, after another.
create or replace function after_business_hours(of_calendar text, since timestamptz, hours numeric)
returns timestamptz language sql stable parallel safe as $$
    select after_working_minutes(of_calendar, since, hours * 60)
$$;

create or replace function after_business_days(of_calendar text, since timestamptz, days numeric)
returns timestamptz language sql stable parallel safe as $$
    select after_working_minutes(of_calendar, since, days * coalesce(
        (select day_minutes from people_businesscalendar where name = coalesce(of_calendar, 'default')), 540
    ))
$$;

-- The local clock of WD+n of the close of the month that `service_day` lies in (domain.md B.4): WD0 is
-- the month's last working day, WD+1 the first one after the month, WD-2 the second before WD0. In
-- years that the calendar does not hold every day counts.
create or replace function close_deadline(
    of_calendar text, service_day date, working_day int, clock time
)
returns timestamptz language sql stable parallel safe as $$
    select coalesce((
        select (day + clock) at time zone zone
        from (
            select
                (interval.day_begins_at at time zone calendar.zone)::date as day,
                calendar.zone,
                row_number() over (order by case when working_day > 0
                    then interval.starts_at - 'epoch' else 'epoch' - interval.starts_at end) as nth
            from people_businesscalendar calendar
            join people_workinterval interval on interval.calendar = calendar.name
            cross join lateral (
                select (date_trunc('month', service_day) + interval '1 month')::timestamp
                    at time zone calendar.zone as ends_at
            ) month
            where calendar.name = coalesce(of_calendar, 'default')
              and case when working_day > 0 then interval.day_begins_at >= month.ends_at
                  else interval.day_begins_at < month.ends_at end
              and interval.starts_at between month.ends_at - interval '45 days'
                  and month.ends_at + interval '45 days'
        ) working
        where nth = case when working_day > 0 then working_day else 1 - working_day end
    ), case when of_calendar is not null then
        ((date_trunc('month', service_day) + interval '1 month')::date - 1 + working_day + clock)
            at time zone 'UTC'
    end)
$$;

-- The end of a grace, which the deadline of a close shortens for what began before it (domain.md 0.8).
create or replace function or_at_close(usual timestamptz, since timestamptz, deadline timestamptz)
returns timestamptz language sql immutable parallel safe as $$
    select case when since < deadline then least(usual, deadline) else usual end
$$;

-- Is this the close window (domain.md 0.8)? From two working days before a month ends to the
-- given working day of the next; days are those of the calendar's own working intervals, named by
-- their noon, which is the same day everywhere.
create or replace function in_close_window(of_calendar text, at timestamptz, close_day int)
returns boolean language sql stable parallel safe as $$
    with days as (
        select
            day_begins_at,
            row_number() over month as nth,
            count(*) over month_whole as all_days
        from people_workinterval
        cross join lateral (
            select date_trunc('month', (day_begins_at + interval '12 hours') at time zone 'UTC') as month
        ) noon
        where calendar = coalesce(of_calendar, 'default')
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
