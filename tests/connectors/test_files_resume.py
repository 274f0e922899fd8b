"""Killed at any row of any file, nothing is lost; a snapshot proves what is gone, or nothing."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.files import taking
from tests.connectors.drop import HEADER, Drop, row

CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)


@pytest.fixture
def snapshots(tmp_path):
    return Drop(tmp_path / "snapshots", snapshot=True)


def quoted(cell):
    return '"' + cell.replace('"', '""') + '"'


@settings(max_examples=40, deadline=None)
@given(
    notes=st.lists(CELL, min_size=1, max_size=30),
    breaks=st.sets(st.integers(0, 29)),
    per_page=st.integers(1, 7),
    snapshot=st.booleans(),
)
def test_resuming_at_any_page_of_any_file_loses_nothing(notes, breaks, per_page, snapshot):
    """Rows of any content, some of them broken, in pages of any size."""
    columns = {"note": "Note"}
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(taking, "ROWS", per_page)
        drop = Drop(Path(folder), snapshot=snapshot)
        drop.settings["streams"]["time_entry"]["columns"] |= columns
        lines = [
            row(number) if number in breaks else f"{row(number)};{quoted(note)}"
            for number, note in enumerate(notes)
        ]
        data = "\n".join([f"{HEADER};Note", *lines]).encode()
        drop.put_bytes("time-20260701.csv", data)
        drop.put_bytes("time-20260702.csv.gz", data)
        whole = rows_of(drop, "")
        assert len(whole) == 2 * len(notes)
        for place, page in enumerate(drop.pages(), 1):
            assert rows_of(drop, page.cursor) == whole[len(rows_of(drop, "", place)) :]


def rows_of(drop, cursor, pages=None):
    """Every row there is, accepted or refused, as (file, id or line)."""
    found = []
    for page in drop.pages(cursor)[:pages]:
        opened = drop.connector.open("time_entry", page)
        rows = [(page.origin, one.source_id) for one in opened.records]
        rows += [(page.origin, f"line {one.line}") for one in opened.refused]
        found += rows
    return found


def test_a_pull_killed_in_the_middle_of_a_file_goes_on_within_it(drop):
    drop.put("time-20260701.csv", HEADER, *map(row, range(4500)))

    first, second, third = drop.pages()
    rest = drop.pages(first.cursor)

    assert [page.body for page in rest] == [second.body, third.body]
    assert (first.watermark, second.watermark) == (None, None)
    assert third.watermark is not None


def test_a_page_holds_no_more_than_a_few_megabytes(tmp_path):
    drop = Drop(tmp_path / "w")
    wide = "x" * 100_000
    drop.put("time-20260701.csv", f"{HEADER};Wide", *(f"{row(n)};{wide}" for n in range(100)))

    pages = drop.pages()

    assert len(pages) == 2
    assert all(len(page.body) < 9_000_000 for page in pages)


def test_a_snapshot_ends_in_a_census_of_all_its_ids(snapshots):
    snapshots.put("time-20260701.csv", HEADER, *map(row, range(2500)))

    first, second, census = snapshots.pages()

    assert [page.part for page in (first, second, census)] == ["rows", "rows", "census"]
    assert snapshots.connector.open("time_entry", census).census == [f"T{n}" for n in range(2500)]
    assert (second.watermark, census.watermark is None) == (None, False)


def test_a_pull_killed_before_the_census_still_brings_the_whole_of_it(snapshots):
    snapshots.put("time-20260701.csv", HEADER, *map(row, range(2500)))
    first, second, census = snapshots.pages()

    assert snapshots.pages(first.cursor) == [second, census]
    assert snapshots.pages(second.cursor) == [census]
    assert snapshots.pages(census.cursor) == []


@pytest.mark.parametrize(
    "broken", ["T9;W1", '"T9;W;P;01.07.2026;1;approved', ";W1;P1;01.07.2026;8,00;approved"]
)
def test_a_row_whose_id_cannot_be_read_forbids_the_census(snapshots, broken):
    snapshots.put("time-20260701.csv", HEADER, row(1), broken, row(2))

    (page,) = snapshots.pages()

    assert page.part == "rows"
    assert page.watermark is not None


def test_a_row_refused_for_another_reason_counts_in_the_census(snapshots):
    snapshots.put("time-20260701.csv", HEADER, row(1), row(2, "much"))

    _, census = snapshots.pages()

    assert snapshots.connector.open("time_entry", census).census == ["T1", "T2"]


def test_an_older_snapshot_that_comes_late_deletes_nothing(snapshots):
    snapshots.put("time-20260702.csv", HEADER, row(1), row(2))
    cursor = snapshots.pages()[-1].cursor

    snapshots.put("time-20260701.csv", HEADER, row(1))

    assert [page.part for page in snapshots.pages(cursor)] == ["rows"]


def test_a_census_follows_a_mapping_that_changed_since(snapshots):
    snapshots.put("time-20260701.csv", HEADER, row(1))
    census = snapshots.pages()[-1]

    snapshots.settings["mapping"] = {"time_entry": {"source_id": {"template": "psa-{Id}"}}}
    assert snapshots.connector.open("time_entry", census).census == ["psa-T1"]

    snapshots.settings["mapping"] = {"time_entry": {"source_id": "Project"}}
    assert snapshots.connector.open("time_entry", census).census is None
