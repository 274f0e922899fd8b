"""Named conversions from a vendor's value to ours, for use in declared mappings.

A transform is written `name` or `name:argument` and is pure. It raises Unfit, a ValueError, with
a sentence a person understands. All of them accept what they themselves return, so that they can
be chained.

    text, strip, upper, lower      int, bool, list[:separator]
    decimal[:mark[thousands]]      decimal:,.  reads 1.234,50
    date[:format]                  date:%d.%m.%Y; without a format ISO 8601
    day[:zone]                     the day of an instant, in the zone
    instant[:zone[|format]]        the zone is for times that carry none
    epoch_seconds, epoch_milliseconds
    microseconds[:zone[|format]]   an instant as a version number
    hours_from_seconds, hours_from_minutes, hours_from_days:hours per day
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HUNDREDTH = Decimal("0.01")
WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
TRUE = frozenset(("true", "t", "yes", "y", "on", "x", "1", "ja", "wahr", "oui", "vrai", "si", "sí"))
FALSE = frozenset(("false", "f", "no", "n", "off", "0", "nein", "falsch", "non", "faux", "falso"))
WIDEST_NUMBER = 60


class Unfit(ValueError):
    """A value that cannot be converted. `says` completes the sentence "The value …"."""

    def __init__(self, value: Any, says: str):
        super().__init__(f"{quote(value)} {says}")
        self.says = says


def quote(value: Any) -> str:
    """The value in quotes, short enough for a sentence."""
    shown = str(value) if isinstance(value, str | int | Decimal) else type(value).__name__
    return f"'{shown[:60]}…'" if len(shown) > 60 else f"'{shown}'"


def transform(spec: str, value: Any) -> Any:
    """Apply the transform written as `name` or `name:argument`."""
    name, _, argument = spec.partition(":")
    return TRANSFORMS[name](value, argument)


def transform_mistake(spec: str) -> str:
    """What is wrong with how a transform is written; empty when it can be used."""
    name, _, argument = spec.partition(":")
    if name not in TRANSFORMS:
        return f"'{name}' is no transform; write one of {', '.join(TRANSFORMS)}"
    return CHECKS[name](argument) if name in CHECKS else ""


def to_text(value: Any, _argument: str = "") -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal() if value.is_finite() and abs(value.adjusted()) < WIDEST_NUMBER:
            return f"{value:f}"
        case int() | Decimal():
            return str(value)
        case date():
            return value.isoformat()
        case list() | tuple():
            return ",".join(to_text(one) for one in value)
    raise Unfit(value, "is not text")


def to_int(value: Any, _argument: str = "") -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    number = to_decimal(value)
    # A short text such as 1E+999999999 would become a number of a gigabyte.
    if abs(number.adjusted()) > WIDEST_NUMBER or number != number.to_integral_value():
        raise Unfit(value, "is not a whole number")
    return int(number)


def to_decimal(value: Any, argument: str = "") -> Decimal:
    """Exact, digit by digit. Thousands separators must stand where thousands are, else `1.5` read
    with a decimal comma would quietly become 15. A minus may trail, as some ledgers write it.
    """
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise Unfit(value, "is not a finite number")
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, float):
        raise Unfit(value, "arrived as a binary fraction, its digits are not certain")
    mark, thousands = argument[:1] or ".", argument[1:2]
    text = re.sub("[\u00a0\u202f]", " ", to_text(value)).strip().replace("\u2212", "-")
    if text.endswith("-") and text[0] not in "+-":
        text = f"-{text[:-1]}"
    if not _number_pattern(mark, thousands).fullmatch(text):
        raise Unfit(value, f"is not a number written as {_sample(mark, thousands)}")
    plain = text.replace(thousands, "") if thousands else text
    return Decimal(plain.replace(mark, "."))


@lru_cache
def _number_pattern(mark: str, thousands: str) -> re.Pattern[str]:
    grouped = rf"[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+|" if thousands else ""
    fraction = rf"{re.escape(mark)}[0-9]+"
    return re.compile(rf"[+-]?(?:(?:{grouped}[0-9]+)(?:{fraction})?|{fraction})")


def _sample(mark: str, thousands: str) -> str:
    return f"1{thousands}234{mark}50"


def to_bool(value: Any, _argument: str = "") -> bool:
    if isinstance(value, bool):
        return value
    word = to_text(value).strip().lower()
    if word not in TRUE | FALSE:
        raise Unfit(value, "is neither yes nor no")
    return word in TRUE


def to_list(value: Any, argument: str = "") -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(to_text(one) for one in value)
    parts = to_text(value).split(argument or ",")
    return tuple(part.strip() for part in parts if part.strip())


def to_date(value: Any, argument: str = "") -> date:
    if isinstance(value, datetime):
        raise Unfit(value, "has a time of day; use the transform 'day' with a zone")
    if isinstance(value, date):
        return value
    text = to_text(value).strip()
    if argument:
        return _parse(text, argument).date()
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise Unfit(value, "is not a date written as 2026-12-31")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unfit(value, "is not a day of the calendar") from None


def to_day(value: Any, argument: str = "") -> date:
    """The day of an instant in a zone. A time without a zone is taken to be local already."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    moment = value if isinstance(value, datetime) else _parse_iso(to_text(value).strip())
    if moment.tzinfo is None:
        return moment.date()
    if not argument:
        raise Unfit(to_text(value), "falls on different days in different zones; declare day:Zone")
    return moment.astimezone(ZoneInfo(argument)).date()


