"""One place knows what time it is: the real time in production, the made-up firm's in a demo."""

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from connectors.northquay import clock as firm_clock
from opsboard import clock

SOURCE = Path(__file__).parent.parent / "opsboard"
CLOSE = datetime(2026, 7, 2, 10, tzinfo=UTC)
REAL = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# What the clock's docstring names: passwords are braked and kept mails and old folders are told
# apart by the real time.
BY_REAL_TIME = {"clock.py", "people/queries.py", "launch/mail_sink.py", "testing.py"}
ASKING = re.compile(
    r"timezone\.now|timezone import now|\b(now|today|utcnow)\(UTC|datetime\.now|date\.today"
    r"|utcnow|\btime\.time\(|localtime\(|localdate\("
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(clock.FOLDER, str(tmp_path))
    return tmp_path


def at(instant):
    return time_machine.travel(instant, tick=False)


def test_only_the_clock_asks_what_time_it_is():
    asking = {
        file.relative_to(SOURCE).as_posix()
        for file in SOURCE.rglob("*.py")
        if "migrations" not in file.parts and ASKING.search(file.read_text())
    }
    assert asking == BY_REAL_TIME


def test_in_production_the_present_is_the_real_one(monkeypatch):
    monkeypatch.delenv(clock.FOLDER, raising=False)
    with at(REAL):
        assert clock.now() == clock.at(REAL) == REAL
        assert not clock.is_made_up()


def test_production_does_not_load_the_firm():
    told = subprocess.run(
        [sys.executable, "-c", "import sys; from opsboard import clock; clock.now(); "
         "print([name for name in sys.modules if 'northquay' in name])"],
        capture_output=True, text=True, cwd=SOURCE.parent, check=True,
    )  # fmt: skip
    assert told.stdout == "[]\n"


def test_a_firm_without_a_running_clock_stands_still(folder):
    with at(REAL):
        assert clock.now() == CLOSE
    with at(REAL + HOUR):
        assert clock.now() == CLOSE
        assert clock.how_it_passes() == "time stands still"


def test_an_hour_passes_at_its_pace(folder):
    with at(REAL):
        firm_clock.run(folder, 60, lease=2 * MINUTE)
        assert clock.how_it_passes() == "an hour passes in a minute"
    with at(REAL + MINUTE):
        assert clock.now() == CLOSE + HOUR
        # The firm's systems and opsboard have the same present.
        assert firm_clock.read(folder).as_of == clock.now()


def test_nobody_who_lets_it_run_means_that_it_stops(folder):
    with at(REAL):
        firm_clock.run(folder, 60, lease=timedelta(seconds=5))
    with at(REAL + 8 * HOUR):
        assert clock.now() == CLOSE + 5 * MINUTE


def test_a_stopped_demo_goes_on_where_it_stood(folder):
    with at(REAL):
        firm_clock.run(folder, 60, lease=timedelta(seconds=5))
    with at(REAL + 8 * HOUR):
        stood = clock.now()
        firm_clock.run(folder, 60, lease=timedelta(seconds=5))
        assert clock.now() == stood
    with at(REAL + 8 * HOUR + timedelta(seconds=2)):
        assert clock.now() == stood + 2 * MINUTE


def test_time_does_not_go_back_when_it_is_moved_or_the_machine_is_set_back(folder):
    seen = []
    for seconds, act in enumerate((beat, an_hour, beat, mend, beat, an_hour)):
        with at(REAL + timedelta(seconds=seconds)):
            seen.append(clock.now())
            act(folder)
            seen.append(clock.now())
    assert seen == sorted(seen)
    with at(REAL - HOUR):
        assert clock.now() >= seen[-1]


def beat(folder):
    firm_clock.run(folder, 60, lease=timedelta(seconds=5))


def an_hour(folder):
    firm_clock.advance(folder, by=HOUR)


def mend(folder):
    firm_clock.mend(folder, "time.posting_burst")


def test_a_clock_put_forward_runs_on(folder):
    with at(REAL):
        firm_clock.run(folder, 60, lease=timedelta(seconds=5))
        firm_clock.advance(folder, by=timedelta(days=1))
        assert clock.how_it_passes() == "an hour passes in a minute"
    with at(REAL + MINUTE):
        assert clock.now() == CLOSE + timedelta(days=1, minutes=5)


def test_another_pace_begins_where_the_last_one_ended(folder):
    with at(REAL):
        firm_clock.run(folder, 60, lease=2 * MINUTE)
    with at(REAL + MINUTE):
        firm_clock.run(folder, 6, lease=2 * MINUTE)
        assert clock.now() == CLOSE + HOUR
        assert clock.how_it_passes() == "an hour passes in 10 minutes"
    with at(REAL + 2 * MINUTE):
        assert clock.now() == CLOSE + HOUR + 6 * MINUTE


def test_the_story_ends(folder):
    with at(REAL):
        firm_clock.advance(folder, to=firm_clock.ENDS - MINUTE)
        firm_clock.run(folder, 60, lease=MINUTE)
    with at(REAL + timedelta(seconds=30)):
        assert clock.now() == firm_clock.ENDS
        assert clock.how_it_passes() == "the story has ended"
        firm_clock.run(folder, 60, lease=MINUTE)
        assert clock.now() == firm_clock.ENDS


def test_what_happened_a_moment_ago_stands_a_moment_ago(folder):
    """Spans are told after they have ended, when the clock may have been written again."""
    with at(REAL):
        firm_clock.run(folder, 60, lease=MINUTE)
    with at(REAL + timedelta(seconds=10)):
        firm_clock.run(folder, 60, lease=MINUTE)
    assert clock.at(REAL + timedelta(seconds=4)) == CLOSE + 4 * MINUTE
