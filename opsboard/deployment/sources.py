"""The connections of the file, each checked by its connector as it will be used."""

import re
from pathlib import Path
from typing import Any

import msgspec

from connectors import CONNECTORS, connector_class
from opsboard.deployment.reading import Mistakes, read, unknown
from opsboard.deployment.secrets import resolved, secret_mistakes, secret_values
from opsboard.deployment.shape import NAME, NAME_WORDS, Connection, StreamSettings

OURS = ("connector", "system", "role", "title", "enabled")
OF_STREAMS = ("interval", "enabled")


def read_connection(name: str, table: Any, here: Path, mistakes: Mistakes) -> Connection | None:
    place = f"connection.{name}"
    if not isinstance(table, dict):
        mistakes.append(f"{place}: write a table, headed [{place}]")
        return None
    if not re.fullmatch(NAME, name):
        mistakes.append(f"{place}: is no name for this; write {NAME_WORDS}")
    ours = {"title": name, **{key: table[key] for key in OURS if key in table}}
    found = read(Connection, ours, place, mistakes)
    streams = _streams(table.get("streams", {}), place, mistakes)
    secrets = secret_mistakes(table, place)
    mistakes += secrets
    kinds = _ask_connector(table, place, here, mistakes)
    if found is None or streams is None:
        return None
    read_here = [
        kind
        for name, kind in kinds.items()
        if found.enabled and streams.get(name, StreamSettings()).enabled
    ]
    return msgspec.structs.replace(
        found, streams=streams, settings=table, publishes=frozenset(read_here)
    )


def settings_of(table: dict[str, Any], here: Path) -> dict[str, Any]:
    """What the connector is built with; KeyError names a variable that is not set.

    A setting called `folder` is a path, and a relative one starts beside the file.
    """
    settings = resolved(table)
    if isinstance(settings.get("folder"), str):
        settings["folder"] = str(here / settings["folder"])
    return settings


def _streams(tables: Any, place: str, mistakes: Mistakes) -> dict[str, StreamSettings] | None:
    if not isinstance(tables, dict) or not all(isinstance(t, dict) for t in tables.values()):
        mistakes.append(f"{place}.streams: write tables, headed [{place}.streams.NAME]")
        return None
    found = {
        name: read(
            StreamSettings,
            {key: given for key, given in table.items() if key in OF_STREAMS},
            f"{place}.streams.{name}",
            mistakes,
        )
        for name, table in tables.items()
    }
    return None if None in found.values() else found


def _ask_connector(
    table: dict[str, Any], place: str, here: Path, mistakes: Mistakes
) -> dict[str, str]:
    """The kinds of its streams by name; what it says of its settings never repeats a secret."""
    slug = table.get("connector")
    if not isinstance(slug, str) or slug not in CONNECTORS:
        if isinstance(slug, str):
            mistakes.append(unknown(f"{place}.connector: {slug}", slug, list(CONNECTORS)))
        return {}
    try:
        settings = settings_of(table, here)
    except KeyError:
        settings = table
    kind = connector_class(slug)
    said = kind.check_settings(settings)
    kinds = {} if said else {one.name: one.kind for one in kind(settings).streams()}
    said = said or _stream_mistakes(list(kinds), settings)
    for secret in secret_values(table):
        said = [one.replace(secret, "***") for one in said]
    mistakes += [f"{place}.{one}" for one in said]
    return kinds


def _stream_mistakes(names: list[str], settings: dict[str, Any]) -> Mistakes:
    """An interval or a field name for a stream that does not exist would be passed over."""
    return [
        unknown(f"{part}.{name}", name, names)
        for part in ("streams", "mapping")
        for name in settings.get(part, {})
        if name not in names
    ]
