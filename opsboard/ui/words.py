"""How opsboard says numbers, money, days and durations (design: words)."""

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

NBSP = "\u00a0"
DAY = timedelta(days=1)
# In the order in which work flows through a firm, not of the alphabet.
ROLE_WORDS = {
    "crm": "CRM",
    "psa": "PSA",
    "hcm": "HCM",
    "erp": "ERP",
    "payroll": "Payroll",
    "procurement": "Procurement",
    "identity": "Identity",
    "middleware": "Middleware",
}
NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def role_place(role: str) -> int:
    """Where a role of system stands among the others."""
    return [*ROLE_WORDS, role].index(role)


def grouped(value: int | float | Decimal, decimals: int = 0) -> str:
    """198 000: thousands set off by a no-break space, which copies as one number."""
    exact = Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{exact + 0:,}".replace(",", NBSP)


def bracketed(value: Decimal | int, decimals: int = 0) -> str:
    """Accounting's minus: (40 400)."""
    text = grouped(abs(value), decimals)
    return f"({text})" if is_negative(value, decimals) else text


def is_negative(value: Decimal | int, decimals: int = 0) -> bool:
    """Whether it still is below zero once rounded: -0.3 shows as 0, not as (0)."""
    return grouped(value, decimals).startswith("-")


def is_zero(value: Decimal | int, decimals: int = 0) -> bool:
    return grouped(abs(value), decimals).strip("0.") == ""


def counted(number: int, one: str, many: str = "") -> str:
    """1 cause, 26 causes."""
    return f"{grouped(number)}{NBSP}{one if number == 1 else many or one + 's'}"


def duration(span: timedelta) -> str:
    """26 min, 1 h 20, 13 h, 3 d: never more than a reader needs."""
    minutes = int(abs(span).total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    if minutes < 60:
        return f"{minutes}{NBSP}min"
    if hours < 10 and rest:
        return f"{hours}{NBSP}h{NBSP}{rest:02}"
    if hours < 48:
        return f"{hours}{NBSP}h"
    return f"{hours // 24}{NBSP}d"


def left(span: timedelta) -> str:
    """What is left of a deadline: from a day on, whole days."""
    if span >= DAY:
        return f"{span // DAY}{NBSP}d"
    return duration(span)


def day(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Thu 2 July; the year only when it is not this one."""
    there = at.astimezone(zone)
    year = "" if there.year == now.astimezone(zone).year else f" {there.year}"
    return f"{there:%a} {there.day} {there:%B}{year}"


def clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"


def short(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A recent or near instant: 10:56 today, Wed 16:02 this week, else Thu 25 June, 09:12."""
    apart = abs(at.astimezone(zone).date() - now.astimezone(zone).date())
    if not apart:
        return clock(at, zone)
    if apart < timedelta(days=6):
        return f"{at.astimezone(zone):%a %H:%M}"
    return f"{day(at, now, zone)}, {clock(at, zone)}"


def exact(at: datetime, zone: ZoneInfo) -> str:
    """The whole instant in the reader's zone, for a title."""
    there = at.astimezone(zone)
    return f"{there:%A} {there.day} {there:%B %Y, %H:%M:%S %Z}"


def in_words(value: int) -> str:
    """Up to ten in words, as text is set."""
    return NUMBERS[value] if 0 <= value <= 10 else grouped(value)
