"""A vendor's row becomes a record, or says why not."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import Refused
from connectors.kinds import KINDS, Record
from connectors.mapping import From, Mapping

ENTRIES = Mapping(
    kind="time_entry",
    source_id="id",
    fields={
        "source_version": From(path="changed", via="microseconds"),
        "worker": "emp.no",
        "project": From(template="{client}-{job}"),
        "work_date": From(path="day", via="date:%d.%m.%Y"),
        "hours": From(path="secs", via="hours_from_seconds"),
        "bill_rate": From(path="rate", via="decimal:,."),
        "bill_currency": From(path="currency", default="EUR"),
        "note": "note",
        "submitted_at": From(path="sent", via="instant:Europe/Vienna", optional=True),
        "status": From(path="state", via="lower", values={"ok": "approved", "new": "draft"}),
    },
    ignored=frozenset({"internal"}),
)
ROW = {
    "id": 17,
    "changed": "2026-07-01T10:00:00+02:00",
    "emp": {"no": "W1"},
    "client": "C",
    "job": 4,
    "day": "31.12.2026",
    "secs": 5400,
    "rate": "1.234,50",
    "currency": "",
    "note": None,
    "state": "OK",
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def read(**changes: Any) -> Any:
    return ENTRIES.read({**ROW, **changes}, line=9)


def test_a_row_becomes_a_record_through_its_declaration():
    record = read()

    assert record.source_id == "17"
    assert record.source_version == 1782892800000000
    assert record.worker == "W1"
    assert record.project == "C-4"
    assert record.work_date == date(2026, 12, 31)
    assert record.hours == Decimal("1.50")
    assert record.bill_rate == Decimal("1234.50")
    assert record.status == "approved"


def test_an_empty_value_takes_the_declared_default_and_else_the_kinds():
    record = read()

    assert record.bill_currency == "EUR"
    assert record.note == ""
    assert record.submitted_at is None


def test_a_time_without_a_zone_is_read_in_the_declared_one():
    assert read(sent="2026-07-01 08:00").submitted_at == datetime(2026, 7, 1, 6, tzinfo=UTC)


def test_a_word_unknown_to_the_crosswalk_is_refused_with_the_known_ones():
    refused = read(state="lost")

    assert refused.field == "status"
    assert refused.reason == "status: 'lost' is unknown; known are ok, new"


def test_a_refused_row_keeps_what_could_be_read():
    refused = read(day="32.12.2026")

    assert isinstance(refused, Refused)
    assert (refused.field, refused.line, refused.source_id) == ("work_date", 9, "17")
    assert refused.hints["worker"] == "W1"
    assert refused.hints["hours"] == "1.50"
    assert "work_date" not in refused.hints
    assert '"32.12.2026"' in refused.row


def test_every_fault_of_a_row_is_named():
    assert "(also: hours, status)" in read(day="?", secs="?", state="?").reason


def test_a_sensitive_amount_is_repeated_neither_in_the_reason_nor_in_the_hints():
    refused = read(rate="98,7,6")
    other = read(day="?")

    assert refused.field == "bill_rate"
    assert "98" not in refused.reason
    assert "bill_rate" not in other.hints


@pytest.mark.parametrize("gone", ["id", "changed", "emp", "day", "secs", "state", "job"])
def test_a_required_field_that_is_absent_refuses_the_row(gone):
    row = {name: value for name, value in ROW.items() if name != gone}

    refused = ENTRIES.read(row)

    assert isinstance(refused, Refused)
    assert gone in refused.reason


def test_a_template_with_an_empty_part_has_no_value():
    keyed = Mapping(
        kind="project_actual",
        source_id="id",
        fields={
            "source_version": From(constant=1),
            "work_date": "day",
            "hours": "hours",
            "source_key": From(template="psa:{uuid}"),
        },
    )
    row = {"id": "1", "day": "2026-07-01", "hours": "1", "uuid": "TE-1"}

    assert keyed.read(row).source_key == "psa:TE-1"
    assert keyed.read({**row, "uuid": ""}).source_key == ""
    assert keyed.read({**row, "uuid": None}).source_key == ""


def test_a_name_with_dots_in_it_is_found_whole_or_in_part():
    mapping = Mapping("party", "a.b", {"code": "party..rec_name", "legal_name": "x.y.z"})
    row = {"a.b": "1", "party.": {"rec_name": "code"}, "x": {"y": {"z": "name"}}}

    assert mapping.read(row).hints == {"source_id": "1", "code": "code", "legal_name": "name"}


@given(st.dictionaries(st.sampled_from([*ROW, "sent", "?"]), JSON))
def test_no_row_whatsoever_raises(changes):
    read = ENTRIES.read({**ROW, **changes})

    assert isinstance(read, Record | Refused)
    if isinstance(read, Refused):
        assert read.reason
        assert read.field


def test_drift_names_what_is_new_and_what_is_gone():
    rows = [{**ROW, "colour": "red"}, ROW]
    without = [{name: value for name, value in ROW.items() if name != "rate"}]

    assert ENTRIES.drift(rows) == {"+colour"}
    assert ENTRIES.drift(without) == {"-rate"}
    assert ENTRIES.drift([{**ROW, "internal": 1}]) == frozenset()
    assert ENTRIES.drift([{**ROW, "emp": None}]) == frozenset()
    assert ENTRIES.drift([]) == frozenset()


def test_a_declaration_with_a_field_or_transform_that_is_not_there_does_not_load():
    with pytest.raises(ValueError, match="has no field colour"):
        Mapping("party", "id", {"colour": "x"})
    with pytest.raises(ValueError, match="'shout' is no transform"):
        Mapping("party", "id", {"code": From(path="x", via="shout")})


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_can_be_declared_field_by_field(kind):
    mapping = Mapping(kind)

    assert mapping.mistakes({name: name for name in mapping.targets}) == []
