"""A file is taken once, whole, or not at all."""

import os
import time
from datetime import UTC, datetime, timedelta

import pytest

from connectors.base import NeedsHuman, TryAgain
from connectors.files.folder import reading
from connectors.files.position import Position
from tests.connectors.drop import HEADER, Drop, row

LATER = "time-20260702.csv"


def last_cursor(drop):
    return drop.pages()[-1].cursor


def test_files_are_taken_in_the_order_of_their_names_and_once(drop):
    drop.put("time-20260702.csv", HEADER, row(2))
    drop.put("time-20260701.csv", HEADER, row(1), age=10)

    assert drop.ids() == ["T1", "T2"]
    assert drop.pages(last_cursor(drop)) == []


def test_a_new_file_is_taken_from_the_cursor_on(drop):
    drop.put("time-20260701.csv", HEADER, row(1))
    cursor = last_cursor(drop)

    drop.put("time-20260702.csv", HEADER, row(2))

    assert drop.ids(cursor) == ["T2"]


def test_a_file_that_comes_late_is_taken_but_does_not_turn_the_clock_back(drop):
    drop.put("time-20260702.csv", HEADER, row(2))
    cursor = last_cursor(drop)

    drop.put("time-20260701.csv", HEADER, row(1))

    assert drop.ids(cursor) == ["T1"]
    assert [page.watermark for page in drop.pages(cursor)] == [None]


@pytest.mark.parametrize(
    "name",
    [
        "time-20260701.csv.part",
        "time-20260701.csv.tmp",
        "time-20260701.csv.PARTIAL",
        "time-20260701.csv~",
        ".time-20260701.csv",
        "other-20260701.csv",
    ],
)
def test_names_of_unfinished_and_other_files_are_left_alone(drop, name):
    drop.put(name, HEADER, row(1))

    assert drop.pages() == []


def test_a_file_that_was_just_written_is_left_and_holds_back_those_after_it(drop):
    drop.put("time-20260701.csv", HEADER, row(1))
    drop.put("time-20260702.csv", HEADER, row(2), age=1)
    drop.put("time-20260703.csv", HEADER, row(3))

    assert drop.ids() == ["T1"]


def test_a_file_from_a_machine_whose_clock_is_ahead_is_taken(drop):
    drop.put("time-20260701.csv", HEADER, row(1), age=-3600)

    assert drop.ids() == ["T1"]


def test_with_a_marker_the_companion_decides(tmp_path):
    drop = Drop(tmp_path / "m", marker=True)
    drop.put("time-20260701.csv", HEADER, row(1), age=0)
    assert drop.ids() == []

    drop.put("time-20260701.csv.done", age=0)

    assert drop.ids() == ["T1"]


def test_a_packed_file_without_its_end_waits_after_what_came_before(drop):
    drop.put("time-20260701.csv", HEADER, row(1))
    path = drop.put("time-20260702.csv.gz", HEADER, *map(row, range(50)))
    whole = path.read_bytes()
    for cut in (0, 5, 20, len(whole) - 1):
        path.write_bytes(whole[:cut])
        os.utime(path, (0, 0))
        pages = drop.connector.pull("time_entry", "")

        assert next(pages).origin == "time-20260701.csv"
        with pytest.raises(TryAgain, match=r"time-20260702\.csv\.gz ends in the middle"):
            next(pages)


def test_a_damaged_packed_file_needs_a_person(drop):
    path = drop.put("time-20260701.csv.gz", HEADER, row(1))
    whole = bytearray(path.read_bytes())
    whole[-6] ^= 0xFF
    path.write_bytes(whole)
    os.utime(path, (0, 0))

    with pytest.raises(NeedsHuman, match="damaged") as caught:
        drop.pages()
    assert caught.value.remedy == "Export the file again."


def test_a_file_that_changes_while_it_is_read_is_not_taken(drop):
    path = drop.put("time-20260701.csv", HEADER, *map(row, range(5000)))
    pages = drop.connector.pull("time_entry", "")
    first = next(pages)

    with path.open("a") as more:
        more.write(row(9999))

    with pytest.raises(TryAgain, match="still being written"):
        list(pages)
    os.utime(path, (0, 0))
    again = drop.opened(first.cursor)
    assert "changed while it was being taken" in again[0].refused[0].reason
    assert sum(len(one.records) for one in again) == 5001


def test_a_file_that_changed_after_it_was_taken_is_reported_once_and_not_read(drop):
    path = drop.put("time-20260701.csv", HEADER, row(1))
    cursor = last_cursor(drop)

    drop.put("time-20260701.csv", HEADER, row(1), row(2))

    (page,) = drop.pages(cursor)
    (refused,) = drop.connector.open("time_entry", page).refused
    assert "changed after it was taken" in refused.reason
    assert drop.pages(page.cursor) == []
    os.utime(path, (1, 1))
    assert drop.pages(page.cursor) == []


def test_a_file_that_vanishes_half_taken_is_reported(drop):
    path = drop.put("time-20260701.csv", HEADER, *map(row, range(3000)))
    first = drop.pages()[0]
    path.unlink()

    (page,) = drop.pages(first.cursor)

    (refused,) = drop.connector.open("time_entry", page).refused
    assert "vanished after 2000 rows" in refused.reason
    assert drop.pages(page.cursor) == []


