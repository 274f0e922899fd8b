"""Tryton's JSON: what JSON cannot say travels as a table with a `__class__`."""

import base64
import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from connectors.transforms import Unfit


def encode(value: Any) -> bytes:
    return json.dumps(value, default=_table, separators=(",", ":")).encode()


def _table(value: Any) -> dict[str, Any]:
    match value:
        case datetime():
            moment = value.astimezone(UTC)
            clock = {"hour": moment.hour, "minute": moment.minute, "second": moment.second}
            return {
                **_table(moment.date()),
                **clock,
                "microsecond": moment.microsecond,
                "__class__": "datetime",
            }
        case date():
            parts = {"year": value.year, "month": value.month, "day": value.day}
            return {"__class__": "date", **parts}
        case Decimal():
            return {"__class__": "Decimal", "decimal": str(value)}
    raise TypeError(f"{type(value).__name__} has no form in Tryton's JSON")


def decode(value: Any) -> Any:
    """Python values for Tryton's tables; datetimes become aware, for Tryton keeps UTC.

    Raises Unfit for a table that does not hold what its class says.
    """
    if isinstance(value, list):
        return [decode(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "__class__" not in value:
        return {name: decode(one) for name, one in value.items()}
    try:
        return DECODERS[value["__class__"]](value)
    except (KeyError, TypeError, ValueError, OverflowError, InvalidOperation):
        raise Unfit(json.dumps(value, default=str), "is no value of Tryton's") from None


def _datetime(value: dict[str, Any]) -> datetime:
    clock = (value["hour"], value["minute"], value["second"], value["microsecond"])
    return datetime(value["year"], value["month"], value["day"], *clock, tzinfo=UTC)


def _timedelta(value: dict[str, Any]) -> timedelta:
    """Seconds came as a decimal number; they must not become binary on the way."""
    return timedelta(microseconds=int(Decimal(value["seconds"]) * 1_000_000))


DECODERS = {
    "datetime": _datetime,
    "date": lambda value: date(value["year"], value["month"], value["day"]),
    "time": lambda value: time(
        value["hour"], value["minute"], value["second"], value["microsecond"]
    ),
    "timedelta": _timedelta,
    "Decimal": lambda value: Decimal(value["decimal"]),
    "bytes": lambda value: base64.b64decode(value["base64"]),
}
