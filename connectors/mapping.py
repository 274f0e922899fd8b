"""Declared mappings: a vendor's row in, a canonical record out, or the reason why not.

A mapping is data, so that a firm can override it field by field in its configuration, and so that
a change of it has a version under which stored pages can be opened again.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from collections.abc import Mapping as Table
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import msgspec

from connectors import overrides
from connectors.base import Refused
from connectors.kinds import KINDS, Field, Record, build, fields_of
from connectors.reading import NOTHING, From, Reader, look_up, reader
from connectors.transforms import TRANSFORMS, Unfit, to_text, transform_mistake

__all__ = ["TRANSFORMS", "From", "Mapping"]

# Part of every version: raise it when a transform starts to read the same value differently.
EDITION = 1
ENCODER = msgspec.json.Encoder(decimal_format="number", enc_hook=str)


@dataclass(frozen=True)
class Mapping:
    """How one kind is read from one sort of vendor row. In `fields` a bare string is a path.

    `ignored` are vendor fields that are known and not wanted, so that they are no drift.
    """

    kind: str
    source_id: From | str = ""
    fields: Table[str, From | str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        unknown = set(self.fields) - {one.name for one in fields_of(KINDS[self.kind])}
        if unknown:
            raise ValueError(f"{self.kind} has no field {', '.join(sorted(unknown))}")
        for name, source in self.declared.items():
            for fault in filter(None, map(transform_mistake, source.steps)):
                raise ValueError(f"{self.kind}.{name}: {fault}")

    @cached_property
    def declared(self) -> dict[str, From]:
        """Every field with its From, source_id first."""
        every = {"source_id": self.source_id, **self.fields}
        return {
            name: From(path=one) if isinstance(one, str) else one
            for name, one in every.items()
            if one
        }

    @cached_property
    def _readers(self) -> list[tuple[str, Reader]]:
        return [(name, reader(one, self.targets[name])) for name, one in self.declared.items()]

    @cached_property
    def _required(self) -> frozenset[str]:
        return frozenset(name for name, target in self.targets.items() if target.required)

    @cached_property
    def targets(self) -> dict[str, Field]:
        return {one.name: one for one in fields_of(KINDS[self.kind])}

    def read(self, row: Table[str, Any], line: int | None = None) -> Record | Refused:
        """The record, or why there is none. Never raises for anything a row may contain."""
        found, faults = self._convert(row)
        if not faults:
            try:
                return build(KINDS[self.kind], found)
            except msgspec.ValidationError as error:
                name, reason = _read_validation(error)
                faults[name] = reason
                found.pop(name, None)
        return self._refuse(row, line, found, faults)

    def refuse(self, row: Table[str, Any], reason: str, line: int | None = None) -> Refused:
        """Refuse a row for a reason of the connector's own, keeping what can be read of it."""
        found, _ = self._convert(row)
        return self._refuse(row, line, found, {"": reason})

    def _convert(self, row: Table[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        found: dict[str, Any] = {}
        faults: dict[str, str] = {}
        row = row if isinstance(row, Table) else {}
        for name, read in self._readers:
            try:
                value = read(row)
            except (ValueError, TypeError, ArithmeticError, RecursionError) as error:
                faults[name] = _reason(error, self.targets[name])
                continue
            if value is not NOTHING:
                found[name] = value
        if not self._required <= found.keys():
            faults |= self._missing(found, faults)
        return found, faults

    def overridden(self, table: Table[str, Any]) -> "Mapping":
        """This mapping with a firm's own fields. Raises ValueError listing every mistake."""
        mistakes = self.mistakes(table)
        if mistakes:
            raise ValueError("; ".join(mistakes))
        changes = {
            name: overrides.refined(self.declared.get(name), given)
            for name, given in table.items()
            if name != "ignored"
        }
        return replace(
            self,
            source_id=changes.pop("source_id", self.source_id),
            fields={**self.fields, **changes},
            ignored=self.ignored | set(table.get("ignored", ())),
        )

    def mistakes(self, table: Table[str, Any]) -> list[str]:
        """Every mistake an override would make, as 'field: what is wrong and what to write'."""
        faults = overrides.mistakes(self.targets, self.declared, table)
        return faults + [
            f"{name}: is required by {self.kind}; say where it comes from"
            for name, target in self.targets.items()
            if target.required and name not in self.declared and name not in table
        ]

    def drift(self, rows: Iterable[Table[str, Any]]) -> frozenset[str]:
        """'+name' for a vendor field nobody declared, '-name' for a declared one no row has."""
        rows = [row for row in rows if isinstance(row, Table)]
        known = self.ignored | {
            head
            for source in self.declared.values()
            for path in source.paths
            for head in _heads(path)
        }
        new = {f"+{name}" for row in rows for name in row if name not in known}
        expected = {
            path
            for source in self.declared.values()
            for path in source.paths
            if not source.optional
        }
        gone = {
            f"-{path}"
            for path in expected
            if rows and all(look_up(row, path) is NOTHING for row in rows)
        }
        return frozenset(new | gone)

    @cached_property
    def version(self) -> str:
        """A short hash of the whole declaration."""
        whole = {
            "edition": EDITION,
            "kind": self.kind,
            "fields": {name: _plain(one) for name, one in self.declared.items()},
            "ignored": sorted(self.ignored),
        }
        text = json.dumps(whole, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def _missing(self, found: Table[str, Any], faults: Table[str, str]) -> dict[str, str]:
        return {
            name: f"{name} is missing{self._where(name)}"
            for name, target in self.targets.items()
            if target.required and name not in found and name not in faults
        }

    def _where(self, name: str) -> str:
        source = self.declared.get(name)
        return f": the source's {' and '.join(source.paths)} is empty or absent" if source else ""

    def _refuse(
        self, row: Any, line: int | None, found: Table[str, Any], faults: Table[str, str]
    ) -> Refused:
        """Amounts and personal data stay out of `hints`: controls need keys, dates and states."""
        first, *others = faults
        also = f" (also: {', '.join(others)})" if others else ""
        hints = {
            name: to_text(value)
            for name, value in found.items()
            if value is not None and not self.targets[name].sensitive
        }
        return Refused(
            row=row_text(row),
            reason=faults[first] + also,
            field=first,
            source_id=hints.get("source_id", ""),
            line=line,
            hints=hints,
        )


def row_text(row: Any) -> str:
    """The row as JSON, digits kept; whatever JSON cannot say is shown as Python shows it."""
    try:
        return ENCODER.encode(row).decode()
    except (TypeError, ValueError, RecursionError):
        return ascii(row)


def _reason(error: Exception, target: Field) -> str:
    """Amounts and personal data are not repeated in a sentence that everybody may read."""
    if isinstance(error, Unfit) and not target.sensitive:
        return f"{target.name}: {error}"
    says = error.says if isinstance(error, Unfit) else "cannot be read"
    return f"{target.name}: the value {says}"


def _read_validation(error: msgspec.ValidationError) -> tuple[str, str]:
    message, _, place = str(error).partition(" - at `$.")
    name = re.split(r"[`\[.]", place)[0]
    return name, f"{name}: {message[:1].lower()}{message[1:]}"


def _heads(path: str) -> set[str]:
    return {path} | {path[: found.start()] for found in re.finditer(r"\.", path)}


def _plain(source: From) -> dict[str, Any]:
    return {
        one.name: _text_of(getattr(source, one.name))
        for one in fields(From)
        if getattr(source, one.name) is not NOTHING
    }


def _text_of(value: Any) -> Any:
    return dict(value) if isinstance(value, Table) else value
