"""A firm's own field names over a declared mapping, checked before anything is read with them."""

from collections.abc import Mapping as Table
from dataclasses import fields, replace
from typing import Any

from connectors.kinds import Field
from connectors.reading import NOTHING, From, finish
from connectors.transforms import transform_mistake

SHAPES: dict[str, tuple[type | tuple[type, ...], str]] = {
    "path": (str, "a text"),
    "template": (str, "a text"),
    "via": ((str, list, tuple), "a text or a list of texts"),
    "values": (dict, "a table"),
    "optional": (bool, "true or false"),
}
KNOWN = tuple(one.name for one in fields(From))


def refined(declared: From | None, given: Any) -> From:
    """The override as a From; a table without a source of its own refines the declared one."""
    if isinstance(given, str):
        return From(path=given)
    changes = {name: _frozen(value) for name, value in given.items()}
    if declared is None or {"path", "template", "constant"} & set(changes):
        return From(**changes)
    return replace(declared, **changes)


def mistakes(
    targets: Table[str, Field], declared: Table[str, From], table: Table[str, Any]
) -> list[str]:
    """Every mistake in the table of overrides, as 'field: what is wrong and what to write'."""
    faults = []
    for name, given in table.items():
        if name == "ignored":
            faults += _ignored_faults(given)
        elif name not in targets:
            faults.append(f"{name}: there is no such field; write one of {', '.join(targets)}")
        else:
            found = _faults(targets[name], declared.get(name), given)
            faults += [f"{name}: {fault}" for fault in found]
    return faults


def _ignored_faults(given: Any) -> list[str]:
    if isinstance(given, list | tuple) and all(isinstance(one, str) for one in given):
        return []
    return ["ignored: write a list of the source's field names"]


def _faults(target: Field, declared: From | None, given: Any) -> list[str]:
    if isinstance(given, str) and given:
        return []
    if not isinstance(given, Table):
        return ['write the source\'s field name, or a table such as { path = "…" }']
    faults = [
        f"'{name}' is not understood here; write one of {', '.join(KNOWN)}"
        for name in given
        if name not in KNOWN
    ]
    faults += [
        f"{name}: write {what}"
        for name, (shape, what) in SHAPES.items()
        if name in given and not isinstance(given[name], shape)
    ]
    if faults:
        return faults
    source = refined(declared, given)
    return [*_source_faults(source), *_value_faults(source, target)]


def _source_faults(source: From) -> list[str]:
    said = [bool(source.path), bool(source.template), source.constant is not NOTHING]
    faults = [] if sum(said) == 1 else ["write exactly one of path, template and constant"]
    if source.template and not source.paths:
        faults.append('template: put the source\'s field names in braces, as in "psa:{id}"')
    return faults + [
        f"via: {fault}"
        for fault in (transform_mistake(str(step)) for step in source.steps)
        if fault
    ]


def _value_faults(source: From, target: Field) -> list[str]:
    """Values written in the declaration itself must fit the field, or no row ever will."""
    written = {"constant": source.constant, "default": source.default}
    written |= {f"values.{word}": value for word, value in (source.values or {}).items()}
    faults = []
    for place, value in written.items():
        if value is NOTHING or value is None:
            continue
        try:
            finish(value, target)
        except ValueError as error:
            hint = "; write the number in quotes" if isinstance(value, float) else ""
            faults.append(f"{place}: {error}{hint}")
    return faults


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
