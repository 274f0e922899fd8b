"""A test run says loudly what it did not run, and in CI that is a failure."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from opsboard import testing
from opsboard.launch.state import State

ROOT = Path(__file__).resolve().parent.parent.parent
SUITE = """
import pytest

def test_runs():
    pass

@pytest.mark.realworld
def test_erp():
    pass

@pytest.mark.browser
def test_screen():
    pass
"""


@pytest.fixture
def run(tmp_path):
    (tmp_path / "test_sample.py").write_text(SUITE)
    (tmp_path / "pytest.toml").write_text("[pytest]\nstrict_markers = true\n")

    def call(*arguments, **environment):
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "opsboard.testing", *arguments, str(tmp_path)],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT), "OPSBOARD_NO_SKIPS": ""} | environment,
            capture_output=True,
            text=True,
        )

    return call


def test_what_did_not_run_for_want_of_an_erp_is_said(run):
    outcome = run("-k", "runs or erp")
    assert outcome.returncode == 0
    assert "NOT RUN" in outcome.stdout
    assert "1 not run: no live ERP asked for" in outcome.stdout


def test_an_erp_is_asked_for_by_an_option(run):
    outcome = run("-k", "runs or erp", "--realworld")
    assert "2 passed" in outcome.stdout
    assert "NOT RUN" not in outcome.stdout


def test_without_a_browser_its_tests_do_not_run_and_that_is_said(run, tmp_path):
    outcome = run("-k", "runs or screen", PATH=str(tmp_path))
    assert outcome.returncode == 0
    assert "1 not run: no Chromium" in outcome.stdout


def test_where_nothing_may_be_skipped_a_skip_fails_the_run(run, tmp_path):
    outcome = run("-k", "runs or screen", PATH=str(tmp_path), OPSBOARD_NO_SKIPS="1")
    assert outcome.returncode == 1
    assert "this counts as a failure" in outcome.stdout


def test_where_nothing_may_be_skipped_the_erp_is_asked(run):
    assert run("-k", "runs or erp", OPSBOARD_NO_SKIPS="1").returncode == 0


def test_what_killed_runs_left_is_removed_and_running_ones_are_spared():
    left, held, young = (Path(tempfile.mkdtemp(prefix=testing.PREFIX)) for _ in range(3))
    with State(held).held():
        for folder in (left, held):
            os.utime(folder, (1, 1))
        testing._sweep()
        assert [left.exists(), held.exists(), young.exists()] == [False, True, True]
    for folder in (held, young):
        State(folder).remove()
