"""What can be wrong with a connection to Tryton, all of it at once."""

import re
from collections.abc import Mapping as Table
from datetime import timedelta
from typing import Any

from connectors.addresses import HTTP_SETTINGS, http_mistakes
from connectors.tryton.streams import STREAMS

# Keys that belong to the connection or its schedule, not to this connector.
COMMON = frozenset(
    ("connector", "system", "role", "title", "streams", "mapping", "owner", "enabled")
)
TEXTS = {
    "database": "the database's name, as in Tryton's login window",
    "login": "the login that opsboard reads with",
    "password": 'where its password is, such as "env:OPSBOARD_ERP_PASSWORD"',
}
OPTIONS = frozenset(("page_size", "overlap", "census_every", "fx_base", "entry_pattern"))
LARGEST_PAGE = 500
USUAL = {"overlap": "5m", "census_every": "1h"}
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def mistakes(settings: Table[str, Any]) -> list[str]:
    """Every mistake, as 'key: what is wrong and what to write'."""
    known = HTTP_SETTINGS | COMMON | OPTIONS | set(TEXTS)
    faults = [
        f"{name}: is not a setting of tryton; it knows {', '.join(sorted(OPTIONS | set(TEXTS)))}"
        for name in settings
        if name not in known
    ]
    faults += [f"{name}: is missing; write {what}" for name, what in TEXTS.items()
               if not isinstance(settings.get(name), str) or not settings[name]]  # fmt: skip
    return faults + http_mistakes(settings) + _option_faults(settings) + _stream_faults(settings)


def duration(settings: Table[str, Any], name: str) -> timedelta:
    given = str(settings.get(name, USUAL[name]))
    number, unit = given[:-1], given[-1]
    return timedelta(**{UNITS[unit]: int(number)})


def _option_faults(settings: Table[str, Any]) -> list[str]:
    size = settings.get("page_size", LARGEST_PAGE)
    is_number = isinstance(size, int) and not isinstance(size, bool)
    faults = []
    if not is_number or not 1 <= size <= LARGEST_PAGE:
        faults.append(f"page_size: write a whole number from 1 to {LARGEST_PAGE}")
    faults += [
        f'{name}: write a length of time such as "{usual}"'
        for name, usual in USUAL.items()
        if not re.fullmatch(r"[0-9]{1,5}[smhd]", str(settings.get(name, usual)))
    ]
    if not re.fullmatch(r"([A-Z]{3})?", str(settings.get("fx_base", ""))):
        faults.append("fx_base: write the currency that all rates are quoted for, such as EUR")
    return faults + _pattern_faults(settings.get("entry_pattern", ""))


def _pattern_faults(pattern: Any) -> list[str]:
    try:
        re.compile(pattern)
    except (re.error, TypeError):
        return ['entry_pattern: write a regular expression such as "TE-[0-9]+"']
    return []


def _stream_faults(settings: Table[str, Any]) -> list[str]:
    faults = []
    for place in ("streams", "mapping"):
        tables = settings.get(place, {})
        if not isinstance(tables, Table):
            faults.append(f"{place}: write tables, one for each stream")
            continue
        faults += [
            f"{place}.{name}: there is no such stream; write one of {', '.join(STREAMS)}"
            for name in tables
            if name not in STREAMS
        ]
        if place == "mapping":
            faults += _mapping_faults(tables)
    return faults


def _mapping_faults(tables: Table[str, Any]) -> list[str]:
    faults = []
    for name, table in tables.items():
        if name in STREAMS and not isinstance(table, Table):
            faults.append(f"mapping.{name}: write a table of fields")
        elif name in STREAMS:
            found = STREAMS[name].mapping.mistakes(table)
            faults += [f"mapping.{name}.{fault}" for fault in found]
    return faults
