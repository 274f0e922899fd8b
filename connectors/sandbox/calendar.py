"""Entities, their holidays and working days, and the instants of their local clocks."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Entity:
    """A company of the group. `price_factor` scales its bill rates against the US card in USD."""

    code: str
    name: str
    country: str
    currency: str
    zone: str
    calendar: str
    tax_number: str
    price_factor: Decimal


ENTITIES = {
    entity.code: entity
    for entity in (
        Entity(
            "NQ-US", "Northquay Advisory Inc.", "US", "USD", "America/New_York", "US",
            "US 13-4410092", Decimal("1.00"),
        ),
        Entity(
            "NQ-UK", "Northquay Advisory Ltd", "GB", "GBP", "Europe/London", "GB",
            "GB 318 4402 19", Decimal("0.95"),
        ),
        Entity(
            "NQ-DE", "Northquay Advisory GmbH", "DE", "EUR", "Europe/Berlin", "DE-BY",
            "DE 294 771 603", Decimal("0.90"),
        ),
    )
}  # fmt: skip
GROUP_CURRENCY = "USD"
# Mid rates of one unit in USD; the daily rates move around them.
MID_RATES = {"GBP": Decimal("1.2700"), "EUR": Decimal("1.0850"), "CHF": Decimal("1.1200")}

HOLIDAYS: dict[str, dict[date, str]] = {
    "US": {
        date(2026, 1, 1): "New Year's Day",
        date(2026, 5, 25): "Memorial Day",
        date(2026, 6, 19): "Juneteenth",
        date(2026, 7, 3): "Independence Day",
        date(2026, 9, 7): "Labor Day",
    },
    "GB": {
        date(2026, 1, 1): "New Year's Day",
        date(2026, 4, 3): "Good Friday",
        date(2026, 4, 6): "Easter Monday",
        date(2026, 5, 4): "Early May bank holiday",
        date(2026, 5, 25): "Spring bank holiday",
        date(2026, 8, 31): "Summer bank holiday",
    },
    "DE-BY": {
        date(2026, 1, 1): "Neujahr",
        date(2026, 1, 6): "Heilige Drei Könige",
        date(2026, 4, 3): "Karfreitag",
        date(2026, 4, 6): "Ostermontag",
        date(2026, 5, 1): "Tag der Arbeit",
        date(2026, 5, 14): "Christi Himmelfahrt",
        date(2026, 5, 25): "Pfingstmontag",
        date(2026, 6, 4): "Fronleichnam",
        date(2026, 8, 15): "Mariä Himmelfahrt",
    },
}
ONE_DAY = timedelta(days=1)


@cache
def is_working_day(calendar: str, day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS[calendar]


@cache
def working_days(calendar: str, start: date, end: date) -> tuple[date, ...]:
    """The working days from `start` to `end`, both included."""
    span = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return tuple(day for day in span if is_working_day(calendar, day))


@cache
def shift(calendar: str, day: date, steps: int) -> date:
    """The working day that lies so many working days after `day`, or before it."""
    step = ONE_DAY if steps > 0 else -ONE_DAY
    for _ in range(abs(steps)):
        day += step
        while not is_working_day(calendar, day):
            day += step
    return day


@cache
def on_or_after(calendar: str, day: date) -> date:
    while not is_working_day(calendar, day):
        day += ONE_DAY
    return day


def month_of(day: date, months: int = 0) -> date:
    """The first day of the month that lies so many months after `day`'s."""
    total = day.year * 12 + day.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)


def month_end(day: date) -> date:
    return month_of(day, 1) - ONE_DAY


@cache
def close_day(calendar: str, month: date, place: int) -> date:
    """WD+`place` of the close of `month`; WD0 is the last working day of the month itself."""
    last = month_end(month)
    while not is_working_day(calendar, last):
        last -= ONE_DAY
    return shift(calendar, last, place)


def months_between(start: date, end: date) -> list[date]:
    month, found = month_of(start), []
    while month <= end:
        found.append(month)
        month = month_of(month, 1)
    return found


@cache
def _offset(zone: str, day: date) -> timedelta:
    return datetime.combine(day, time(12), ZoneInfo(zone)).utcoffset() or timedelta()


def local(zone: str, day: date, minutes: int) -> datetime:
    """The instant at so many minutes after midnight of the local day."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return midnight + timedelta(minutes=minutes) - _offset(zone, day)


def local_day(zone: str, at: datetime) -> date:
    return (at + _offset(zone, at.date())).date()


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