def to_instant(value: Any, argument: str = "") -> datetime:
    """An aware instant in UTC. Of an hour that happens twice in autumn the first one is meant."""
    zone, _, form = argument.partition("|")
    if isinstance(value, datetime):
        moment = value
    else:
        text = to_text(value).strip()
        moment = _parse(text, form) if form else _parse_iso(text)
    if moment.tzinfo is None:
        if not zone:
            raise Unfit(to_text(value), "says no time zone, and none is declared")
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise Unfit(to_text(value), "is outside the years 1 to 9999") from None


def _parse(text: str, form: str) -> datetime:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - the caller adds the declared zone
    except ValueError:
        sample = datetime(2026, 12, 31, 23, 59, 58, tzinfo=UTC).strftime(form)
        raise Unfit(text, f"does not fit the form of {sample}") from None


def _parse_iso(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Unfit(text, "is not a time written as 2026-12-31T23:59:58Z") from None


def from_epoch(microseconds: int) -> Callable[[Any, str], datetime]:
    def to_epoch_instant(value: Any, _argument: str = "") -> datetime:
        if isinstance(value, datetime):
            return to_instant(value)
        count = WIDE.multiply(to_decimal(value), Decimal(microseconds))
        try:
            return EPOCH + timedelta(microseconds=int(count.quantize(Decimal(1), context=WIDE)))
        except (OverflowError, InvalidOperation):
            raise Unfit(value, "is outside the years 1 to 9999") from None

    return to_epoch_instant


def to_microseconds(value: Any, argument: str = "") -> int:
    """A version number: an instant in microseconds, or a whole number as it is."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and "|" not in argument and re.fullmatch("[0-9]{1,18}", value):
        return int(value)
    return (to_instant(value, argument) - EPOCH) // timedelta(microseconds=1)


def hours_from(unit: int) -> Callable[[Any, str], Decimal]:
    """Hours from a count of `unit` seconds, or from a duration. A third of an hour has no last
    digit, so hours are rounded to hundredths, a half upwards, as time sheets do.
    """

    def to_hours(value: Any, argument: str = "") -> Decimal:
        if isinstance(value, timedelta):
            seconds = Decimal(value // timedelta(microseconds=1)) / 1_000_000
        else:
            seconds = WIDE.multiply(to_decimal(value), Decimal(argument or 1) * unit)
        try:
            return WIDE.divide(seconds, Decimal(3600)).quantize(HUNDREDTH, context=WIDE)
        except InvalidOperation:
            raise Unfit(value, "is not a length of time") from None

    return to_hours


TRANSFORMS: dict[str, Callable[[Any, str], Any]] = {
    "text": to_text,
    "strip": lambda value, _: to_text(value).strip(),
    "upper": lambda value, _: to_text(value).strip().upper(),
    "lower": lambda value, _: to_text(value).strip().lower(),
    "int": to_int,
    "decimal": to_decimal,
    "bool": to_bool,
    "list": to_list,
    "date": to_date,
    "day": to_day,
    "instant": to_instant,
    "epoch_seconds": from_epoch(1_000_000),
    "epoch_milliseconds": from_epoch(1_000),
    "microseconds": to_microseconds,
    "hours_from_seconds": hours_from(1),
    "hours_from_minutes": hours_from(60),
    "hours_from_days": hours_from(3600),
}


def _zone_mistake(zone: str) -> str:
    try:
        return "" if not zone else str(ZoneInfo(zone)) and ""
    except (KeyError, ValueError, OSError):
        return f"'{zone}' is no time zone; write one such as Europe/Vienna"


def _form_mistake(form: str) -> str:
    try:
        moment = datetime(2026, 12, 31, tzinfo=UTC)
        datetime.strptime(moment.strftime(form), form)  # noqa: DTZ007 - only a trial
    except ValueError as error:
        return f"'{form}' is no date format: {error}"
    return "" if "%" in form or not form else f"'{form}' is no date format; write %d.%m.%Y"


def _instant_mistake(argument: str) -> str:
    zone, _, form = argument.partition("|")
    return _zone_mistake(zone) or _form_mistake(form)


def _decimal_mistake(argument: str) -> str:
    if argument and (argument[0] not in ".," or argument[1:] not in ("", ".", ",", " ", "'", "’")):
        return f"'{argument}' is no number format; write decimal:, or decimal:,."
    return "" if len(set(argument)) == len(argument) else "mark and separator are the same"


def _ratio_mistake(argument: str) -> str:
    given = re.fullmatch(r"[0-9]+(\.[0-9]+)?", argument)
    return "" if given else "write how many hours a day has, such as hours_from_days:8"


CHECKS: dict[str, Callable[[str], str]] = {
    "decimal": _decimal_mistake,
    "date": _form_mistake,
    "day": _zone_mistake,
    "instant": _instant_mistake,
    "microseconds": _instant_mistake,
    "hours_from_days": _ratio_mistake,
}
