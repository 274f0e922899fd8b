"""A table of the file becomes a shape, or a list of mistakes with their places."""

import types
from collections.abc import Callable
from datetime import time
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin
from zoneinfo import ZoneInfo

import msgspec

from opsboard.deployment.durations import Age, Interval, Working, age, interval, working

T = TypeVar("T", bound=msgspec.Struct)
Mistakes = list[str]


def read(shape: type[T], table: Any, place: str, mistakes: Mistakes) -> T | None:
    """The shape, or None with every mistake noted."""
    if not isinstance(table, dict):
        mistakes.append(f"{place}: write a table, headed [{place}]")
        return None
    before = len(mistakes)
    every = msgspec.structs.fields(shape)
    known = [one.name for one in every]
    mistakes += [unknown(f"{place}.{name}", name, known) for name in table if name not in known]
    values = {}
    for one in every:
        if one.name in table:
            values[one.name] = _read(one.type, table[one.name], f"{place}.{one.name}", mistakes)
        elif one.required:
            mistakes.append(f"{place}.{one.name}: is missing; write {wanted(one.type)}")
    return shape(**values) if len(mistakes) == before else None


def unknown(place: str, name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
    return f"{place}: is unknown; {hint}"


def _read(kind: Any, given: Any, place: str, mistakes: Mistakes) -> Any:
    try:
        return value(kind, given)
    except ValueError:
        shown = "the table" if isinstance(given, dict) else repr(given)[:80]
        mistakes.append(f"{place}: {shown} does not fit; write {wanted(kind)}")
        return None


def value(kind: Any, given: Any) -> Any:
    """What was given as the kind asks for; ValueError when it does not fit."""
    if get_origin(kind) in (Union, types.UnionType):
        return value(get_args(kind)[0], given)
    if get_origin(kind) is tuple:
        return _items(kind, given)
    if kind in READERS:
        return READERS[kind](given)
    return msgspec.convert(given, kind)


def _items(kind: Any, given: Any) -> tuple:
    if not isinstance(given, list):
        raise ValueError("is no list")
    kinds = get_args(kind)
    if kinds[-1] is ...:
        return tuple(value(kinds[0], one) for one in given)
    return tuple(value(each, one) for each, one in zip(kinds, given, strict=True))


def wanted(kind: Any) -> str:
    """What to write for this kind, in words."""
    if get_origin(kind) is Annotated:
        return kind.__metadata__[0].description
    if get_origin(kind) in (Union, types.UnionType):
        return wanted(get_args(kind)[0])
    if get_origin(kind) is tuple and get_args(kind) == (time, time):
        return 'two times of day, such as ["19:00", "07:00"]'
    if get_origin(kind) is tuple:
        return f"a list; each of it {wanted(get_args(kind)[0])}"
    if get_origin(kind) is Literal:
        return f"one of {', '.join(get_args(kind))}"
    return WORDS[get_origin(kind) or kind]


def _zone(given: Any) -> ZoneInfo:
    try:
        return ZoneInfo(given)
    except (TypeError, OSError, KeyError):
        raise ValueError("is no zone") from None


def _clock(given: Any) -> time:
    if isinstance(given, str) and len(given) == 5:
        return time.fromisoformat(given)
    raise ValueError("is no time of day")


def _amount(given: Any) -> Decimal:
    """A number in the file is exact as written: its shortest text, never its binary value."""
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given < 10**15:
        raise ValueError("is no amount")
    return Decimal(str(given))


READERS: dict[Any, Callable[[Any], Any]] = {
    ZoneInfo: _zone,
    time: _clock,
    Decimal: _amount,
    Working: working,
    Interval: interval,
    Age: age,
}
WORDS = {
    ZoneInfo: "a time zone, such as Europe/London",
    time: 'a time of day, such as "07:30"',
    Decimal: "an amount, such as 5000",
    Working: 'hours or days at work: "4bh" or "2bd"',
    Interval: 'a length of time, a minute or more: "15m" or "24h"',
    Age: 'a length of time, a day or more: "24h" or "90d"',
    str: "a text in quotes",
    bool: "true or false",
    dict: "a table, such as { grace_hours = 24 }",
}
