"""Statements in words and lines: what a cell is called, and how cells stand on a page."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from opsboard.boards.drill import COLUMNS
from opsboard.boards.statements import Statement
from opsboard.boards.tying import Cell

# A year and the period before it: older ones are in the opening of the oldest that is shown.
PERIODS = 13
UNITS = {"h": "hours", "n": "records"}
# The columns of the page, in the order of the identity that they must hold.
SHOWN = (
    "opening",
    "came_in",
    "went_out",
    "closing",
    "agreed",
    "unmatched",
    "not_evaluated",
    "unexplained",
)


@dataclass(slots=True)
class Place:
    """A company in one statement and period: what of it nothing explains, currency by currency."""

    entity: str
    breaks: int = 0
    amounts: list[tuple[Decimal | None, str]] = field(default_factory=list)
    number: int = 0


@dataclass(slots=True)
class Line:
    statement: Statement
    places: list[Place]


@dataclass(slots=True)
class Number:
    """One amount with the address of its rows."""

    value: Decimal | None
    address: str
    name: str


@dataclass(slots=True)
class Row:
    cell: Cell
    numbers: list[Number]
    share: str
    breakdown: list[Number]
    confirmed_address: str


@dataclass(slots=True)
class Group:
    entity: str
    currency: str
    unit: str
    # Shown to the hundredth: hours; money in whole units.
    minor: bool
    rows: list[Row]

    @property
    def latest(self) -> Row:
        """The newest period in which anything happened."""
        return next((row for row in self.rows if row.cell.parts), self.rows[0])


def line(one: Statement, cells: list[Cell], entities: list[str]) -> Line:
    places = {entity: Place(entity) for entity in entities}
    for cell in cells:
        place = places[cell.entity]
        place.number += 1
        place.breaks += cell.breaks
        if cell.breaks:
            place.amounts.append((cell.unexplained, unit_of(cell.currency)))
    return Line(one, list(places.values()))


def by_place(one: Statement, cells: list[Cell]) -> list[Group]:
    """Companies and currencies, each with its periods, the newest first."""
    found: dict[tuple[str, str], Group] = {}
    for cell in cells:
        place = (cell.entity, cell.currency)
        if place not in found:
            minor = cell.currency == "h"
            found[place] = Group(*place, unit_of(cell.currency), minor, [])
        found[place].rows.insert(0, _row(one, cell))
    for group in found.values():
        del group.rows[PERIODS:]
    return list(found.values())


def _row(one: Statement, cell: Cell) -> Row:
    numbers = [
        Number(getattr(cell, name), address(one, cell, name), COLUMNS[name][2]) for name in SHOWN
    ]
    breakdown = sorted(cell.breakdown.items(), key=lambda part: (-abs(part[1]), part[0]))
    share = cell.share
    return Row(
        cell,
        numbers,
        "" if share is None else f"{_floored(share)}\u00a0%",
        [Number(value, "", name) for name, value in breakdown if value],
        address(one, cell, "confirmed"),
    )


def _floored(share: Decimal) -> str:
    """Never 100 while anything is left."""
    return f"{int(share * 1000) / 10:.1f}".removesuffix(".0")


def address(one: Statement, cell: Cell, column: str) -> str:
    query = urlencode(
        {
            "entity": cell.entity,
            "period": f"{cell.period:%Y-%m-%d}",
            "currency": cell.currency,
            "column": column,
        }
    )
    return f"{reverse('statements:rows', args=[one.code])}?{query}"


def unit_of(currency: str) -> str:
    return UNITS.get(currency, currency)


def cell_in_words(entity: str, period: date, currency: str, column: str) -> str:
    unit = UNITS.get(currency, f"in {currency}")
    when = {"opening": "before", "closing": "up to the end of"}.get(column, "in")
    if column in ("agreed", "unmatched", "not_evaluated", "unexplained"):
        when = "up to the end of"
    told = f"{COLUMNS[column][2]}, {unit}, {when} {period:%B %Y}"
    return f"{told}, {entity or 'no company named'}"


def finding(one: Statement, cells: list[Cell]) -> str:
    """The headline: what breaks, else that it holds."""
    last: dict[tuple[str, str], Any] = {(cell.entity, cell.currency): cell for cell in cells}
    breaks = sum(cell.breaks for cell in last.values())
    if not cells:
        return f"{one.title}: nothing to compare yet."
    if not breaks:
        return f"{one.title}: nothing is unexplained."
    parts = "1 row is" if breaks == 1 else f"{breaks} rows are"
    return f"{one.title}: {parts} unexplained."
