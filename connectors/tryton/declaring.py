"""What a stream of Tryton is made of: a model, what is asked of it, and the mapping."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from connectors.mapping import From, Mapping
from connectors.tryton import rows

STAMPS = ("create_date", "write_date")
OFTEN = timedelta(minutes=15)
ENVELOPE = {
    "source_version": "derived.version",
    "source_updated_at": "derived.updated_at",
    "legal_entity": From(path="company", optional=True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One stream. `asked` are paths from the model; `domain` narrows it, in Tryton's own form.

    `stamps` are all that move when a row changes. `whole` is read in full every time, because its
    rows depend on each other.
    """

    name: str
    model: str
    asked: tuple[str, ...]
    mapping: Mapping
    stamps: tuple[str, ...]
    derive: rows.Derive
    domain: tuple[Any, ...]
    interval: timedelta
    whole: bool


def declare(
    name: str,
    model: str,
    fields: str,
    mapped: dict[str, Any],
    *,
    beside: tuple[str, ...] = (),
    derive: rows.Derive = rows.nothing,
    domain: tuple[Any, ...] = (),
    interval: timedelta = OFTEN,
    whole: bool = False,
) -> Declared:
    """`fields` are paths with blanks between; `beside` are related records a row is made of."""
    places = ("", *(f"{one}." for one in beside))
    stamps = tuple(f"{place}{stamp}" for place in places for stamp in STAMPS)
    asked = tuple(dict.fromkeys((*fields.split(), *stamps)))
    return Declared(
        name=name,
        model=model,
        asked=asked,
        mapping=Mapping(
            kind=name,
            source_id="id",
            fields={**ENVELOPE, **mapped},
            ignored=frozenset((*asked, "id", "derived")),
        ),
        stamps=stamps,
        derive=derive,
        domain=domain,
        interval=interval,
        whole=whole,
    )


def derived(name: str, **more: Any) -> From:
    """A field that connectors.tryton.rows works out."""
    return From(path=f"derived.{name}", **more)