def test_files_that_were_tidied_away_are_forgotten(drop):
    path = drop.put("time-20260701.csv", HEADER, row(1))
    cursor = last_cursor(drop)
    path.unlink()
    drop.put("time-20260702.csv", HEADER, row(2))

    (page,) = drop.pages(cursor)

    assert "20260701" not in page.cursor


def test_a_cursor_does_not_grow_for_ever(drop):
    for number in range(230):
        drop.put(f"time-{20260000000 + number}.csv", HEADER, row(number))
    drop.settings["streams"]["time_entry"] |= {"pattern": "time-*.csv"}

    pages = drop.pages()

    assert len(pages) == 230
    position = Position.read(pages[-1].cursor)
    assert len(position.taken) == 200
    assert position.floor == "time-20260000029.csv"
    assert drop.pages(pages[-1].cursor) == []


@pytest.mark.parametrize("lines", [[], [HEADER]])
def test_an_empty_file_is_a_sign_of_life(tmp_path, lines):
    drop = Drop(tmp_path / "s", snapshot=True)
    drop.put("time-20260701.csv", *lines)

    (page,) = drop.pages()

    assert page.part == "rows"
    assert page.watermark == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert drop.connector.open("time_entry", page).records == []
    assert drop.pages(page.cursor) == []


def test_links_that_lead_out_of_the_folder_are_not_followed(drop, tmp_path):
    outside = tmp_path / "outside.csv"
    outside.write_text(f"{HEADER}\n{row(1)}\n")
    os.utime(outside, (0, 0))
    (drop.folder / "time-20260701.csv").symlink_to(outside)
    (drop.folder / "time-20260702.csv").symlink_to("time-20260702.csv")
    (drop.folder / "time-20260703.csv").mkdir()
    os.mkfifo(drop.folder / "time-20260704.csv")
    real = drop.put("real.csv", HEADER, row(5))
    (drop.folder / "time-20260705.csv").symlink_to(real)

    assert drop.ids() == ["T5"]


def test_a_folder_that_is_not_there_needs_a_person(drop):
    drop.settings["folder"] = str(drop.folder / "nowhere")

    with pytest.raises(NeedsHuman, match="cannot be read") as caught:
        drop.pages()
    assert "Create the folder" in caught.value.remedy
    assert not drop.connector.probe().reachable


def test_the_instant_of_an_export_may_stand_in_a_column(tmp_path):
    drop = Drop(tmp_path / "c", as_of="column:At")
    drop.put("time-1.csv", f"{HEADER};At", f"{row(1)};", f"{row(2)};2026-07-01 10:00")
    drop.put("time-2.csv", f"{HEADER};At", f"{row(3)};soon")
    pages = drop.connector.pull("time_entry", "")

    assert next(pages).watermark == datetime(2026, 7, 1, 8, tzinfo=UTC)
    with pytest.raises(NeedsHuman, match="no row has a readable time in the column 'At'"):
        next(pages)


def test_the_time_of_the_file_counts_when_nothing_better_is_declared(tmp_path):
    drop = Drop(tmp_path / "t", pattern="time-*.csv")
    drop.put("time-1.csv", HEADER, row(1), age=600)

    (page,) = drop.pages()

    age = datetime.now(UTC) - page.watermark
    assert timedelta(minutes=9) < age < timedelta(minutes=11)


@pytest.mark.parametrize(
    ("stamp", "hour", "minute", "second"),
    [("20260702T0930", 7, 30, 0), ("20260702T093015", 7, 30, 15), ("202607020930", 7, 30, 0)],
)
def test_a_stamp_is_read_as_it_is_written(drop, stamp, hour, minute, second):
    """Vienna is two hours ahead of UTC in July; half past nine is not three minutes past."""
    drop.put(f"time-{stamp}.csv", HEADER, row(1))

    assert drop.pages()[-1].watermark == datetime(2026, 7, 2, hour, minute, second, tzinfo=UTC)


def test_a_stamp_nobody_can_read_needs_a_person(drop):
    drop.put("time-yesterday.csv", HEADER, row(1))

    with pytest.raises(NeedsHuman, match="'yesterday', cannot be read"):
        drop.pages()


def test_a_file_from_the_future_needs_a_person(drop):
    drop.put("time-20990101.csv", HEADER, row(1))

    with pytest.raises(NeedsHuman, match="yet to come"):
        drop.pages()


def test_probing_tells_the_newest_file_of_each_stream_and_its_age(drop):
    assert drop.connector.probe().missing == ["time_entry: no file matches time-{stamp}.csv* yet."]

    drop.put("time-20260701.csv", HEADER, row(1), age=7200)
    drop.put("time-20260702.csv", HEADER, row(1), age=3 * 3600)

    probe = drop.connector.probe()
    assert probe.reachable
    assert probe.detail == "time_entry: newest is time-20260701.csv, 2 h old"
    assert probe.rights == {"read": True}


def test_a_file_nobody_may_read_needs_a_person():
    """Said of the error itself, since an administrator may read every file."""
    with pytest.raises(NeedsHuman, match="may not be read") as caught, reading("time.csv"):
        raise PermissionError
    assert "the right to read" in caught.value.remedy


def test_reading_does_not_wait_for_the_files_to_settle(drop):
    drop.put("time-20260701.csv", HEADER, row(1), age=0)
    before = time.monotonic()

    assert drop.pages() == []
    assert time.monotonic() - before < 1
