"""The clock in its folder, and the command that moves it."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from connectors.northquay import clock
from connectors.northquay.__main__ import main

CLOSE = datetime(2026, 7, 2, 10, tzinfo=UTC)


def test_time_passes_from_the_snapshot_on(tmp_path):
    assert clock.advance(tmp_path / "new", by=timedelta(hours=3)) == CLOSE + timedelta(hours=3)
    assert (
        clock.advance(tmp_path / "new", to=CLOSE + timedelta(days=1))
        == clock.read(tmp_path / "new").as_of
    )


def test_time_never_goes_back(tmp_path):
    clock.advance(tmp_path, by=timedelta(hours=1))

    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance(tmp_path, to=CLOSE)
    with pytest.raises(ValueError, match="no zone"):
        clock.advance(tmp_path, to=datetime(2026, 7, 3))  # noqa: DTZ001
    assert clock.read(tmp_path).as_of == CLOSE + timedelta(hours=1)


def test_a_mend_is_later_than_everything_read_before(tmp_path):
    clock.advance(tmp_path, by=timedelta(0))
    at = clock.mend(tmp_path, "time.posting_lost.001")

    assert at > CLOSE
    assert clock.read(tmp_path) == clock.Clock(at, (clock.Mended("time.posting_lost.001", at),))


@pytest.mark.parametrize("name", ["time.travel", "time", "time.posting", "", "travel.001"])
def test_what_is_no_fault_cannot_be_mended(tmp_path, name):
    with pytest.raises(KeyError):
        clock.mend(tmp_path, name)
    assert not (tmp_path / clock.NAME).exists()


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"as_of": "2026-07-02T10:00:00", "mended": []}', '{"mended": [1]}']
)
def test_a_spoilt_clock_is_named(tmp_path, text):
    (tmp_path / clock.NAME).write_text(text)

    with pytest.raises(clock.BadClock, match=r"clock\.json"):
        clock.read(tmp_path)


def test_the_command_moves_the_clock_and_tells_the_truth(tmp_path, capsys):
    folder = ["--folder", str(tmp_path)]

    assert main([*folder, "advance", "90m"]) == 0
    assert main([*folder, "advance", "2026-07-03T10:00:00+00:00"]) == 0
    assert main([*folder, "mend", "time.posting_lost"]) == 0
    assert "03 July 2026 10:00:01" in capsys.readouterr().out
    assert main([*folder, "--size", "tiny", "--faults", "time.posting_lost", "truth"]) == 0
    told = json.loads(capsys.readouterr().out)
    faults = [one for one in told if one["kind"] == "fault"]
    assert {one["mended_at"] for one in faults} == {"2026-07-03T10:00:01+00:00"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["advance", "yesterday"], "yesterday"),
        (["advance", "2026-07-01T10:00:00+00:00"], "cannot go back"),
        (["mend", "time.travel"], "There are: time.posting_lost"),
        (["--size", "3", "truth"], "size: write"),
        (["--faults", "time.travel", "truth"], "faults: write"),
    ],
)
def test_the_command_says_what_is_wrong(tmp_path, capsys, arguments, said):
    assert main(["--folder", str(tmp_path), *arguments]) == 1
    assert said in capsys.readouterr().err
