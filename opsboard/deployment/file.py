"""The whole file, table by table, then what its tables say of each other."""

import re
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

from opsboard.deployment import references, shape
from opsboard.deployment.ownership import read_ownership
from opsboard.deployment.reading import Mistakes, read, unknown
from opsboard.deployment.sources import read_connection

# domain.md 0.7
SLA = {
    "critical": {"acknowledge": "1bh", "resolve": "1bd", "close": "4bh"},
    "high": {"acknowledge": "4bh", "resolve": "2bd", "close": "1bd"},
    "medium": {"acknowledge": "1bd", "resolve": "5bd", "close": "2bd"},
    "low": {"acknowledge": "2bd", "resolve": "10bd", "close": "5bd"},
}
SINGLE = ("firm", "thresholds", "retention", "evidence", "controls")
NAMED = ("sla", "calendar", "team", "control", "connection")
LISTED = ("owner", "alert", "ownership")
# What stands when no calendar is written, here for the length of its day alone.
HOUSE = {"default": shape.Calendar(zone=ZoneInfo("UTC"))}
NAMES = {
    "calendar": (shape.NAME, shape.NAME_WORDS),
    "team": (shape.NAME, shape.NAME_WORDS),
    "control": (shape.CODE, "a control's code, such as TP01"),
}
Tables = dict[str, Any]


def read_file(tables: Tables, here: Path, mistakes: Mistakes) -> dict[str, Any]:
    """The parts of a configuration; worth using only when no mistake was noted."""
    tables = _well_formed(tables, mistakes)
    parts = {
        "firm": read(shape.Firm, tables["firm"], "firm", mistakes),
        "thresholds": read(shape.Thresholds, tables["thresholds"], "thresholds", mistakes),
        "retention": read(shape.Retention, tables["retention"], "retention", mistakes),
        "evidence": read(shape.Evidence, tables["evidence"], "evidence", mistakes),
        "control_folder": _control_folder(tables["controls"], here, mistakes),
        "sla": _sla(tables["sla"], mistakes),
        "calendars": _named(shape.Calendar, "calendar", tables, mistakes),
        "teams": _named(shape.Team, "team", tables, mistakes),
        "controls": _named(shape.ControlSettings, "control", tables, mistakes),
        "owners": _listed(shape.OwnerRule, "owner", tables, mistakes),
        "alerts": _listed(shape.AlertRule, "alert", tables, mistakes),
        "ownership": read_ownership(
            _listed(shape.OwnershipRule, "ownership", tables, mistakes), mistakes
        ),
        "connections": {
            name: read_connection(name, table, here, mistakes)
            for name, table in tables["connection"].items()
        },
    }
    _check(parts, tables, mistakes)
    if parts["firm"] and "default" not in parts["calendars"]:
        parts["calendars"]["default"] = shape.Calendar(zone=parts["firm"].zone)
    return {**parts, "owners": _rules(parts["owners"]), "alerts": _rules(parts["alerts"])}


def _check(parts: dict[str, Any], tables: Tables, mistakes: Mistakes) -> None:
    """A table that cannot be read still counts as being there: one mistake is told once."""
    if parts["thresholds"]:
        references.check_thresholds(parts["thresholds"], mistakes)
    calendars = _readable(parts["calendars"])
    references.check_calendars(calendars, mistakes)
    usable = {name: one for name, one in calendars.items() if one.day_minutes > 0}
    references.check_sla(_readable(parts["sla"]), {**HOUSE, **usable}, mistakes)
    references.check_teams(
        _readable(parts["teams"]), tables["team"], ["default", *tables["calendar"]], mistakes
    )
    references.check_owners(parts["owners"], list(tables["team"]), mistakes)
    references.check_alerts(parts["alerts"], mistakes)
    references.check_connections(_readable(parts["connections"]), mistakes)


def _well_formed(tables: Tables, mistakes: Mistakes) -> Tables:
    known = [*SINGLE, *NAMED, *LISTED]
    mistakes += [unknown(name, name, known) for name in tables if name not in known]
    found: Tables = {}
    for name in known:
        sort, head = (list, f"[[{name}]]") if name in LISTED else (dict, f"[{name}]")
        found[name] = tables.get(name, sort())
        if not isinstance(found[name], sort):
            mistakes.append(f"{name}: write a table, headed {head}")
            found[name] = sort()
    return found


def _named(kind: type, name: str, tables: Tables, mistakes: Mistakes) -> dict[str, Any]:
    pattern, words = NAMES[name]
    mistakes += [
        f"{name}.{key}: is no name for this; write {words}"
        for key in tables[name]
        if not re.fullmatch(pattern, key)
    ]
    return {
        key: read(kind, table, f"{name}.{key}", mistakes) for key, table in tables[name].items()
    }


def _listed(kind: type, name: str, tables: Tables, mistakes: Mistakes) -> list[tuple[int, Any]]:
    return [
        (number, read(kind, table, f"{name}[{number}]", mistakes))
        for number, table in enumerate(tables[name], 1)
    ]


def _control_folder(table: Tables, here: Path, mistakes: Mistakes) -> Path | None:
    """Where a firm's own controls stand; relative paths start at the file."""
    read_table = read(shape.ControlFolder, table, "controls", mistakes)
    if read_table is None or not read_table.folder:
        return None
    folder = here / read_table.folder
    if not folder.is_dir():
        mistakes.append(f"controls.folder: {folder} is no folder")
    return folder


def _sla(tables: Tables, mistakes: Mistakes) -> dict[str, shape.Sla | None]:
    """What is not written stands as the house has it."""
    known = list(get_args(shape.Severity))
    mistakes += [unknown(f"sla.{name}", name, known) for name in tables if name not in known]
    found = {}
    for severity in known:
        given = tables.get(severity, {})
        table = {**SLA[severity], **given} if isinstance(given, dict) else given
        found[severity] = read(shape.Sla, table, f"sla.{severity}", mistakes)
    return found


def _readable(found: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in found.items() if one is not None}


def _rules(found: list[tuple[int, Any]]) -> tuple[Any, ...]:
    return tuple(rule for _, rule in found)
