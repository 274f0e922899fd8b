"""What a mapping prepares for many rows says of each value exactly what it says of a single one."""

from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest

from connectors.decoding import QUICK, _decode_slowly, decode_json
from connectors.kinds import KINDS, build, fields_of
from connectors.reading import NOTHING, From, convert, reader

NAIVE = datetime.fromisoformat("2026-01-05T10:00:00")
VALUES = [
    None, NOTHING, "", " ", "\t", "x", "draft", "true", "1", "1.5", 1, 0, 10**30, True, False,
    "2026-01-05", "2026-W01-1", "20260105", "2026-02-30", " 2026-01-05 ", "２０２６-０１-０５",
    "2026-01-05T10:00:00", "2026-01-05T10:00:00Z", "2026-01-05T10:00:00+05:30",
    "0001-01-01T00:00:00+14:00", Decimal("1.5"), Decimal("NaN"), Decimal(3), 1.5, [], ["a"],
    {}, {"b": 1}, date(2026, 1, 1), NAIVE, NAIVE.replace(tzinfo=UTC),
]  # fmt: skip
SOURCES = [
    From(path="a"),
    From(path="a.b"),
    From(path="a", via="strip"),
    From(path="a", values={"x": "draft"}),
    From(path="a", default="x"),
    From(constant="draft"),
    From(template="{a}:{c}"),
]
TARGETS = {
    (field.type, bool(field.choices), field.required): field
    for kind in KINDS.values()
    for field in fields_of(kind)
}


def outcome(read, *values):
    try:
        found = read(*values)
    except Exception as error:
        return type(error), str(error)
    return type(found), repr(found)


@pytest.mark.parametrize("source", SOURCES, ids=str)
@pytest.mark.parametrize("target", TARGETS.values(), ids=lambda one: one.name)
def test_a_prepared_reader_answers_as_convert_does(source, target):
    prepared = reader(source, target)
    for value in VALUES:
        row = {"c": "d"} if value is NOTHING else {"a": value, "c": "d"}
        assert outcome(prepared, row) == outcome(convert, row, source, target), repr(value)


@pytest.mark.parametrize(
    "hours", ["0", "-0", "0E+5", "9999999.99", "0.10", "-1234567.89", "0.5000000000000000000"]
)
def test_numbers_that_fit_are_taken(hours):
    assert entry(hours=Decimal(hours)).hours == Decimal(hours)


@pytest.mark.parametrize(
    "hours", ["NaN", "Infinity", "10000000", "1E+7", "0.001", "1E-19", "1E-25", "1E-1000005"]
)
def test_numbers_that_would_not_be_stored_as_they_are_are_refused(hours):
    with pytest.raises(msgspec.ValidationError, match="hours"):
        entry(hours=Decimal(hours))


@pytest.mark.parametrize("note", ["\x00", "a\x00", "\ud800", "Zoë \udfff"])
def test_text_that_cannot_be_stored_is_refused(note):
    with pytest.raises(msgspec.ValidationError, match="note"):
        entry(note=note)


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(9999, 1, 1)])
def test_days_that_cannot_be_meant_are_refused(day):
    with pytest.raises(msgspec.ValidationError, match="work_date"):
        entry(work_date=day)


@pytest.mark.parametrize(
    "text",
    [b"1", b"-0.0", b"0.10", b"1E+400", b"12345678901234567890123", b'{"a": 1, "a": 2}', b'"z"'],
)
def test_the_quick_decoder_answers_as_the_exact_one_does(text):
    assert repr(QUICK.decode(text)) == repr(_decode_slowly(text)) == repr(decode_json(text))


@pytest.mark.parametrize("text", [b'"\\ud800"', b"\xef\xbb\xbf1"])
def test_what_only_the_exact_decoder_reads_is_still_read(text):
    assert decode_json(text) in ("\ud800", 1)


def entry(**said):
    usual = {
        "source_id": "1",
        "source_version": 1,
        "worker": "W1",
        "project": "P1",
        "work_date": date(2026, 6, 1),
        "hours": Decimal(8),
        "status": "draft",
    }
    return build(KINDS["time_entry"], {**usual, **said})
