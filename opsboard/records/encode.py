"""Records to COPY text: the fastest way into PostgreSQL that needs no second parser.

A page is written column by column, so that the work per cell stays inside the interpreter's own
loops; only the digest is made row by row.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec.structs import astuple

from connectors.kinds import Field, Record, fields_of

# A version alone is no change of content: a daily snapshot must not look like a rewritten firm.
# The instant of a source's own change is content: controls count from it where they have no better.
NOT_CONTENT = {"source_version", "source_updated_by"}
FINAL_ZEROS = re.compile(r'(\.\d*?)0+"')
ENCODER = msgspec.json.Encoder(decimal_format="string")
Column = Sequence[Any]
Writer = Callable[[Column], Sequence[str]]
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class Written:
    """A page as COPY text, column by column: what loading compares, and `facts`, all the fields of
    a row in the order of `fields_of`, of which `digests` are the digests. Natural keys and names
    are those of kinds that several systems hold copies of, else empty.
    """

    keys: Column
    versions: Column
    digests: Column
    facts: Column
    natural_keys: Column
    names: Column


def write(kind: type[Record], system: str, records: Sequence[Record]) -> Written:
    """The records of one page; there must be one."""
    # Each record is touched once: one field after the other would miss the processor's cache.
    columns = dict(
        zip(kind.__struct_fields__, zip(*map(astuple, records), strict=True), strict=True)
    )
    cells = [WRITERS[field.type](columns[field.name]) for field in fields_of(kind)]
    facts = list(map("\t".join, zip(*cells, strict=True)))
    prefix = f"{system}:".translate(ESCAPES)
    is_shared = bool(kind.natural_key)
    return Written(
        keys=[prefix + one for one in _texts(columns["source_id"])],
        versions=columns["source_version"],
        digests=[blake2b(one.encode(), digest_size=20).hexdigest() for one in facts],
        facts=facts,
        natural_keys=_texts([natural_key(one) for one in records]) if is_shared else (),
        names=_texts([_name(one) for one in records]) if is_shared else (),
    )


def natural_key(record: Record) -> str:
    """What people know the thing by, the same in every system; empty when it is incomplete."""
    parts = [str(getattr(record, name)).strip() for name in record.natural_key]
    return "|".join(parts) if all(parts) else ""


def content_fields(kind: type[Record]) -> list[Field]:
    return [field for field in fields_of(kind) if field.name not in NOT_CONTENT]


def _name(record: Record) -> str:
    return str(getattr(record, "name", "") or getattr(record, "legal_name", ""))


def _texts(column: Column) -> Sequence[str]:
    whole = "".join(column)
    if any(mark in whole for mark in "\\\t\n\r"):
        return [text.translate(ESCAPES) for text in column]
    return column


def _one_by_one(write: Callable[[Any], str]) -> Writer:
    return lambda column: ["\\N" if value is None else write(value) for value in column]


def _instants(column: Column) -> Sequence[str]:
    return _plain([value and value.astimezone(UTC) for value in column])


# A digest must not depend on how a number was written: 8, 8.0 and 8.00 are the same hours.
def _numbers(column: Column) -> Sequence[str]:
    text = ENCODER.encode(column).decode()
    if "E" in text or '"-0' in text:
        return _one_by_one(_number)(column)
    if '0"' in text and "." in text:
        text = FINAL_ZEROS.sub(r'\1"', text).replace('."', '"')
    return _cells(text)


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}" if value else "0"


def _plain(column: Column) -> Sequence[str]:
    return _cells(ENCODER.encode(column).decode())


def _cells(array: str) -> Sequence[str]:
    """The elements of a JSON array that holds no text of anybody's: it is written in C."""
    return array[1:-1].replace('"', "").replace("null", "\\N").split(",")


def _list(values: tuple[str, ...]) -> str:
    quoted = ('"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"' for one in values)
    return ("{" + ",".join(quoted) + "}").translate(ESCAPES)


WRITERS: dict[str, Writer] = {
    "str": _texts,
    "int": _one_by_one(str),
    "bool": _one_by_one({True: "t", False: "f"}.__getitem__),
    "decimal": _numbers,
    "date": _plain,
    "datetime": _instants,
    "list": _one_by_one(_list),
}
