"""A pytest plugin: throw-away servers for the run, and an honest word on what did not run."""

import os
import secrets
import shutil
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from django.db import connections
from django.test import TransactionTestCase

from opsboard import telemetry
from opsboard.launch.embedded import embedded
from opsboard.launch.state import State, is_held

PREFIX = "opsboard-test-"
DEMO = Path(__file__).parent.parent / "deploy" / "demo.toml"
EMPTY = Path(__file__).parent / "testing.sql"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NEEDS = {
    "browser": "no Chromium on this machine",
    "realworld": "no live ERP asked for (--realworld)",
}


def pytest_addoption(parser):
    parser.addoption("--realworld", action="store_true", help="also run against a live ERP")


def pytest_configure(config):
    config.addinivalue_line("markers", "browser: drives a real browser (Chromium)")
    config.addinivalue_line("markers", "realworld: installs and asks a live ERP; minutes")
    # A test that wants hops starts them; nothing else writes behind a test's back.
    telemetry.stop()
    TransactionTestCase._fixture_teardown = _empty_tables


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config):
    """Start the servers before Django reads its settings."""
    _sweep()
    state = Path(tempfile.mkdtemp(prefix=PREFIX))
    ends = ExitStack()
    early_config.add_cleanup(ends.close)
    servers = ends.enter_context(embedded(state, durable=False))
    os.environ |= servers.environment
    os.environ.setdefault("OPSBOARD_CONFIG", str(DEMO))
    os.environ.setdefault("OPSBOARD_SECRET_KEY", secrets.token_urlsafe(48))
    # Pages are served from the sources here; WhiteNoise still wants to see the folder.
    (state / "static").mkdir(exist_ok=True)
    return (yield)


def pytest_collection_modifyitems(config, items):
    missing = set()
    if not browser():
        missing.add("browser")
    if not (config.getoption("realworld") or _no_skips()):
        missing.add("realworld")
    for item in items:
        for mark in missing.intersection(item.keywords):
            item.add_marker(pytest.mark.skip(reason=NEEDS[mark]))


def pytest_sessionfinish(session):
    if _no_skips() and _skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter, config):
    skipped = _skipped(config)
    if not skipped:
        return
    reasons = [report.longrepr[2].removeprefix("Skipped: ") for report in skipped]
    terminalreporter.section("NOT RUN", sep="!", red=True, bold=True)
    for reason in sorted(set(reasons)):
        terminalreporter.line(f"{reasons.count(reason)} not run: {reason}", red=True)
    if _no_skips():
        terminalreporter.line("OPSBOARD_NO_SKIPS is set: this counts as a failure.", red=True)


def browser() -> str | None:
    """The program of the system's Chromium."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def _empty_tables(case: TransactionTestCase) -> None:
    """What a committing test leaves, removed: the tables that have rows, and no others.

    Django would truncate every table and then install every view anew, which takes ten times as
    long and changes nothing.
    """
    for name in case._databases_names(include_mirrors=False):
        with connections[name].cursor() as cursor:
            cursor.execute(EMPTY.read_text())


def _skipped(config) -> list:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    reports = reporter.stats.get("skipped", []) if reporter else []
    return [report for report in reports if isinstance(report.longrepr, tuple)]


def _no_skips() -> bool:
    return os.environ.get("OPSBOARD_NO_SKIPS") == "1"


def _sweep() -> None:
    """Remove what test runs that were killed outright have left."""
    for leftover in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(FileNotFoundError):
            found = leftover.stat()
            is_old = found.st_mtime < time.time() - 60
            if found.st_uid == os.geteuid() and is_old and not is_held(leftover):
                State(leftover).remove()
