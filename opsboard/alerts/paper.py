"""What every mail is made of: its envelope, and how it says amounts, deadlines and addresses.

Nothing that came from outside reaches a header: subjects are our own words, dates and hours.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from opsboard.alerts.models import Delivery
from opsboard.config import config
from opsboard.ui import words

MEASURES = (
    ("value", "at risk"),
    ("cost", "of cost not recorded"),
    ("misstated", "of possible misstatement"),
)


class Moot(Exception):
    """There is nothing left to tell this reader; the text says why."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail before it has an envelope; `held` are the deliveries that it tells of by number."""

    subject: str
    text: str
    html: str
    held: list[int] = field(default_factory=list)


def letter(
    sort: str,
    subject: str,
    delivery: Delivery,
    now: datetime,
    context: dict[str, Any],
    held: list[int] | tuple = (),
) -> Letter:
    """The mail of one template, in HTML and as plain text; `context` is completed."""
    person = delivery.person
    zone = person.place
    context |= {
        "firm": config().firm.name,
        "currency": config().firm.group_currency,
        "date": f"{words.day(now, now, zone)}, {words.clock(now, zone)}",
        "reader": plain(str(person)),
        "role": person.rights.title,
        "subject": subject,
    }
    return Letter(
        subject=subject.replace(words.NBSP, " "),
        text=render_to_string(f"alerts/{sort}.txt", context).strip() + "\n",
        html=render_to_string(f"alerts/{sort}.html", context),
        held=list(held),
    )


def amounts(row: dict) -> str:
    """Every measure that the reader may see and that is not nothing, in words."""
    currency = config().firm.group_currency
    told = [
        f"{_figure(row[name], estimated=row['is_estimated'])}{words.NBSP}{currency} {what}"
        for name, what in MEASURES
        if row[name]
    ]
    return " and ".join(told) or main_amount(row)


def main_amount(row: dict) -> str:
    """The first measure that the reader may see and that is not nothing."""
    for name, _ in MEASURES:
        if row[name]:
            return _figure(row[name], estimated=row["is_estimated"])
    return "restricted" if any(row[name] is None for name, _ in MEASURES) else "0"


def deadline(at: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    if at is None:
        return "no deadline"
    if at < now:
        return f"{words.left(now - at)} late"
    is_today = at.astimezone(zone).date() == now.astimezone(zone).date()
    return f"{'today ' if is_today else ''}{words.short(at, now, zone)}"


def absolute(name: str, *args) -> str:
    return settings.ADDRESS.rstrip("/") + reverse(name, args=args)


def plain(text: str) -> str:
    """One line of printable characters: nothing in it can pose as a line of ours."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _figure(amount: Decimal, *, estimated: bool) -> str:
    return f"{'≈' + words.NBSP if estimated else ''}{words.bracketed(amount)}"
