"""Working time as rows, so that a deadline is one look-up in SQL."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from pathlib import Path

import holidays
from django.db import connection

from opsboard.config import Config
from opsboard.deployment.shape import Calendar
from opsboard.people.models import BusinessCalendar

YEARS = 2
# Where work never rests: every hour of every day (domain.md F.4). No file can name it so.
ALWAYS = "24x7"
WEEKEND = frozenset({5, 6})
STATEMENT = (Path(__file__).parent / "sql" / "settle_intervals.sql").read_text()


def settle_calendars(config: Config, today: date) -> None:
    """Make the working time of all calendars equal to the configuration.

    Whole years, two back and two ahead: the minutes are counted from a first of January, so that
    a day passing changes no row.
    """
    laid_out = [intervals(slug, one, today.year) for slug, one in config.calendars.items()]
    rows = list(chain.from_iterable([*laid_out, around_the_clock(today.year)]))
    _settle_names(config)
    names = ("calendars", "starts", "ends", "minutes", "begins")
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in names]
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, dict(zip(names, columns, strict=True)))


def _settle_names(config: Config) -> None:
    BusinessCalendar.objects.exclude(name__in=config.calendars).delete()
    BusinessCalendar.objects.bulk_create(
        [
            BusinessCalendar(
                name=name,
                zone=calendar.zone.key,
                country=calendar.country,
                legal_entities=list(calendar.legal_entities),
                day_minutes=calendar.day_minutes,
                version=version(calendar),
            )
            for name, calendar in config.calendars.items()
        ],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["zone", "country", "legal_entities", "day_minutes", "version"],
    )


def version(calendar: Calendar) -> str:
    """What the working time of this calendar was made from: its table, and the holidays known."""
    made_from = f"{calendar!r} {holidays.__version__ if calendar.country else ''}"
    return hashlib.sha256(made_from.encode()).hexdigest()[:12]


def around_the_clock(year: int) -> Iterator[tuple[str, datetime, datetime, int, datetime]]:
    """The working time of what never rests, day after day in UTC."""
    begins, one = datetime(year - YEARS, 1, 1, tzinfo=UTC), timedelta(days=1)
    for nth in range((datetime(year + YEARS + 1, 1, 1, tzinfo=UTC) - begins).days):
        yield ALWAYS, begins + nth * one, begins + (nth + 1) * one, nth * 1440, begins + nth * one


def intervals(
    slug: str, calendar: Calendar, year: int
) -> Iterator[tuple[str, datetime, datetime, int, datetime]]:
    """Each working day's hours, the working minutes before them, and when the day began."""
    before = 0
    for day in working_days(calendar, year):
        starts = datetime.combine(day, calendar.opens, calendar.zone)
        ends = datetime.combine(day, calendar.closes, calendar.zone)
        begins = datetime.combine(day, time(), calendar.zone)
        yield slug, starts, ends, before, begins
        # Subtracting across a change of clocks needs instants, not wall clocks.
        before += int((ends.timestamp() - starts.timestamp()) // 60)


def working_days(calendar: Calendar, year: int) -> Iterator[date]:
    years = range(year - YEARS, year + YEARS + 1)
    closed, weekend = _closed(calendar, years)
    day, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    while day <= last:
        if day.weekday() not in weekend and day not in closed:
            yield day
        day += timedelta(days=1)


def _closed(calendar: Calendar, years: range) -> tuple[set[date], frozenset[int]]:
    """Public holidays, and which weekdays are the weekend there."""
    if not calendar.country:
        return set(), WEEKEND
    found = holidays.country_holidays(
        calendar.country, subdiv=calendar.subdivision or None, years=years
    )
    return set(found), frozenset(found.weekend)
