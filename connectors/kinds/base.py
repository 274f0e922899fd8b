"""The parts that every canonical kind is made of (domain.md 0.1, 0.4, A).

A kind is a msgspec Struct. What a field *means* travels in its annotation: the SQL width, the
kind that a reference points at, the sensitivity class (domain.md A.5). Tables, views, masking
and the data contract are derived from it, so a field is declared once.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct


def _decimal(precision: int, scale: int, unit: str) -> Any:
    return Annotated[Decimal, Meta(extra={"precision": precision, "scale": scale, "unit": unit})]


# Amounts are held to four places and shown at the currency's ISO 4217 minor unit.
Money = _decimal(18, 4, "currency of the record")
Rate = _decimal(18, 6, "currency per unit")
FxFactor = _decimal(18, 10, "to-currency per from-currency")
Hours = _decimal(9, 2, "hours")
Fraction = _decimal(9, 6, "fraction")
Quantity = _decimal(18, 6, "units")

# In Python `$` also matches before a last line break, in JSON Schema it does not: both understand
# "no line break, then the end".
Currency = Annotated[str, Meta(pattern=r"^([A-Z]{3})?(?!\n)$", extra={"unit": "ISO 4217"})]
Country = Annotated[str, Meta(pattern=r"^([A-Z]{2})?(?!\n)$", extra={"unit": "ISO 3166-1"})]
Level = Annotated[int, Meta(ge=1, le=5, extra={"unit": "1 to 5"})]
Instant = Annotated[datetime, Meta(tz=True, extra={"unit": "UTC"})]
Day = date
Id = Annotated[str, Meta(min_length=1, max_length=200)]
# What a thing is known by, and `system:native id` of a record: both land in an index, which holds
# no more than 2,700 bytes. People are bound to legal entities by a code of at most 40 characters.
Code = Annotated[str, Meta(max_length=200)]
EntityCode = Annotated[str, Meta(max_length=40)]
RecordKey = Annotated[str, Meta(max_length=300)]
BigInt = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


def ref(kind: str) -> Any:
    """The native id of a record of `kind` in the same system; empty when there is none."""
    return Annotated[str, Meta(max_length=200, extra={"ref": kind})]


def sensitive(classes: str, field_type: Any) -> Any:
    """Mark a field with its sensitivity classes: L labour cost, P pay, B billing, I personal."""
    return Annotated[field_type, Meta(extra={"sensitive": classes})]


class Record(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """The envelope that every source record carries (domain.md 0.1).

    `unique_by` is the natural key of domain.md A.1: in one system no two live records share it.
    `natural_key` is what people know the thing by in every system: records of several systems that
    agree on it, within the thing that `within` refers to, are copies of one thing (0.11, exact). A
    kind without it has no copies elsewhere. `system_of_record` names the owning roles, the first
    by default (A.1, A.3); field by field it is in connectors.kinds.ownership.

    `source_version` grows with every change of the record in its system; where the system has
    none it is the last-modified instant in microseconds. `legal_entity` is the entity's native
    id in this system.
    """

    kind: ClassVar[str]
    natural_key: ClassVar[tuple[str, ...]] = ()
    within: ClassVar[str] = ""
    unique_by: ClassVar[tuple[str, ...]] = ("source_id",)
    system_of_record: ClassVar[tuple[str, ...]]

    source_id: Id
    source_version: BigInt
    source_updated_at: Instant | None = None
    source_updated_by: str = ""
    correlation_id: str = ""
    causation_id: str = ""
    legal_entity: ref("legal_entity") = ""
    is_deleted: bool = False
