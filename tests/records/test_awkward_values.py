"""Every kind comes out of its view as it was built, whatever its values look like."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from connectors.kinds import KINDS, build, fields_of
from opsboard.records.models import TABLES
from tests.records.loading import put, seen

AWKWARD = (
    "tab\there\nnew line\r\n back\\slash \\N \\t \\. 'single' \"double\" {a,b} Zoë 東京 🛠 %s %%"
)
EAST, WEST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-9, minutes=-30))
LISTS = [(), (AWKWARD, "", " ", "NULL", "{}", "a,b", '"', "\\", "psa:TE-1"), ("one",)]


def texts(field, *, high):
    if field.choices:
        return field.choices[-1 if high else 0]
    if "currency" in field.name:
        return "JPY" if high else "USD"
    if field.name == "country":
        return "GB"
    return (AWKWARD + "\\" if high else "\\N")[: field.max_length]


def numbers(field, *, high):
    largest = Decimal(10) ** (field.precision - field.scale) - Decimal(1).scaleb(-field.scale)
    return largest if high else -largest


VALUES = {
    "str": texts,
    "int": lambda field, *, high: field.most if high else field.least,
    "bool": lambda _, *, high: high,
    "decimal": numbers,
    "date": lambda _, *, high: date(9998, 12, 31) if high else date(1900, 1, 1),
    "datetime": lambda _, *, high: (
        datetime(9998, 12, 30, 23, 59, 59, 999999, WEST)
        if high
        else datetime(1900, 1, 2, 0, 0, 0, 1, EAST)
    ),
    "list": lambda _, *, high: LISTS[1 if high else 0],
}


def sample(kind, *, high):
    row = {field.name: VALUES[field.type](field, high=high) for field in fields_of(KINDS[kind])}
    return build(KINDS[kind], row | {"is_deleted": False})


def plainest(kind):
    """Only what is required; everything else as it is by default, much of it None."""
    row = {
        field.name: VALUES[field.type](field, high=True)
        for field in fields_of(KINDS[kind])
        if field.required
    }
    return build(KINDS[kind], row | {"source_id": "plain", "source_version": 1})


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_seen_as_it_was_built(kind):
    records = [sample(kind, high=True), sample(kind, high=False), plainest(kind)]
    put(*records)

    found = seen(kind)
    assert len(found) == 3
    for record in records:
        row = found[f"psa:{record.source_id}"]
        for field in fields_of(KINDS[kind]):
            if field.name == "is_deleted":
                continue
            value = getattr(record, field.name)
            shown = tuple(row[field.name]) if field.type == "list" else row[field.name]
            assert shown == value, field.name
            if field.type == "datetime" and value:
                assert shown.utcoffset() == timedelta(0)
    assert put(*records).changed == 0


@pytest.mark.django_db
def test_small_fractions_are_not_rounded():
    for kind in ("fx_rate", "cost_rate", "time_entry", "invoice"):
        [field, *_] = [one for one in fields_of(KINDS[kind]) if one.type == "decimal"]
        smallest = Decimal(1).scaleb(-field.scale)
        row = {
            one.name: getattr(plainest(kind), one.name)
            for one in fields_of(KINDS[kind])
            if one.required
        }
        put(build(KINDS[kind], row | {field.name: smallest, "source_id": "small"}))
        assert TABLES[kind].objects.values_list(field.name, flat=True).get() == smallest


@pytest.mark.django_db
@pytest.mark.parametrize(
    "native_id", ["a:b", "a\tb", "a\\b", "ä", "'; drop table x; --", "x" * 200]
)
def test_awkward_native_ids_are_keys_like_any_other(native_id):
    row = {"code": native_id, "name": native_id, "source_id": native_id, "source_version": 1}
    put(build(KINDS["project"], row))
    put(build(KINDS["project"], row | {"source_version": 2, "name": "New"}))

    assert seen("project")[f"psa:{native_id}"]["name"] == "New"


@pytest.mark.django_db
def test_instants_are_the_same_in_every_zone():
    noon = datetime(2026, 6, 18, 12, tzinfo=UTC)
    row = {"code": "A", "name": "A", "source_id": "1", "source_version": 1}
    put(build(KINDS["project"], row | {"source_updated_at": noon.astimezone(EAST)}))
    again = put(build(KINDS["project"], row | {"source_updated_at": noon.astimezone(WEST)}))

    assert again.changed == 0
    assert seen("project")["psa:1"]["source_updated_at"] == noon
