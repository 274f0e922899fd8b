"""Pauses (domain.md F.2): the clock stands still, the close does not, and nobody gains time."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from opsboard.config import config, using
from opsboard.exceptions.engine import pausing
from opsboard.exceptions.engine.escalating import watch
from opsboard.exceptions.models import Group
from opsboard.people.calendars import settle_calendars
from opsboard.people.queries import settle_teams
from tests.cast import NOW, cause, person, teams

TEXT = """
[firm]
name = "Northquay"
group_currency = "USD"
zone = "Europe/London"
[calendar.default]
country = "GB"
subdivision = "ENG"
zone = "Europe/London"
[team.finance]
name = "Finance"
[[owner]]
team = "finance"
"""
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
WEEKS = some.integers(min_value=0, max_value=14 * 24 * 60)


@pytest.fixture(autouse=True)
def world(db):
    teams()
    with using(TEXT) as text, time_machine.travel(NOW, tick=False):
        settle_calendars(text, NOW.date())
        settle_teams(text)
        yield


@pytest.fixture
def group():
    """Medium, found Thursday 2 July at 11:00 in London: five business days, until the 9th."""
    owner = {"owner": person("sofia"), "assigned_by_hand": True}
    made = cause(severity=2, detected_at=NOW, due_at=None, acknowledge_by=None, **owner)
    watch(NOW, config())
    return Group.objects.get(pk=made.pk)


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


def paused(group, since, until, reason="customer"):
    with time_machine.travel(since, tick=False):
        pausing.pause(group, reason, until)


def resumed(group, when):
    with time_machine.travel(when, tick=False):
        pausing.resume(group)


def worked(since, until):
    asked = "select worked_minutes('default', %s) - worked_minutes('default', %s)"
    with connection.cursor() as cursor:
        cursor.execute(asked, [until, since])
        return cursor.fetchone()[0]


def test_a_pause_moves_the_deadline_by_its_working_time_and_ending_it_brings_it_back(group):
    assert group.due_at == at(2026, 7, 9, 10)
    paused(group, at(2026, 7, 3, 10), at(2026, 7, 7, 10))
    assert group.due_at == at(2026, 7, 13, 10)
    resumed(group, at(2026, 7, 6, 10))
    assert group.due_at == at(2026, 7, 10, 10)
    assert (group.paused_at, group.paused_minutes) == (None, 9 * 60)


def test_a_pause_that_ends_by_itself_leaves_the_deadline_and_says_so(group):
    paused(group, at(2026, 7, 3, 10), at(2026, 7, 6, 10))
    watch(at(2026, 7, 3, 12), config())
    watch(at(2026, 7, 6, 11), config())
    watch(at(2026, 7, 6, 12), config())
    group.refresh_from_db()
    assert (group.due_at, group.paused_at) == (at(2026, 7, 10, 10), None)
    assert group.paused_minutes == 9 * 60
    assert group.history.filter(verb="clock_resumed").count() == 1


def test_a_pause_never_carries_past_the_close(group):
    Group.objects.update(cutoff_at=at(2026, 7, 10, 17))
    paused(group, at(2026, 7, 3, 10), at(2026, 7, 9, 10))
    assert (group.sla_at, group.due_at) == (at(2026, 7, 15, 10), at(2026, 7, 10, 17))
    resumed(group, at(2026, 7, 3, 11))
    assert group.due_at == at(2026, 7, 9, 11)


def test_what_is_late_is_not_made_timely_by_a_pause(group):
    late = at(2026, 7, 9, 11)
    paused(group, late, late + timedelta(days=5))
    assert (group.due_at, group.paused_at) == (at(2026, 7, 9, 10), None)


def test_nothing_is_told_while_the_clock_stands_still(group):
    paused(group, at(2026, 7, 3, 10), at(2026, 7, 8, 10))
    watch(at(2026, 7, 8, 9), config())
    assert not group.history.filter(verb="escalated").exists()
    # Half of the time is 22.5 hours at work, of which 9 had passed before.
    watch(at(2026, 7, 8, 17), config())
    watch(at(2026, 7, 9, 14, 29), config())
    assert not group.history.filter(verb="escalated").exists()
    watch(at(2026, 7, 9, 14, 31), config())
    assert group.history.get(verb="escalated").after == "50 %"


def test_a_severity_that_rises_counts_the_pauses_too(group):
    paused(group, at(2026, 7, 3, 10), at(2026, 7, 7, 10))
    resumed(group, at(2026, 7, 6, 10))
    Group.objects.update(severity=3, due_basis="", due_at=None, clock_from=None)
    watch(at(2026, 7, 6, 11), config())
    group.refresh_from_db()
    # Two business days from Thursday 11:00, and the one that was paused.
    assert group.due_at == at(2026, 7, 7, 10)


@settings(max_examples=30, deadline=None, suppress_health_check=SLOW)
@given(pauses=some.lists(some.tuples(WEEKS, WEEKS, WEEKS), min_size=1, max_size=3))
def test_pausing_and_resuming_never_gives_more_than_the_pause(group, pauses):
    due = at(2026, 7, 9, 10)
    Group.objects.update(
        sla_at=due, due_at=due, paused_at=None, pause_ends_at=None, paused_minutes=0
    )
    group.refresh_from_db()
    now, stood_still = NOW, 0
    for after, length, used in pauses:
        since = now + timedelta(minutes=after)
        until = since + timedelta(minutes=length)
        now = min(since + timedelta(minutes=used), until)
        paused(group, since, until)
        was_open = group.paused_at is not None
        resumed(group, now)
        stood_still += worked(since, now) if was_open else 0
        assert worked(due, group.due_at) == stood_still == group.paused_minutes
