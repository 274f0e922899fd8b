"""Print the statements R1 to R12: whether the whole adds up, by company and period."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from opsboard import clock
from opsboard.boards.statements import Asking, statements
from opsboard.boards.tying import Cell, cells

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


class Command(BaseCommand):
    help = "Print the statements, all or the ones named, as of now; 1 when anything is unexplained."

    def add_arguments(self, parser):
        parser.add_argument("codes", nargs="*", metavar="R01")
        parser.add_argument("--entity", default="", help="one legal entity, as NQ-UK")
        parser.add_argument("--period", default="", help="one period, as 2026-06")
        parser.add_argument("--json", action="store_true", help="everything, as JSON")

    def handle(self, *, codes, entity, period, json, **_):
        unknown = sorted(set(codes) - set(statements()))
        if unknown:
            raise CommandError(
                f"no statement is called {', '.join(unknown)}; there are {', '.join(statements())}"
            )
        found = {
            code: cells(Asking(one, clock.now(), None, entity), period)
            for code, one in statements().items()
            if not codes or code in codes
        }
        self.stdout.write(_as_json(found) if json else _as_table(found))
        if any(cell.breaks for one in found.values() for cell in one):
            raise SystemExit(1)


def _as_json(found: dict[str, list[Cell]]) -> str:
    told = {code: [asdict(cell) for cell in one] for code, one in found.items()}
    return json.dumps(told, indent=2, default=str)


def _as_table(found: dict[str, list[Cell]]) -> str:
    lines = []
    for code, one in found.items():
        lines.append(f"{code} {statements()[code].title}")
        heads = "".join(f"{name.replace('_', ' '):>16}" for name in SHOWN)
        lines.append(f"  {'company':<12}{'period':<9}{'unit':<5}{heads}")
        lines += [_line(cell) for cell in one] or ["  nothing to compare"]
    return "\n".join(lines)


def _line(cell: Cell) -> str:
    numbers = "".join(f"{_number(getattr(cell, name)):>16}" for name in SHOWN)
    told = f"  {cell.breaks} unexplained" if cell.breaks else ""
    return f"  {cell.entity or '(none)':<12}{cell.period:%Y-%m}  {cell.currency:<5}{numbers}{told}"


def _number(value: Any) -> str:
    return "restricted" if value is None else f"{value:,.2f}"
