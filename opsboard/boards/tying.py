"""A statement period by period: what was open, came, went, stays open, and whether all is told."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from decimal import Decimal
from typing import Any

from opsboard.boards.statements import HERE, Asking

NOTHING = Decimal(0)


@dataclass(slots=True)
class Cell:
    """One company, period and currency ("h" hours, "n" a count); amounts are None when masked.

    `matched` is what the right side took by its keys, `confirmed` what it took, or holds, by a
    person's word; `agreed` stays open rightly. Of what stays open otherwise, `unmatched` has an
    exception that explains it and `not_evaluated` a control that waits. `unexplained` counts overs
    and unders alike.
    """

    entity: str
    period: date
    currency: str
    opening: Decimal | None = NOTHING
    came_in: Decimal | None = NOTHING
    went_out: Decimal | None = NOTHING
    closing: Decimal | None = NOTHING
    matched: Decimal | None = NOTHING
    confirmed: Decimal | None = NOTHING
    agreed: Decimal | None = NOTHING
    unmatched: Decimal | None = NOTHING
    not_evaluated: Decimal | None = NOTHING
    unexplained: Decimal | None = NOTHING
    # Parts of the period and before that nothing explains: told to everybody.
    breaks: int = 0
    parts: int = 0
    breakdown: dict[str, Decimal | None] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return not self.breaks

    @property
    def rolls(self) -> Decimal | None:
        """Zero, or by how much opening, in and out miss the closing."""
        if self.opening is None:
            return None
        return self.opening + self.came_in - self.went_out - self.closing

    @property
    def left(self) -> Decimal | None:
        """Zero, or what of the closing nothing explains; overs and unders may hide each other."""
        if self.closing is None:
            return None
        return self.closing - self.agreed - self.unmatched - self.not_evaluated

    @property
    def share(self) -> Decimal | None:
        """How much of what was to be accounted for is: 0 to 1, None where there was nothing."""
        if self.opening is None or self.opening + self.came_in <= 0:
            return None
        odd = abs(self.unmatched) + abs(self.not_evaluated) + self.unexplained
        return max(NOTHING, 1 - odd / (self.opening + self.came_in))


def cells(asking: Asking, period: str = "") -> list[Cell]:
    """By company and currency, each period up to the present one, or `period` ("2026-06")."""
    lines = asking.run((HERE / "sql/cells.sql").read_text())
    today = asking.as_of.astimezone(UTC).date()
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        if line["period"] <= today:
            groups[line["entity"], line["currency"]].append(line)
    every = _periods(lines, today)
    found = [one for place in sorted(groups) for one in _carried(place, groups[place], every)]
    return [one for one in found if not period or f"{one.period:%Y-%m}" == period]


def _periods(lines: list[dict[str, Any]], today: date) -> list[date]:
    """From the first that anything happened in to the present: what is open stands in each."""
    known = {line["period"] for line in lines if line["period"] <= today}
    months = {f"{one:%Y-%m}" for one in known}
    month = min(known, default=today).replace(day=1)
    while known and month <= today:
        if f"{month:%Y-%m}" not in months:
            known.add(month)
        month = (month + timedelta(days=31)).replace(day=1)
    return sorted(known)


def _carried(
    place: tuple[str, str], lines: list[dict[str, Any]], periods: Iterable[date]
) -> Iterator[Cell]:
    """What stays open goes on into the next period, with its explanation or without one."""
    by_period: dict[date, list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        by_period[line["period"]].append(line)
    carried: list[dict[str, Any]] = []
    for period in periods:
        if not carried and period not in by_period:
            continue
        cell = Cell(place[0], period, place[1])
        _open(cell, carried)
        for line in by_period[period]:
            _move(cell, line)
        carried += by_period[period]
        for line in carried:
            _stand(cell, line)
        yield _masked(cell) if carried[0]["open"] is None else cell


def _open(cell: Cell, carried: list[dict[str, Any]]) -> None:
    cell.opening = sum((line["open"] or NOTHING for line in carried), NOTHING)


def _move(cell: Cell, line: dict[str, Any]) -> None:
    out = line["went_out"] or NOTHING
    cell.came_in += line["came_in"] or NOTHING
    cell.went_out += out
    cell.parts += line["parts"]
    if line["confirmed"]:
        cell.confirmed += out + (line["agreed"] or NOTHING)
    else:
        cell.matched += out
    if out:
        cell.breakdown[line["bucket"]] = cell.breakdown.get(line["bucket"], NOTHING) + out


def _stand(cell: Cell, line: dict[str, Any]) -> None:
    open_, agreed = line["open"] or NOTHING, line["agreed"] or NOTHING
    cell.closing += open_
    cell.agreed += agreed
    cell.breaks += line["breaks"]
    cell.unexplained += line["unexplained"] or line["rolled"] or NOTHING
    if line["standing"] == "unmatched":
        cell.unmatched += open_ - agreed
    elif line["standing"] == "not_evaluated":
        cell.not_evaluated += open_ - agreed
    if open_:
        label = told(line)
        cell.breakdown[label] = cell.breakdown.get(label, NOTHING) + open_


def told(line: dict[str, Any]) -> str:
    """The line of the breakdown: the bucket, and why it stays open."""
    if line["standing"] == "unmatched":
        return f"{line['bucket']}: {line['cause'].replace('_', ' ')}"
    if line["standing"] == "not_evaluated":
        return f"{line['bucket']}: waits for its control"
    if line["standing"] == "unexplained":
        return f"{line['bucket']}: unexplained"
    return line["bucket"]


def _masked(cell: Cell) -> Cell:
    names = ("opening", "came_in", "went_out", "closing", "matched", "confirmed", "agreed")
    for name in (*names, "unmatched", "not_evaluated", "unexplained"):
        setattr(cell, name, None)
    cell.breakdown = {}
    return cell
