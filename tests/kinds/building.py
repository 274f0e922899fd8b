"""Records of any kind, made up from nothing but the declared fields."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import strategies as st

from connectors.kinds import KINDS, build, fields_of

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
# Without a zone, which hypothesis draws beside them.
FIRST, LAST = datetime.fromisoformat("1900-01-02"), datetime.fromisoformat("9998-12-30")
ZONES = st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours)))
CODES = {
    "ISO 4217": st.sampled_from(["", "EUR", "JPY", "KWD"]),
    "ISO 3166-1": st.sampled_from(["", "DE", "GB"]),
}


def numbers(field):
    """Every number that the column can hold."""
    unit = Decimal(1).scaleb(-field.scale)
    most = 10**field.precision - 1
    return st.integers(-most, most).map(lambda whole: whole * unit)


def texts(field):
    if field.choices:
        return st.sampled_from(field.choices)
    return CODES.get(field.unit, TEXT)


VALUES = {
    "str": texts,
    "int": lambda field: st.integers(field.least, field.most),
    "bool": lambda _: st.booleans(),
    "decimal": numbers,
    "date": lambda _: st.dates(date(1900, 1, 1), date(9998, 12, 31)),
    "datetime": lambda _: st.datetimes(FIRST, LAST, timezones=ZONES),
    "list": lambda _: st.lists(TEXT, max_size=3).map(tuple),
}


def values(field):
    if field.name == "source_id":
        return TEXT.filter(bool)
    if field.name == "is_deleted":
        return st.sampled_from([False])
    made = VALUES[field.type](field)
    return st.none() | made if field.nullable else made


def records(kind):
    """Records of the kind; what is not required may be left out."""
    fields = fields_of(KINDS[kind])
    needed = {one.name: values(one) for one in fields if one.required}
    others = {one.name: values(one) for one in fields if not one.required}
    made = st.fixed_dictionaries(needed, optional=others)
    return made.map(lambda row: build(KINDS[kind], row))
