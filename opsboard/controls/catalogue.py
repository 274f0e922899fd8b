"""The catalogue of controls: one file each, its header the metadata, its SELECT the rule.

A file under `sql/<workflow>/` opens with comment lines: code and title, a paragraph for whoever
reads it, then `name: value` lines. See docs/controls.md for what each line means.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "sql"
SEVERITIES = {"low": 1, "medium": 2, "high": 3, "critical": 4}
MEASURES = ("revenue_at_risk", "cost_at_risk", "cash_at_risk", "misstatement", "exposure_only")
REQUIRED = ("slug", "workflow", "class", "population", "feeds", "owner", "remediation")
# What only a control with a statement needs.
ASKED = ("population", "feeds")
STATUSES = ("draft", "shadow", "live", "retired")
KNOWN = {
    *REQUIRED,
    "status",
    "effective_from",
    "approved_by",
    "raised_by",
    "causes",
    "match",
    "measure",
    "total",
    "against_total",
    "against",
    "watches",
    "sides",
    "sensitive",
    "cause",
    "severity",
    "period",
    "module",
    "parameters",
    "incremental",
    "integrity",
    "specification",
}


class Malformed(Exception):
    """A control file that cannot be used; the text says where and what to write instead."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A change of `kind` concerns the subjects whose `column` holds the changed `field`."""

    kind: str
    field: str
    column: str


@dataclass(frozen=True, slots=True)
class Feed:
    """One kind from systems of one role, or of "any"; absence is evidence up to its watermark."""

    role: str
    kind: str

    def __str__(self) -> str:
        return f"{self.role}.{self.kind}"


@dataclass(frozen=True, slots=True)
class Definition:
    """One control as its file says it."""

    code: str
    title: str
    what: str
    slug: str
    workflow: str
    error_class: str
    owner: str
    population: str
    feeds: tuple[Feed, ...]
    remediation: tuple[str, ...]
    sql: str
    path: Path
    digest: str
    against: str = ""
    watches: tuple[Watch, ...] = ()
    sides: tuple[str, ...] = ()
    sensitive: Mapping[str, str] = field(default_factory=dict)
    own_cause: bool = True
    floor: int = 1
    close_floor: int = 1
    cap: int = 4
    period: tuple[str, ...] = ("CO-N",)
    module: str = "project"
    # Its life (0.12), which a deployment may overrule, and who stands for this version since when.
    status: str = "live"
    effective_from: date | None = None
    approved_by: str = ""
    # Another room raises it from its own tables; then there is no statement.
    raised_by: str = ""
    # Root causes that its SELECT takes from elsewhere instead of writing them out.
    causes: tuple[str, ...] = ()
    match: tuple[str, ...] = ("exact",)
    measure: str = ""
    # Columns of either side whose sums are kept as control totals.
    total: str = ""
    against_total: str = ""
    is_own: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict)
    always_full: str = ""
    integrity: bool = False
    specification: str = ""

    @property
    def close_relevant(self) -> bool:
        return "CO-C" in self.period


def catalogue() -> dict[str, Definition]:
    """Every control that can be asked by code: the shipped ones in the order of the folder, then
    the firm's own. A specification without a statement is only in the library."""
    return {code: one for code, one in library().items() if one.sql}


def library() -> dict[str, Definition]:
    """Every control by code, those included that are only specified or that another room raises."""
    return {**shipped(), **_own()}


@cache
def shipped() -> dict[str, Definition]:
    return {one.code: one for one in read_folder(FOLDER)}


def _own() -> dict[str, Definition]:
    from opsboard.controls.own import own_controls

    return own_controls().sound


def read_folder(folder: Path) -> Iterator[Definition]:
    for path in sorted(folder.rglob("*.sql")):
        yield read(path)


def read(path: Path) -> Definition:
    """Parse one control file, or raise Malformed."""
    text = path.read_text(encoding="utf-8")
    head, what, values, sql = split(text, path)
    match = re.match(r"([A-Z]{2}\d\d)\s+(\S.*)", head)
    if not match:
        raise Malformed(f"{path.name}:1: begin with '-- TP01 What is wrong', code and title")
    required = REQUIRED if sql else [one for one in REQUIRED if one not in ASKED]
    missing = [name for name in required if name not in values]
    unknown = sorted(set(values) - KNOWN)
    if missing or unknown:
        raise Malformed(f"{path.name}: lines missing: {missing}; lines unknown: {unknown}")
    if not sql and values.get("status") != "draft" and "raised_by" not in values:
        raise Malformed(f"{path.name}: needs one SELECT below its header, or 'status: draft'")
    return Definition(
        code=match[1],
        title=match[2],
        what=what,
        sql=sql,
        path=path,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        **_meaning(values, path),
    )


