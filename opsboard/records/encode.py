"""Records to one COPY text block: the fastest way into PostgreSQL that needs no second parser.

A page is written column by column, so that the work per cell stays inside the interpreter's own
loops; only the digest is made row by row.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import blake2b
from operator import attrgetter
from typing import Any

import msgspec

from connectors.kinds import Field, Record, fields_of

# A version alone is no change of content: a daily snapshot must not look like a rewritten firm.
# The instant of a source's own change is content: controls count from it where they have no better.
NOT_CONTENT = {"source_version", "source_updated_by"}
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def staged_columns(kind: type[Record]) -> list[str]:
    """The columns of the block that `encode` writes, in order."""
    return ["key", "source_id", "natural_key", "entity_name", "page", "digest"] + [
        field.name for field in _told(kind)
    ]


def encode(kind: type[Record], system: str, page: int, records: Iterable[Record]) -> Iterator[str]:
    """One COPY line per record, with a digest of everything it says."""
    records = list(records)
    told = [WRITERS[field.type](_column(records, field.name)) for field in _told(kind)]
    native = _texts(_column(records, "source_id"))
    natural, names = (_texts(column) for column in _identities(kind, records))
    prefix = f"{system}:".translate(ESCAPES)
    cells = map("\t".join, zip(*told, strict=True))
    for one, code, name, rest in zip(native, natural, names, cells, strict=True):
        digest = blake2b(f"{one}\t{rest}".encode(), digest_size=20).hexdigest()
        yield f"{prefix}{one}\t{one}\t{code}\t{name}\t{page}\t{digest}\t{rest}\n"


def natural_key(record: Record) -> str:
    """What people know the thing by, the same in every system; empty when it is incomplete."""
    parts = [str(getattr(record, name)).strip() for name in record.natural_key]
    return "|".join(parts) if all(parts) else ""


def content_fields(kind: type[Record]) -> list[Field]:
    return [field for field in fields_of(kind) if field.name not in NOT_CONTENT]


def _told(kind: type[Record]) -> list[Field]:
    return [field for field in fields_of(kind) if field.name != "source_id"]


def _column(records: Sequence[Record], name: str) -> list[Any]:
    return list(map(attrgetter(name), records))


def _identities(kind: type[Record], records: Sequence[Record]) -> tuple[list[str], list[str]]:
    """Natural keys and names, of kinds that several systems hold copies of."""
    if not kind.natural_key:
        return [""] * len(records), [""] * len(records)
    names = [
        str(getattr(record, "name", "") or getattr(record, "legal_name", "")) for record in records
    ]
    return list(map(natural_key, records)), names


def _texts(column: list[str]) -> list[str]:
    whole = "".join(column)
    if any(mark in whole for mark in "\\\t\n\r"):
        return [text.translate(ESCAPES) for text in column]
    return column


def _by_value(write: Callable[[Any], str]) -> Callable[[list[Any]], list[str]]:
    """Write each different value of a column once: days, hours and rates repeat within a page."""

    class Written(dict):
        def __missing__(self, value: Any) -> str:
            self[value] = text = "\\N" if value is None else write(value)
            return text

    return lambda column: list(map(Written().__getitem__, column))


def _one_by_one(write: Callable[[Any], str]) -> Callable[[list[Any]], list[str]]:
    return lambda column: ["\\N" if value is None else write(value) for value in column]


def _instants(column: list[datetime | None]) -> list[str]:
    """All of them as one JSON array, which is written in C, and cut apart again."""
    if not column:
        return []
    text = msgspec.json.encode([value and value.astimezone(UTC) for value in column]).decode()
    return text[1:-1].replace('"', "").replace("null", "\\N").split(",")


# A digest must not depend on how a number was written: 8, 8.0 and 8.00 are the same hours.
def _number(value: Decimal) -> str:
    return f"{value.normalize():f}" if value else "0"


def _list(values: tuple[str, ...]) -> str:
    quoted = ('"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"' for one in values)
    return ("{" + ",".join(quoted) + "}").translate(ESCAPES)


WRITERS: dict[str, Callable[[list[Any]], list[str]]] = {
    "str": _texts,
    "int": _one_by_one(str),
    "bool": _one_by_one({True: "t", False: "f"}.__getitem__),
    "decimal": _by_value(_number),
    "date": _by_value(date.isoformat),
    "datetime": _instants,
    "list": _one_by_one(_list),
}
