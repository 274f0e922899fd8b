"""Lengths of time as people write them: "15m", "24h", "90d" by the clock, "4bh", "2bd" at work."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import NewType

PATTERN = re.compile(r"(\d{1,5})(s|m|h|d|bh|bd)")
CLOCK = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Duration:
    """`amount` of `unit`; business hours and days need a calendar before they become minutes."""

    amount: int
    unit: str

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"

    @property
    def is_working(self) -> bool:
        return self.unit in ("bh", "bd")

    @property
    def clock(self) -> timedelta:
        """The same by the clock; ValueError for working time, which has no fixed length."""
        if self.is_working:
            raise ValueError(f"{self} is working time")
        return timedelta(**{CLOCK[self.unit]: self.amount})

    def working_minutes(self, day_minutes: int) -> int:
        """Minutes of work, where one business day has `day_minutes`; ValueError for clock time."""
        if not self.is_working:
            raise ValueError(f"{self} is clock time")
        return self.amount * (60 if self.unit == "bh" else day_minutes)


# What a deadline is made of: time at work alone.
Working = NewType("Working", Duration)
# How often a source is asked: the clock of the whole house ticks once a minute.
Interval = NewType("Interval", timedelta)
# How long something is kept.
Age = NewType("Age", timedelta)


def duration(text: object) -> Duration:
    found = PATTERN.fullmatch(text) if isinstance(text, str) else None
    if not found or int(found[1]) == 0:
        raise ValueError("is no length of time")
    return Duration(int(found[1]), found[2])


def working(text: object) -> Working:
    found = duration(text)
    if not found.is_working:
        raise ValueError("is clock time")
    return Working(found)


def interval(text: object) -> Interval:
    return Interval(_at_least(timedelta(minutes=1), text))


def age(text: object) -> Age:
    return Age(_at_least(timedelta(days=1), text))


def _at_least(least: timedelta, text: object) -> timedelta:
    found = duration(text).clock
    if found < least:
        raise ValueError("is too short")
    return found