def split(text: str, path: Path) -> tuple[str, str, dict[str, str], str]:
    """Title line, paragraph, `name: value` lines and the statement of a commented SQL file."""
    lines = text.splitlines()
    count = next((n for n, line in enumerate(lines) if not line.startswith("--")), len(lines))
    header = [line[2:].rstrip() for line in lines[:count]]
    values: dict[str, str] = {}
    what: list[str] = []
    name, before = "", ""
    for line in header[1:]:
        # Inside the paragraph a word with a colon is a word.
        may_name = bool(values) or not before.strip()
        before = line
        named = re.match(r" ([a-z_]+):(?:\s+(.*))?$", line)
        if named and may_name:
            name = named[1]
            values[name] = named[2] or ""
        elif name and line.startswith("  "):
            values[name] += "\n" + line.strip()
        elif line.strip() and not name:
            what.append(line.strip())
    sql = "\n".join(lines[count:]).strip().rstrip(";")
    if not header:
        raise Malformed(f"{path.name}:1: needs a comment header and one SELECT")
    return header[0].strip(), " ".join(what), values, sql


def _meaning(values: dict[str, str], path: Path) -> dict[str, Any]:
    severity = dict(re.findall(r"(floor near a close|floor|cap) (\w+)", values.get("severity", "")))
    floor = severity.get("floor", "low")
    return {
        "slug": values["slug"],
        "workflow": values["workflow"],
        "error_class": values["class"],
        "owner": values["owner"],
        "population": values.get("population", ""),
        "against": values.get("against", ""),
        "feeds": tuple(
            Feed(*one.split(".")) for one in _listed(values.get("feeds", "")) if one != "none"
        ),
        "watches": read_watches(values.get("watches", ""), path),
        "sides": tuple(_listed(values.get("sides", ""))),
        "sensitive": dict(one.split("=") for one in _listed(values.get("sensitive", ""))),
        "own_cause": values.get("cause", "own") == "own",
        "floor": SEVERITIES[floor],
        "close_floor": SEVERITIES[severity.get("floor near a close", floor)],
        "cap": SEVERITIES[severity.get("cap", "critical")],
        "period": tuple(_listed(values.get("period", "CO-N"))),
        "module": values.get("module", "project"),
        **_life(values, path),
        "parameters": dict(_parameter(one) for one in _listed(values.get("parameters", ""))),
        "always_full": values.get("incremental", "").removeprefix("no,").strip(),
        "integrity": "integrity" in values,
        "specification": values.get("specification", ""),
        "remediation": tuple(
            re.sub(r"^\d+\.\s*", "", step) for step in values["remediation"].split("\n") if step
        ),
    }


def _life(values: dict[str, str], path: Path) -> dict[str, Any]:
    status, since = values.get("status", "live"), values.get("effective_from", "")
    if status not in STATUSES:
        raise Malformed(f"{path.name}: status: write one of {', '.join(STATUSES)}, not '{status}'")
    try:
        effective_from = date.fromisoformat(since) if since else None
    except ValueError:
        raise Malformed(f"{path.name}: effective_from: write a day such as 2026-07-01") from None
    return {
        "status": status,
        "effective_from": effective_from,
        "approved_by": values.get("approved_by", ""),
        "raised_by": values.get("raised_by", ""),
        "causes": tuple(_listed(values.get("causes", ""))),
        "match": tuple(_listed(values.get("match", "exact"))),
        "measure": values.get("measure", ""),
        "total": values.get("total", ""),
        "against_total": values.get("against_total", ""),
    }


def _listed(value: str) -> list[str]:
    return [one.strip() for one in re.split(r"[,;\n]", value) if one.strip()]


def _parameter(text: str) -> tuple[str, float | int | str]:
    name, value = (part.strip() for part in text.split("="))
    return name, int(value) if re.fullmatch(r"-?\d+", value) else value


def read_watches(value: str, path: Path) -> tuple[Watch, ...]:
    return tuple(_watch(one, path) for one in _listed(value))


def _watch(text: str, path: Path) -> Watch:
    """`kind`, `kind.field` or `kind.field -> column`."""
    match = re.fullmatch(r"(\w+)(?:\.(\w+))?(?:\s*->\s*(\w+))?", text)
    if not match:
        raise Malformed(f"{path.name}: watches: write 'kind.field -> column', not '{text}'")
    kind, column_field, column = match.groups()
    return Watch(kind, column_field or "key", column or "key")
