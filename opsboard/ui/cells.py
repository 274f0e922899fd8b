"""Cells as HTML: money and instants, the same wherever they stand."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.html import format_html
from django.utils.safestring import SafeString

from opsboard.ui import words


def money(value: Decimal | int, decimals: int, *, estimated=False, ties=False) -> SafeString:
    kinds = {
        "minus": words.is_negative(value, decimals),
        "nil": words.is_zero(value, decimals),
        "estimated": estimated,
        "ties": ties,
    }
    names = " ".join(["money", *(name for name, holds in kinds.items() if holds)])
    return format_html('<span class="{}">{}</span>', names, words.bracketed(value, decimals))


def deadline(at: datetime, now: datetime, place: ZoneInfo) -> tuple[SafeString, str]:
    """First the wall clock, then what is left; when late, how late and since when."""
    if at < now:
        since = f"since {words.short(at, now, place)}"
        return time(at, f"{words.left(now - at)} late", place), since
    text = words.short(at, now, place)
    if at.astimezone(place).date() == now.astimezone(place).date():
        text = f"Today {text}"
    return time(at, text, place), f"{words.left(at - now)} left"


def time(at: datetime, text: str, zone: ZoneInfo) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), words.exact(at, zone), text
    )
