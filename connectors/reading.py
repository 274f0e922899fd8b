"""Where a canonical field comes from in a vendor's row, and how it is taken from there."""

import re
from collections.abc import Mapping as Table
from dataclasses import dataclass
from typing import Any

import msgspec

from connectors.kinds import Field
from connectors.transforms import Unfit, to_text, transform

NOTHING = msgspec.UNSET
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
            return tuple(PLACEHOLDER.findall(self.template))
        return (self.path,) if self.path else ()


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
