"""Exports as firms write them, and rows that cost no more than themselves."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from connectors.files.client import Files
from tests.connectors.drop import COLUMNS, HEADER, Drop, row


def test_a_row_is_read_in_the_firms_own_way_of_writing(drop):
    drop.put("time-20260701.csv", HEADER, "T1; W1 ;P1;01.07.2026;1.234,50;approved")

    (record,) = drop.records()

    assert (record.source_id, record.worker) == ("T1", "W1")
    assert record.work_date == date(2026, 7, 1)
    assert record.hours == Decimal("1234.50")


def test_json_lines_are_read_with_their_digits(tmp_path):
    columns = {**{name: name for name in COLUMNS if name != "source_id"}, "source_id": "id"}
    drop = Drop(tmp_path / "j", pattern="time-*.jsonl", columns=columns)
    drop.put(
        "time-1.jsonl",
        '{"id": 7, "worker": "W", "project": "P", "work_date": "01.07.2026", "hours": 7.10,'
        ' "status": "draft", "extra": {"a": 1}}',
        "",
        "not json",
        '["not", "an", "object"]',
        '{"id": 8, "worker": "W", "project": "P", "work_date": "01.07.2026", "hours": "7,25",'
        ' "status": "draft"}',
    )

    (opened,) = drop.opened()

    assert [one.hours for one in opened.records] == [Decimal("7.10"), Decimal("7.25")]
    assert [(one.line, one.reason.split(":")[0]) for one in opened.refused] == [
        (3, "the row is not JSON"),
        (4, "the row is JSON, but not an object with names"),
    ]
    assert opened.drift == {"+extra"}


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("utf-8", "\ufeff{}".encode()),
        ("utf-8", b"{}"),
        ("cp1252", None),
        ("utf-16", None),
        ("iso-8859-15", None),
    ],
)
def test_the_declared_encoding_is_read_with_or_without_its_mark(tmp_path, encoding, data):
    text = f"{HEADER}\nT1;Jörg;P;01.07.2026;1;approved\n"
    drop = Drop(tmp_path / "e", encoding=encoding)
    raw = text.encode(encoding) if data is None else data.replace(b"{}", text.encode())
    drop.put_bytes("time-20260701.csv", raw)

    (record,) = drop.records()

    assert (record.source_id, record.worker) == ("T1", "Jörg")


def test_packed_exports_are_read(drop):
    drop.put("time-20260701.csv.gz", HEADER, row(1), row(2))

    assert drop.ids() == ["T1", "T2"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_does(drop, end):
    drop.put_bytes("time-20260701.csv", end.join([HEADER, row(1), row(2)]).encode())

    assert drop.ids() == ["T1", "T2"]


def test_quoted_cells_may_hold_delimiters_quotes_and_lines(tmp_path):
    drop = Drop(tmp_path / "q", columns={**COLUMNS, "note": "Note"})
    drop.put(
        "time-20260701.csv",
        f"{HEADER};Note",
        'T1;W;P;01.07.2026;1;approved;"one; ""two""',
        'three"',
        f"{row(2)};",
        f"{row(3)};x;y",
    )

    (opened,) = drop.opened()

    assert opened.records[0].note == 'one; "two"\nthree'
    assert [one.source_id for one in opened.records] == ["T1", "T2"]
    assert [one.line for one in opened.refused] == [5]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (b"T9;W;P", "has 3 cells where the header has 6"),
        (b"T9;W;P;01.07.2026;1;approved;x", "has 7 cells where the header has 6"),
        (b'"T9;W;P;01.07.2026;1;approved', "quotes that do not match"),
        (b'"T9"x;W;P;01.07.2026;1;approved', "quotes that do not match"),
        (b"T9;\xfcber;P;01.07.2026;1;approved", "not text in the declared encoding"),
        (b"T9;\x00;P;01.07.2026;1;approved", "NUL"),
        (b"T9;W;P;2026-07-01;1;approved", "work_date: '2026-07-01' does not fit"),
        (b"T9;W;P;01.07.2026;1.5;approved", "hours: '1.5' is not a number written as 1.234,50"),
        (b"T9;W;P;01.07.2026;1;lost", "status: 'lost' is not one of"),
        (b";W;P;01.07.2026;1;approved", "source_id is missing"),
        (b"T9;W;P;01.07.2026;0,123;approved", "more than 2 decimals"),
        (b"T9;W;P;;1;approved", "work_date is missing: the source's Day is empty"),
        (b"T9;" + b"x" * 1_100_000 + b";P;01.07.2026;1;approved", "longer than 1000000"),
        (b"T9;" + b"x" * 200_000 + b";P;01.07.2026;1;approved", "field limit"),
    ],
)
def test_a_broken_row_costs_itself_alone_and_is_told_by_line(drop, broken, said):
    lines = [HEADER.encode(), row(1).encode(), broken, row(2).encode(), row(3).encode()]
    drop.put_bytes("time-20260701.csv", b"\n".join(lines))

    assert drop.ids() == ["T1", "T2", "T3"]
    ((line, reason),) = drop.refused()
    assert line == 3
    assert said in reason


def test_lines_are_counted_right_after_a_quote_that_never_closed(drop):
    drop.put("time-20260701.csv", HEADER, '"T1;W;P', row(2), "T3;W", row(4))

    assert drop.ids() == ["T2", "T4"]
    assert [line for line, _ in drop.refused()] == [2, 4]


def test_a_refused_row_can_be_kept_by_any_database(drop):
    drop.put_bytes("time-20260701.csv", HEADER.encode() + b"\nT1;\xff\x00\n")

    ((opened,),) = [drop.opened()]

    assert "\x00" not in opened.refused[0].row
    assert opened.refused[0].row.encode()
    assert "\\xff" in opened.refused[0].row or "\\udcff" in opened.refused[0].row


def test_a_missing_column_refuses_every_row_and_the_pull_goes_on(drop):
    drop.put("time-20260701.csv", "Id;Worker;Project;Day;Hours", "T1;W;P;01.07.2026;1")
    drop.put("time-20260702.csv", HEADER, row(2))

    first, second = drop.opened()

    assert first.records == []
    assert first.refused[0].source_id == "T1"
    assert "no column Status" in first.refused[0].reason
    assert first.refused[0].hints["hours"] == "1"
    assert first.drift == {"-Status"}
    assert [one.source_id for one in second.records] == ["T2"]


def test_a_missing_column_that_need_not_be_filled_refuses_too_unless_it_is_optional(tmp_path):
    """Otherwise an approval missing in every row would look like time that nobody approved."""
    strict = Drop(tmp_path / "a", columns={**COLUMNS, "note": "Note"})
    lenient = Drop(tmp_path / "b", columns={**COLUMNS, "note": {"path": "Note", "optional": True}})
    for drop in (strict, lenient):
        drop.put("time-20260701.csv", HEADER, row(1))

    assert strict.ids() == []
    assert lenient.ids() == ["T1"]


def test_a_column_that_stands_twice_cannot_be_trusted(drop):
    drop.put("time-20260701.csv", f"{HEADER};Hours;;", f"{row(1)};9;;")

    assert drop.ids() == []
    assert "more than one column Hours" in drop.refused()[0][1]


def test_a_new_column_is_drift_and_an_ignored_one_is_not(tmp_path):
    drop = Drop(tmp_path / "d", ignored=["Cost"])
    drop.put("time-20260701.csv", f"{HEADER};Cost;Mood", f"{row(1)};1;good")

    (opened,) = drop.opened()

    assert opened.drift == {"+Mood"}
    assert len(opened.records) == 1


def test_a_file_without_versions_counts_by_its_own_instant(drop):
    drop.put("time-20260701T0900.csv", HEADER, row(1))
    drop.settings["streams"]["time_entry"]["stamp"] = "%Y%m%dT%H%M"

    (page,) = drop.pages()

    assert page.watermark == datetime(2026, 7, 1, 7, tzinfo=UTC)
    assert drop.records()[0].source_version == 1782889200000000


def test_a_version_column_counts_where_there_is_one(tmp_path):
    drop = Drop(tmp_path / "v", version="Changed", instant="%d.%m.%Y %H:%M")
    drop.put(
        "time-20260701.csv",
        f"{HEADER};Changed",
        f"{row(1, '2,00')};01.07.2026 10:00",
        f"{row(1, '1,00')};01.07.2026 09:00",
    )

    (record,) = drop.records()

    assert record.hours == 2
    assert record.source_version == 1782892800000000
    assert drop.refused() == []


def test_an_id_that_stands_twice_without_a_version_is_said(drop):
    drop.put("time-20260701.csv", HEADER, row(1, "1"), row(2), row(1, "2"), row(2))

    assert {one.source_id: one.hours for one in drop.records()} == {"T1": 2, "T2": 8}
    assert drop.refused() == [(2, "the id T1 stands again in line 4, where it differs")]


def test_a_mapping_in_the_configuration_wins_over_the_columns(drop):
    drop.put("time-20260701.csv", HEADER, row(1))
    before = drop.connector.mapping_version("time_entry")
    (page,) = drop.pages()

    drop.settings["mapping"] = {"time_entry": {"worker": {"template": "hr:{Worker}"}}}

    assert drop.connector.open("time_entry", page).records[0].worker == "hr:W1"
    assert drop.connector.mapping_version("time_entry") != before
    assert Files.check_settings(drop.settings) == []
