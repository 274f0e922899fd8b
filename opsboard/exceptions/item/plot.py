"""Rows in, figure out: what hangs on a group, day by day. Colours by role name, never a hex."""

from datetime import date
from decimal import Decimal
from typing import Any

Days = list[tuple[date, int, Decimal | None]]
TALL = 190


def by_day(days: Days, *, hours: bool) -> dict[str, Any]:
    """Bars by service date, from zero; only days that have something."""
    sizes = [float(worked or 0) if hours else count for _, count, worked in days]
    named = [_day(day) for day, _, _ in days]
    said = [_said(size, hours=hours) for size in sizes]
    top = max(sizes, default=0)
    return {
        "data": [
            {
                "type": "bar",
                "x": named,
                "y": sizes,
                "text": [one if size == top else "" for one, size in zip(said, sizes, strict=True)],
                "textposition": "outside",
                "cliponaxis": False,
                "hovertext": said,
                "hovertemplate": "%{x}<br>%{hovertext}<extra></extra>",
                "marker": {"color": "series-1"},
            }
        ],
        "layout": {
            "height": TALL,
            "xaxis": {"type": "category", "fixedrange": True, "tickangle": 0, "nticks": 6},
            "yaxis": {"rangemode": "tozero", "fixedrange": True, "nticks": 4},
            "margin": {"l": 8, "r": 8, "t": 24, "b": 8},
        },
    }


def caption(days: Days, *, hours: bool) -> str:
    """What stands out, else from when to when it goes."""
    sizes = [float(worked or 0) if hours else count for _, count, worked in days]
    total, top = sum(sizes), max(sizes, default=0)
    day = days[sizes.index(top)][0]
    if total and top / total >= 0.5:
        return f"{_day(day)} alone makes {top / total:.0%}".replace("%", "\N{NO-BREAK SPACE}%")
    return f"{len(days)} days, {_day(days[0][0])} to {_day(days[-1][0])}"


def table(days: Days, *, hours: bool) -> list[tuple[str, str]]:
    """The same as a table."""
    return [
        (_day(day), _said(float(worked or 0) if hours else count, hours=hours))
        for day, count, worked in days
    ]


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"


def _said(size: float, *, hours: bool) -> str:
    number = f"{size:,.2f}" if hours else f"{size:,}"
    return number.replace(",", "\N{NO-BREAK SPACE}") + ("\N{NO-BREAK SPACE}h" if hours else "")
