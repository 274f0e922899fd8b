-- Which legal entities are in their close window, each on its own calendar (domain.md 0.8): since when,
-- and whether the third working day of the close has come (F.5).
create temp table closing on commit drop as
select
    home.entity,
    home.calendar,
    open.is_closing,
    case when open.is_closing then greatest(opens.last_month, case
        when opens.this_month <= %(as_of)s then opens.this_month end) end as opened_at,
    coalesce(open.is_closing
        and close_deadline(home.calendar, day.last_month, 3, '00:00') <= %(as_of)s
        and opens.this_month > %(as_of)s, false) as is_third_day
from entity_calendar home
cross join lateral (
    select in_close_window(home.calendar, %(as_of)s, %(close_day)s) as is_closing
) open
cross join lateral (
    select
        (%(as_of)s at time zone home.zone)::date as this_month,
        ((%(as_of)s at time zone home.zone) - interval '1 month')::date as last_month
) day
cross join lateral (
    select
        close_deadline(home.calendar, day.this_month, -2, '00:00') as this_month,
        close_deadline(home.calendar, day.last_month, -2, '00:00') as last_month
) opens
