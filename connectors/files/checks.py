"""What can be wrong with the settings of a drop folder, all of it at once."""

import codecs
from collections.abc import Mapping as Table
from dataclasses import replace
from typing import Any

from connectors.files.streams import SETTINGS, FileStream, declare
from connectors.kinds import KINDS
from connectors.transforms import transform_mistake

# Keys that belong to the connection or its schedule, not to this connector.
COMMON = frozenset(
    ("connector", "system", "role", "title", "streams", "mapping", "owner", "enabled")
)
OWN = frozenset(("folder", "zone", "settle"))
SCHEDULE = frozenset(("interval", "enabled", "title", "owner"))
SHAPES: dict[str, tuple[Any, str]] = {
    **dict.fromkeys(("pattern", "kind", "format", "delimiter", "encoding"), (str, "a text")),
    **dict.fromkeys(("decimal", "thousands", "date", "instant", "stamp"), (str, "a text")),
    **dict.fromkeys(("as_of", "version"), (str, "a text")),
    **dict.fromkeys(("snapshot", "marker"), (bool, "true or false")),
    "settle": ((int, float), "a number of seconds"),
    "ignored": (list, "a list of column names"),
    "columns": (dict, 'a table such as { source_id = "Entry" }'),
}


def mistakes(settings: Table[str, Any]) -> list[str]:
    """Every mistake, as 'place: what is wrong and what to write'."""
    faults = [
        f"{name}: is not a setting of files; it knows {', '.join(sorted(OWN))}"
        for name in settings
        if name not in COMMON | OWN
    ]
    if not isinstance(settings.get("folder"), str) or not settings["folder"]:
        faults.append("folder: is missing; write the folder the exports are dropped in")
    faults += _faults_at("zone", _zone_fault(settings.get("zone", "")))
    if not _is_seconds(settings.get("settle", 5)):
        faults.append("settle: write a number of seconds, 0 or more")
    streams = settings.get("streams")
    if not isinstance(streams, Table) or not streams:
        return [*faults, "streams: there are none; write a table [connection.….streams.time_entry]"]
    for name, table in streams.items():
        faults += [f"streams.{name}.{fault}" for fault in _stream_faults(name, table, settings)]
    return faults + [
        f"mapping.{name}: there is no such stream"
        for name in _overrides(settings)
        if name not in streams
    ]


def _stream_faults(name: str, table: Any, settings: Table[str, Any]) -> list[str]:
    if not isinstance(table, Table) or not isinstance(table.get("pattern"), str):
        return ['pattern: is missing; write the files\' names, such as "time-*.csv"']
    faults = [
        f"{key}: is not a setting of a file stream; it knows {', '.join(sorted(SETTINGS))}"
        for key in table
        if key not in SETTINGS | SCHEDULE
    ]
    odd = {key: what for key, (shape, what) in SHAPES.items() if _is_odd(table, key, shape)}
    faults += [f"{key}: write {what}" for key, what in odd.items()]
    sound = {key: value for key, value in table.items() if key not in odd}
    if "pattern" in odd:
        return faults
    stream = declare(name, {"zone": _zone(settings), "streams": {name: sound}})
    return faults + _value_faults(stream) + _column_faults(stream, _overrides(settings))


def _is_odd(table: Table[str, Any], key: str, shape: Any) -> bool:
    given = table.get(key)
    is_flag = isinstance(given, bool) and shape is not bool
    return key in table and (is_flag or not isinstance(given, shape))


def _zone(settings: Table[str, Any]) -> str:
    """The zone, or none while it is wrong itself, so that the rest can still be checked."""
    zone = settings.get("zone", "")
    return "" if _zone_fault(zone) else zone


def _value_faults(stream: FileStream) -> list[str]:
    checks = {
        "pattern": _pattern_fault(stream.pattern),
        "kind": "" if stream.kind in KINDS else f"write one of {', '.join(KINDS)}",
        "format": "" if stream.format in ("csv", "jsonl") else "write csv or jsonl",
        "delimiter": _delimiter_fault(stream.delimiter),
        "encoding": _encoding_fault(stream.encoding),
        "decimal": transform_mistake(f"decimal:{stream.decimal}{stream.thousands}"),
        "date": transform_mistake(f"date:{stream.date}"),
        "instant": transform_mistake(f"instant:|{stream.instant}"),
        "stamp": transform_mistake(f"instant:|{stream.stamp}"),
        "as_of": _as_of_fault(stream),
        "settle": "" if stream.settle >= 0 else "write a number of seconds, 0 or more",
    }
    return [fault for place, text in checks.items() for fault in _faults_at(place, text)]


def _column_faults(stream: FileStream, every: Table[str, Any]) -> list[str]:
    given = every.get(stream.name, {})
    if stream.kind not in KINDS:
        return []
    if not isinstance(given, Table):
        return [f"columns: mapping.{stream.name} is no table"]
    base = replace(stream, version="").base_mapping
    faults = base.mistakes(stream.columns)
    if faults:
        return [f"columns.{fault}" for fault in faults]
    over = base.overridden(stream.columns).mistakes(given)
    return [f"columns (mapping.{stream.name}).{fault}" for fault in over]


def _overrides(settings: Table[str, Any]) -> Table[str, Any]:
    given = settings.get("mapping", {})
    return given if isinstance(given, Table) else {}


def _faults_at(place: str, text: str) -> list[str]:
    return [f"{place}: {text}"] if text else []


def _zone_fault(zone: Any) -> str:
    if not isinstance(zone, str):
        return "write a time zone such as Europe/Vienna"
    return transform_mistake(f"day:{zone}")


def _pattern_fault(pattern: str) -> str:
    if "/" in pattern or "\\" in pattern or pattern.startswith("."):
        return "write a plain file name without a folder"
    return "" if pattern.count("{stamp}") < 2 else "{stamp} can stand once only"


def _delimiter_fault(delimiter: str) -> str:
    if len(delimiter) == 1 and delimiter not in '\r\n"':
        return ""
    return 'write one character, such as ";" or "\\t"'


def _encoding_fault(encoding: str) -> str:
    try:
        known = codecs.lookup(encoding)
    except (LookupError, ValueError):
        return f"'{encoding}' is not known; write one such as utf-8 or cp1252"
    return "" if known._is_text_encoding else f"'{encoding}' is no encoding of text"


def _as_of_fault(stream: FileStream) -> str:
    if stream.as_of == "stamp":
        return "" if "{stamp}" in stream.pattern else "the pattern has no {stamp}"
    if stream.as_of == "modified" or stream.as_of_column:
        return ""
    return 'write "stamp", "modified" or "column:name"'


def _is_seconds(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
