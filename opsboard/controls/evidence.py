"""The catalogue with its evidence: what every control asks, when it was asked, what came out."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.db import connection

from opsboard import clock
from opsboard.controls.catalogue import Definition, library
from opsboard.controls.lives import life_of
from opsboard.workflows import WORKFLOWS

STATEMENT = Path(__file__).parent / "evidence.sql"


@dataclass(frozen=True)
class Line:
    """One control as the pages show it. The totals are those of its last full run."""

    definition: Definition
    asked: dict[str, Any] = field(default_factory=dict)
    status: str = "live"

    @property
    def code(self) -> str:
        return self.definition.code

    @property
    def workflow(self) -> str:
        return self.definition.workflow

    @property
    def last_at(self) -> datetime | None:
        return self.asked.get("last_at")

    @property
    def verdict(self) -> str:
        """draft, shadow, retired, elsewhere (another room raises it), or of a live one: never,
        running, failed, unproven (identity broken), blind, findings or clean."""
        asked = self.asked
        if self.status != "live":
            return self.status
        if self.definition.raised_by:
            return "elsewhere"
        if not self.last_at:
            return "never"
        if asked["last_state"] != "done":
            return asked["last_state"]
        if asked["identity_holds"] is False:
            return "unproven"
        if asked["findings"] or asked["last_findings"]:
            return "findings"
        if asked["not_evaluated"] or asked["last_not_evaluated"]:
            return "blind"
        return "clean"


def lines() -> list[Line]:
    """Every control of the catalogue, workflow by workflow."""
    asked = {row["code"]: row for row in _ask("")}
    day = clock.now().date()
    found = [
        Line(one, asked.get(one.code, {}), life_of(one, day)["status"])
        for one in library().values()
    ]
    return sorted(found, key=lambda one: (_place(one.workflow), one.code))


def by_workflow(every: list[Line]) -> list[tuple[str, list[Line]]]:
    return [(name, list(some)) for name, some in groupby(every, attrgetter("workflow"))]


def line(definition: Definition) -> Line:
    status = life_of(definition, clock.now().date())["status"]
    return Line(definition, next(iter(_ask(definition.code)), {}), status)


def _place(workflow: str) -> int:
    return WORKFLOWS.index(workflow) if workflow in WORKFLOWS else len(WORKFLOWS)


def _ask(code: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT.read_text(), {"code": code})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]
