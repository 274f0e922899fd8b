"""What the small firm did in the last weeks, and what went wrong on the way to its ledger.

Everything follows from the names of things and the present instant, so the firm lives: asked an
hour later, more time is approved and posted. Which entry fails is decided by a hash of its id.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from connectors.sandbox.people import (
    MISSING_IN_ERP,
    PEOPLE,
    WITHOUT_RATE,
    Engagement,
    Person,
    engagements_of,
    month_start,
)

WEEKS = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timecard; `approved_at` is None while it waits for approval."""

    number: str
    person: Person
    engagement: Engagement
    day: date
    hours: Decimal
    approved_at: datetime | None
    billable: bool = True

    @property
    def amount(self) -> Decimal:
        return self.hours * self.person.bill_rate


@dataclass(frozen=True, slots=True)
class Posting:
    """A line of the project ledger that was made from an entry."""

    number: str
    entry: Entry
    hours: Decimal
    posted_at: datetime


def chance(name: str, of: int) -> int:
    """A number below `of` that depends on the name alone."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % of


def entries(now: datetime) -> Iterator[Entry]:
    """Time of the last weeks as the PSA knows it at `now`."""
    today = now.date()
    for back in range(WEEKS * 7, -1, -1):
        day = today - timedelta(days=back)
        if day.weekday() < 5:
            for person in PEOPLE:
                yield from _day_of(person, day, now)


def _day_of(person: Person, day: date, now: datetime) -> Iterator[Entry]:
    known = engagements_of(person)
    parts = [Decimal(8)] if chance(f"{person.number}{day}", 3) else [Decimal(5), Decimal(3)]
    for place, hours in enumerate(parts):
        week = day.isocalendar().week
        engagement = known[(week + place + chance(person.number, 5)) % len(known)]
        approved = _approval(f"{person.number}{day}", day)
        yield Entry(
            number=f"TE-{day:%y%m%d}-{person.number[2:]}-{place + 1}",
            person=person,
            engagement=engagement,
            day=day,
            hours=hours,
            approved_at=approved if approved <= now else None,
            billable=chance(f"billable{person.number}{day}{place}", 12) > 0,
        )


def _approval(name: str, day: date) -> datetime:
    """Half is approved the same evening, the rest on the Monday after."""
    same_day = chance(f"approval{name}", 2)
    on = day if same_day else day + timedelta(days=7 - day.weekday())
    return datetime.combine(on, time(16 if same_day else 9, chance(name, 60)), UTC)


def postings(now: datetime) -> Iterator[Posting]:
    """What of it stands in the ERP's project ledger at `now`."""
    for entry in entries(now):
        if entry.approved_at and not _lost(entry, now):
            posted_at = entry.approved_at + timedelta(minutes=25 + chance(entry.number, 300))
            if posted_at <= now:
                yield from _posted(entry, posted_at)


def _posted(entry: Entry, posted_at: datetime) -> Iterator[Posting]:
    differs = chance(f"differs{entry.number}", 170) == 3
    hours = entry.hours - Decimal("1.5") if differs else entry.hours
    yield Posting(f"PA-{entry.number[3:]}", entry, hours, posted_at)
    if chance(f"twice{entry.number}", 240) == 5:
        again = posted_at + timedelta(hours=1)
        yield Posting(f"PA-{entry.number[3:]}-R", entry, hours, again)


def _lost(entry: Entry, now: datetime) -> bool:
    """Refused or lost on the way: no rate, no project, a closed month, or simply gone."""
    return (
        (entry.person.number in WITHOUT_RATE and entry.day >= rate_ended(now.date()))
        or entry.engagement.code in MISSING_IN_ERP
        or (entry.day < month_start(now.date()) and chance(f"late{entry.number}", 120) == 7)
        or chance(f"lost{entry.number}", 95) == 11
    )


def in_work(today: date) -> date:
    """A day of the month people work on: the new month's first days still belong to the last one,
    so that there is always something to find."""
    return today - timedelta(days=6)


def rate_ended(today: date) -> date:
    """The day from which two people have no cost rate: the first of the month in work."""
    return month_start(in_work(today))
