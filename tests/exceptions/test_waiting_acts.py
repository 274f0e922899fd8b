"""Waiting and snoozing on the page: which clock runs, until when, and what is never hidden."""

from datetime import timedelta
from html import unescape

import pytest
from django.db.models import F

from opsboard.config import config
from opsboard.exceptions.models import Group
from opsboard.people.calendars import settle_calendars
from tests.cast import NOW, cause, hanging, item
from tests.exceptions.answers import WAIVER, body, fresh

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def group(db):
    return hanging([1000, 500])


def test_the_clock_pauses_while_the_approver_has_a_day(do, group, sofia, helen):
    settle_calendars(config(), NOW.date())
    Group.objects.update(calendar="default", sla_at=group.due_at + timedelta(days=4))
    Group.objects.update(due_at=F("sla_at"))
    due = fresh(group).due_at
    do(sofia, group, "ask", WAIVER)
    waits = fresh(group)
    assert (waits.pause_reason, waits.paused_at) == ("approval", NOW)
    assert waits.due_at > due
    do(helen, group, "refuse", {"note": "Post it instead"})
    assert (fresh(group).paused_at, fresh(group).due_at) == (None, due)


def test_waiting_on_a_team_runs_on_and_on_a_customer_pauses(do, group, sofia):
    group.acknowledge(by=sofia)
    said = {"waiting_on": "HR ops", "until": "2026-07-03", "note": "The rate of June"}
    do(sofia, group, "wait", said | {"reason": "team"})
    waits = fresh(group)
    assert (waits.state, waits.waiting_on, waits.paused_at) == ("waiting_source", "HR ops", None)
    assert waits.history.latest("id").after == "Waiting on HR ops"
    do(sofia, group, "start")
    assert (fresh(group).state, fresh(group).waiting_on) == ("in_progress", "")
    do(sofia, group, "wait", said | {"reason": "customer"})
    assert fresh(group).pause_reason == "customer"
    do(sofia, group, "start")
    assert fresh(group).paused_at is None


def test_nobody_waits_past_the_deadline(do, group, sofia):
    group.acknowledge(by=sofia)
    said = {"reason": "team", "waiting_on": "HR ops", "until": "2026-07-05", "note": "A rate"}
    response = do(sofia, group, "wait", said)
    assert "Choose a date up to Sat 4 July" in body(response)
    assert fresh(group).state == "acknowledged"


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        ({"severity": 4}, "Critical exceptions are not snoozed."),
        ({"control": "TP03"}, "It is about integrity"),
        ({"snoozes": 1}, "It was snoozed once"),
    ],
)
def test_what_may_not_be_hidden_says_why(do, read, sofia, about, reason):
    group = cause(**about)
    item(group, 1)
    assert reason in unescape(read(sofia, f"/exceptions/{group.pk}/"))
    assert reason in body(do(sofia, group, "snooze", {"until": "2026-07-03"}))
    assert fresh(group).state == "new"


def test_a_snooze_ends_before_the_deadline_and_is_there_once(do, group, sofia):
    late = do(sofia, group, "snooze", {"until": "2026-07-06"})
    assert "Choose a date up to" in body(late)
    do(sofia, group, "snooze", {"until": "2026-07-03"})
    assert fresh(group).state == "snoozed"
    do(sofia, group, "wake")
    assert (fresh(group).state, fresh(group).snoozes) == ("in_progress", 1)
    assert "It was snoozed once" in body(do(sofia, group, "snooze", {"until": "2026-07-03"}))
