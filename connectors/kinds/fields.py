"""What a kind's fields are, read from its annotations; and the one way to make a record."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any

import msgspec
from msgspec import inspect

from connectors.kinds.base import Record

# No text of PostgreSQL's can hold them: NUL, and half a pair of surrogates, which JSON can spell.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Field:
    """One declared field. `type` is one of str, int, bool, decimal, date, datetime, list.

    `ref` is the kind a reference points at, `sensitive` the classes of domain.md A.5. `least` and
    `most` bound whole numbers.
    """

    name: str
    type: str
    required: bool
    nullable: bool
    default: Any = None
    precision: int = 0
    scale: int = 0
    max_length: int | None = None
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()
    ref: str = ""
    sensitive: str = ""
    unit: str = ""


SIMPLE = {
    inspect.StrType: "str",
    inspect.IntType: "int",
    inspect.BoolType: "bool",
    inspect.DecimalType: "decimal",
    inspect.DateType: "date",
    inspect.DateTimeType: "datetime",
    inspect.VarTupleType: "list",
    inspect.LiteralType: "str",
}


@cache
def fields_of(kind: type[Record]) -> tuple[Field, ...]:
    """The declared fields of a kind in order, envelope first."""
    return tuple(_read(item) for item in inspect.type_info(kind).fields)


def _read(item: inspect.Field) -> Field:
    extra: dict[str, Any] = {}
    node, nullable = _unwrap(item.type, extra)
    return Field(
        name=item.name,
        type=SIMPLE[type(node)],
        required=item.required,
        nullable=nullable,
        default=None if item.default is msgspec.NODEFAULT else item.default,
        precision=extra.get("precision", 0),
        scale=extra.get("scale", 0),
        max_length=getattr(node, "max_length", None),
        least=getattr(node, "ge", None),
        most=getattr(node, "le", None),
        choices=tuple(node.values) if isinstance(node, inspect.LiteralType) else (),
        ref=extra.get("ref", ""),
        sensitive=extra.get("sensitive", ""),
        unit=extra.get("unit", ""),
    )


def _unwrap(node: inspect.Type, extra: dict[str, Any]) -> tuple[inspect.Type, bool]:
    """The plain type under Annotated and `| None`, gathering what the annotations say."""
    nullable = False
    while True:
        if isinstance(node, inspect.Metadata):
            extra.update(node.extra or {})
            node = node.type
        elif isinstance(node, inspect.UnionType):
            nullable = True
            node = next(one for one in node.types if not isinstance(one, inspect.NoneType))
        else:
            return node, nullable


def build(kind: type[Record], row: Mapping[str, Any]) -> Record:
    """Make a record of `kind`, or raise msgspec.ValidationError naming the field and the reason.

    Beyond types, this refuses what PostgreSQL would refuse for the whole page: NUL characters and
    half surrogate pairs, numbers wider than their column, and digits that storing would silently
    round away.
    """
    record = msgspec.convert(row if type(row) is dict else dict(row), kind)
    if _is_plain(record):
        return record
    for field in fields_of(kind):
        fault = _fault(field, getattr(record, field.name))
        if fault:
            raise msgspec.ValidationError(f"{fault} - at `$.{field.name}`")
    return record


@dataclass(frozen=True, slots=True)
class _Shape:
    """Which fields of a kind PostgreSQL could refuse; numbers with their digits before the point,
    and the value of the last digit after it."""

    texts: Callable[[Record], tuple[str, ...]]
    numbers: tuple[tuple[str, int, Decimal], ...]
    dated: tuple[str, ...]
    lists: tuple[str, ...]


@cache
def _shape(kind: type[Record]) -> _Shape:
    named: dict[str, list[str]] = {}
    for field in fields_of(kind):
        named.setdefault(field.type, []).append(field.name)
    numbers = [one for one in fields_of(kind) if one.type == "decimal"]
    return _Shape(
        texts=attrgetter(*named["str"]),
        numbers=tuple(
            (one.name, one.precision - one.scale, Decimal(1).scaleb(-one.scale)) for one in numbers
        ),
        dated=(*named.get("date", ()), *named.get("datetime", ())),
        lists=tuple(named.get("list", ())),
    )


def _is_plain(record: Record) -> bool:
    """Most records need no look at every field. Never true of one in which `_fault` finds any."""
    shape = _shape(type(record))
    whole = "".join(shape.texts(record))
    if not whole.isascii() or "\x00" in whole:
        return False
    for name, before, last in shape.numbers:
        value = getattr(record, name)
        if value is not None and not _fits(value, before, last):
            return False
    for name in shape.dated:
        value = getattr(record, name)
        if value is not None and not 1900 <= value.year <= 9998:
            return False
    return not any(getattr(record, name) for name in shape.lists)


def _fits(value: Decimal, before: int, last: Decimal) -> bool:
    # The bounds also keep the remainder within what the context can hold exactly.
    return value.is_finite() and -20 < value.adjusted() < before and not value % last


def _fault(field: Field, value: Any) -> str:
    match value:
        case Decimal():
            return _number_fault(field, value)
        case str():
            return _text_fault(value)
        case tuple():
            return next(filter(None, map(_text_fault, value)), "")
        case datetime() | date() if not 1900 <= value.year <= 9998:
            return f"Year {value.year} is outside 1900 to 9998"
    return ""


def _text_fault(value: str) -> str:
    if value.isascii() and "\x00" not in value:
        return ""
    found = UNSTORABLE.search(value)
    if not found:
        return ""
    return "Contains a NUL character" if found[0] == "\x00" else "Contains half a surrogate pair"


def _number_fault(field: Field, value: Decimal) -> str:
    if not value.is_finite():
        return "Is not a finite number"
    if value and value.adjusted() >= field.precision - field.scale:
        return f"Has more than {field.precision - field.scale} digits before the point"
    # Not normalize(): the context would round a very long number until it fits.
    digits = "".join(map(str, value.as_tuple().digits))
    zeros = len(digits) - len(digits.rstrip("0"))
    if value and -int(value.as_tuple().exponent) - zeros > field.scale:
        return f"Has more than {field.scale} decimals"
    return ""
