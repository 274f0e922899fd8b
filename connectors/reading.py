"""Where a canonical field comes from in a vendor's row, and how it is taken from there."""

import re
from collections.abc import Callable
from collections.abc import Mapping as Table
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any

import msgspec

from connectors.kinds import Field
from connectors.transforms import Unfit, to_text, transform

NOTHING = msgspec.UNSET
Reader = Callable[[Table[str, Any]], Any]
LAST_TRANSFORM = {
    "str": "text",
    "int": "int",
    "bool": "bool",
    "decimal": "decimal",
    "date": "date",
    "datetime": "instant",
    "list": "list",
}
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class From:
    """Where a canonical field comes from.

    Exactly one of `path` (dots go into nested tables), `template` (paths in braces) and `constant`.
    What is found goes through `via` (see connectors.transforms), then the crosswalk `values`,
    then becomes the field's own type. `default` stands in for what is null, empty or absent.
    `optional` says that the source leaves the field out when it is empty, which is then no drift.
    """

    path: str = ""
    template: str = ""
    constant: Any = NOTHING
    via: str | tuple[str, ...] = ()
    values: Table[str, Any] | None = None
    default: Any = NOTHING
    optional: bool = False

    @property
    def steps(self) -> tuple[str, ...]:
        return (self.via,) if isinstance(self.via, str) else tuple(self.via)

    @property
    def paths(self) -> tuple[str, ...]:
        if self.template:
            return _placeholders(self.template)
        return (self.path,) if self.path else ()


@cache
def _placeholders(template: str) -> tuple[str, ...]:
    return tuple(PLACEHOLDER.findall(template))


def reader(source: From, target: Field) -> Reader:
    """What `convert` does for this field, prepared once for many rows.

    A value that already is what the field wants is taken as it is; anything else is left to
    `convert`, which also has the words for what is wrong.
    """
    exactly = partial(_convert_from, source, target)
    is_plain = source.path and "." not in source.path and source.default is NOTHING
    if not is_plain or source.steps or source.values is not None:
        return exactly
    if target.type == "str":
        empty = _absent("", source, target)
        return _text_reader(source.path, frozenset(target.choices), empty, exactly)
    if target.type in QUICK:
        return _value_reader(source.path, QUICK[target.type], exactly)
    return exactly


def _convert_from(source: From, target: Field, row: Table[str, Any]) -> Any:
    return convert(row, source, target)


def _text_reader(path: str, choices: frozenset[str], empty: Any, exactly: Reader) -> Reader:
    def read(row: Table[str, Any]) -> Any:
        value = row.get(path)
        if value is None:
            return NOTHING
        if type(value) is not str or value.isspace() or (choices and value not in choices):
            return exactly(row)
        return value or empty

    return read


def _value_reader(path: str, quick: Callable[[Any], Any], exactly: Reader) -> Reader:
    def read(row: Table[str, Any]) -> Any:
        value = row.get(path)
        if value is None:
            return NOTHING
        made = quick(value)
        return exactly(row) if made is None else made

    return read


def convert(row: Table[str, Any], source: From, target: Field) -> Any:
    """The value for `target`, or NOTHING where the row has none. Raises ValueError."""
    if source.constant is not NOTHING:
        return finish(source.constant, target)
    value = _unless_blank(_take(row, source))
    for step in source.steps if _is_there(value) else ():
        value = transform(step, value)
    if source.values is not None and value is not NOTHING and value is not None:
        value = _cross(value, source.values)
    return finish(value, target) if _is_there(value) else _absent(value, source, target)


def _is_there(value: Any) -> bool:
    return value is not NOTHING and value is not None and value != ""


def _unless_blank(value: Any) -> Any:
    return "" if isinstance(value, str) and not value.strip() else value


def _take(row: Table[str, Any], source: From) -> Any:
    """A template with one empty part has no value: 'psa:' would be a key of nothing."""
    if not source.template:
        return look_up(row, source.path)
    parts = {path: look_up(row, path) for path in source.paths}
    if not all(_is_there(_unless_blank(one)) for one in parts.values()):
        return NOTHING
    return PLACEHOLDER.sub(lambda match: to_text(parts[match[1]]), source.template)


def look_up(row: Any, path: str) -> Any:
    """What stands at `path`: a null on the way is null, a key that is not there is NOTHING.

    A name with dots in it is taken whole when the row has it.
    """
    if row is None:
        return None
    if not isinstance(row, Table):
        return NOTHING
    if path in row:
        return row[path]
    for dot in (found.start() for found in re.finditer(r"\.", path)):
        if path[:dot] in row:
            return look_up(row[path[:dot]], path[dot + 1 :])
    return NOTHING


def _cross(value: Any, values: Table[str, Any]) -> Any:
    word = to_text(value).strip()
    if word in values:
        return values[word]
    if word == "":
        return word
    raise Unfit(value, f"is unknown; known are {', '.join(values)}")


def _absent(value: Any, source: From, target: Field) -> Any:
    """Empty text is a value only for a field that must be there, and never as an id; elsewhere
    the kind's default stands.
    """
    if source.default is not NOTHING:
        return source.default if source.default is None else finish(source.default, target)
    is_text = target.type == "str" and not target.choices and target.name != "source_id"
    return value if value == "" and is_text and target.required else NOTHING


def finish(value: Any, target: Field) -> Any:
    made = transform(LAST_TRANSFORM[target.type], value)
    if target.choices and made not in target.choices:
        raise Unfit(made, f"is not one of {', '.join(filter(None, target.choices))}")
    return made


def _quick_decimal(value: Any) -> Decimal | None:
    if type(value) is Decimal:
        return value if value.is_finite() else None
    return Decimal(value) if type(value) is int else None


def _quick_date(value: Any) -> date | None:
    if type(value) is not str or len(value) != 10 or value[4] != "-" or value[7] != "-":
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _quick_instant(value: Any) -> datetime | None:
    if type(value) is not str or not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


# What the last transform of a type would make of a value, if nothing is to be said about it, else
# None.
QUICK: dict[str, Callable[[Any], Any]] = {
    "int": lambda value: value if type(value) is int else None,
    "bool": lambda value: value if type(value) is bool else None,
    "decimal": _quick_decimal,
    "date": _quick_date,
    "datetime": _quick_instant,
}
