"""Secrets stand in the file by reference alone; the environment holds them."""

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

PREFIX = "env:"
# Names of settings that hold a secret in every product seen so far.
SECRET = re.compile(r"(^|_)(password|passphrase|secret|token|api_key|private_key|credentials?)$")
# A firm's own field names, in which nothing is a reference.
PLAIN = ("mapping", "streams")


def resolved(table: Any, environment: Mapping[str, str] = os.environ) -> Any:
    """The same table with every reference replaced; KeyError names a variable that is not set."""
    if isinstance(table, dict):
        return {
            name: given if name in PLAIN else resolved(given, environment)
            for name, given in table.items()
        }
    if isinstance(table, list):
        return [resolved(one, environment) for one in table]
    if isinstance(table, str) and table.startswith(PREFIX):
        return environment[table.removeprefix(PREFIX)]
    return table


def secret_values(table: Any, environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """What must be struck out of every message; longest first, so that none is half shown."""
    found = {environment.get(text.removeprefix(PREFIX), "") for _, text in references(table)}
    return tuple(sorted(filter(None, found), key=len, reverse=True))


def secret_mistakes(
    table: Any, place: str, environment: Mapping[str, str] = os.environ
) -> list[str]:
    """References to nothing, and secrets written in the file; neither is ever repeated."""
    unset = [
        f"{place}{where}: {text.removeprefix(PREFIX) or 'the variable'} is not set in the"
        " environment; set it before starting"
        for where, text in references(table)
        if not environment.get(text.removeprefix(PREFIX))
    ]
    open_ones = [
        f'{place}{where}: is a secret; write "env:NAME" here and set NAME in the environment'
        for where, text in _texts(table)
        if SECRET.search(where.rpartition(".")[2]) and not text.startswith(PREFIX)
    ]
    return unset + open_ones


def references(table: Any) -> Iterator[tuple[str, str]]:
    return ((where, text) for where, text in _texts(table) if text.startswith(PREFIX))


def _texts(given: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Every text with its place, '.password'."""
    if isinstance(given, dict):
        for name, one in given.items():
            if name not in PLAIN:
                yield from _texts(one, f"{where}.{name}")
    elif isinstance(given, list):
        for number, one in enumerate(given, 1):
            yield from _texts(one, f"{where}[{number}]")
    elif isinstance(given, str):
        yield where, given
