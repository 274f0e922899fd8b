-- Which legal entities are in their close window, each on its own calendar (domain.md 0.8).
create temp table close_window on commit drop as
select entity, in_close_window(calendar, %(as_of)s, %(close_day)s) as is_closing
from entity_calendar
