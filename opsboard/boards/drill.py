"""The rows behind a number of a statement: the same query, not summed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from opsboard.boards.statements import HERE, Asking

PAGE = 100
HERE_ONLY, UP_TO = "period = %(period)s", "period <= %(period)s"
ODD = "open - agreed"
UNEXPLAINED = "abs(rolled) + case when standing = 'unexplained' then abs(open - agreed) else 0 end"
# What each column counts, of which parts, and how it is told.
COLUMNS = {
    "opening": ("open", "period < %(period)s", "open at the start"),
    "came_in": ("came_in", HERE_ONLY, "came in"),
    "went_out": ("went_out", HERE_ONLY, "went out"),
    "matched": ("went_out", f"{HERE_ONLY} and not confirmed", "matched"),
    "confirmed": ("went_out + agreed", f"{HERE_ONLY} and confirmed", "confirmed by a person"),
    "closing": ("open", UP_TO, "open at the end"),
    "agreed": ("agreed", UP_TO, "rightly open"),
    "unmatched": (ODD, f"{UP_TO} and standing = 'unmatched'", "open, with an exception"),
    "not_evaluated": (
        ODD,
        f"{UP_TO} and standing = 'not_evaluated'",
        "waiting for its control or not evaluated",
    ),
    "unexplained": (UNEXPLAINED, UP_TO, "unexplained"),
}


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of them; `total` is the whole cell, None for who may not see it."""

    rows: list[dict[str, Any]]
    number: int
    total: Decimal | None


def rows(
    asking: Asking,
    period: date,
    column: str,
    currency: str,
    *,
    of: str,
    offset: int = 0,
    limit: int | None = PAGE,
) -> Rows:
    """The parts of the company `of` that make the column's amount; KeyError for no such column."""
    amount, within, _ = COLUMNS[column]
    tail = (HERE / "sql/rows.sql").read_text()
    found = asking.run(
        tail.replace("{amount}", amount).replace("{within}", within),
        period=period,
        currency=currency,
        of=of,
        limit=limit,
        offset=offset,
    )
    if not found:
        return Rows([], 0, Decimal(0))
    return Rows(found, found[0]["number"], found[0]["total"])
