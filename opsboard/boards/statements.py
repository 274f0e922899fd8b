"""The statements R1 to R12 that prove the whole (domain.md C.12, H.11): one file each.

A file under `statements/` opens with comment lines as a control's does; below stands one SELECT
that returns a row per part of the statement: a record, or the least sum that the two sides can be
compared in.

key, subjects    the part, and the subjects under which controls would raise it
what, bucket     in words, and the line of the breakdown that it counts in
entity, day, currency    where it belongs; currency is "h" for hours, "n" for a count
came_in, went_out        what the left side brought, and what the right side took, on that day
open, agreed     what stays of it, and what of that rightly does, by the other side's own word
confirmed, waits matched by a person; open and not to be judged yet
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from opsboard.controls.catalogue import Malformed, library, split
from opsboard.controls.judgement import question
from opsboard.controls.lives import settings_of
from opsboard.exceptions.states import UNSETTLED

HERE = Path(__file__).parent
FOLDER = HERE / "statements"
UNITS = ("hours", "amount", "count")
REQUIRED = ("slug", "unit", "left", "right", "explained_by", "feeds", "specification")
KNOWN = {*REQUIRED, "sensitive", "parameters", "parameters_of"}


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as its file says it; `sensitive` are the classes that its amounts need."""

    code: str
    title: str
    what: str
    slug: str
    unit: str
    left: str
    right: str
    explained_by: tuple[str, ...]
    feeds: tuple[str, ...]
    sql: str
    specification: str
    sensitive: frozenset[str] = frozenset()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    parameters_of: str = ""

    def may_be_seen_by(self, person: Any) -> bool:
        return person is None or person.sees >= self.sensitive


@cache
def statements() -> dict[str, Statement]:
    """Every statement by code, in their order."""
    return {one.code: one for one in map(read, sorted(FOLDER.glob("*.sql")))}


def read(path: Path) -> Statement:
    """Parse one file, or raise Malformed."""
    head, what, values, sql = split(path.read_text(encoding="utf-8"), path)
    match = re.match(r"(R\d\d)\s+(\S.*)", head)
    missing = [name for name in REQUIRED if name not in values]
    unknown = sorted(set(values) - KNOWN)
    if not match or missing or unknown or values["unit"] not in UNITS:
        raise Malformed(f"{path.name}: lines missing: {missing}; lines unknown: {unknown}")
    return Statement(
        code=match[1],
        title=match[2],
        what=what,
        sql=sql,
        slug=values["slug"],
        unit=values["unit"],
        left=" ".join(values["left"].split()),
        right=" ".join(values["right"].split()),
        explained_by=tuple(_listed(values["explained_by"])),
        feeds=tuple(_listed(values["feeds"])),
        specification=" ".join(values["specification"].split()),
        sensitive=frozenset(_listed(values.get("sensitive", ""))),
        parameters=dict(_parameter(one) for one in _listed(values.get("parameters", ""))),
        parameters_of=values.get("parameters_of", ""),
    )


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks what, and of which instant. No person is the engine: everything is seen."""

    statement: Statement
    as_of: datetime
    person: Any = None
    entity: str = ""

    def run(self, tail: str, **more: Any) -> list[dict[str, Any]]:
        """The statement's parts, judged, as `tail` selects of them; one query."""
        part, values = question(self.statement, self._values())
        judged = (HERE / "sql/judged.sql").read_text().replace("{part}", part)
        with transaction.atomic(), connection.cursor() as cursor:
            # A whole side at once: without this it goes through temporary files.
            cursor.execute("set local work_mem = '128MB'; set local jit = off")
            cursor.execute(f"{judged}\n{tail}", {**values, **more})
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _values(self) -> dict[str, Any]:
        today = self.as_of.astimezone(UTC).date()
        borrowed = self.statement.parameters_of
        return {
            **self.statement.parameters,
            **(library()[borrowed].parameters if borrowed else {}),
            **(settings_of(borrowed, today).parameters if borrowed else {}),
            "as_of": self.as_of,
            "today": today,
            "explained_by": list(self.statement.explained_by),
            "unsettled": [str(one) for one in UNSETTLED],
            "entities": list(self.person.entities) if self.person else [],
            "entity": self.entity,
            "may_see": self.statement.may_be_seen_by(self.person),
        }


def _listed(value: str) -> list[str]:
    return [one.strip() for one in re.split(r"[,\n]", value) if one.strip()]


def _parameter(text: str) -> tuple[str, int | str]:
    name, value = (part.strip() for part in text.split("="))
    return name, int(value) if re.fullmatch(r"-?\d+", value) else value
