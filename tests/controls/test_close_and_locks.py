"""The close of each legal entity, and what a locked period does to what people are told (0.8)."""

from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from django.db import connection

from opsboard.config import using
from opsboard.exceptions.models import Group, State
from opsboard.exceptions.wording import way_out
from opsboard.people.calendars import settle_calendars
from tests.firm import CONFIGURATION

US = """
[calendar.us]
country = "US"
zone = "America/New_York"
legal_entities = ["NQ-US"]
"""


def group():
    [found] = Group.objects.exclude(state=State.RESOLVED)
    return found


def test_what_a_lock_shuts_out_is_unrecorded_at_close(firm):
    firm.say("time_entry", "TE-1")
    firm.reconcile("TP01")
    [item] = firm.items("TP01")
    assert not item.unrecorded
    assert not Group.objects.unrecorded_at_close().exists()

    firm.say(
        "accounting_period",
        "6",
        module="project",
        status="locked",
        locked_at="2026-06-17T17:00:00+00:00",
    )
    firm.reconcile("TP01")
    [item] = firm.items("TP01")
    assert item.unrecorded
    # The lock came later, so it is not why; but nobody may be told to post any more.
    assert item.cause == "unknown"
    assert group().unrecorded == 1
    assert list(Group.objects.unrecorded_at_close()) == [group()]
    steps = way_out(item.control, item.cause, unrecorded=True)
    assert "locked" in steps[0]
    assert "accrue" in steps[1]


def test_a_period_opened_again_takes_it_off_that_list(firm):
    firm.say("accounting_period", "6", module="project", status="locked")
    firm.say("time_entry", "TE-1")
    firm.reconcile("TP01")
    firm.say("accounting_period", "6", module="project", status="open")
    firm.reconcile("TP01")

    assert not firm.items("TP01")[0].unrecorded
    assert group().unrecorded == 0


def test_a_control_without_that_period_behaviour_marks_nothing(firm):
    firm.say("accounting_period", "6", module="ar", status="locked")
    firm.say("accounting_period", "6g", module="gl", status="locked")
    firm.say("invoice", "1", status_since="2026-06-01T09:00:00+00:00")
    firm.reconcile("BL08")

    assert not any(item.unrecorded for item in firm.items("BL08"))


@pytest.mark.parametrize(("entity", "severity"), [("NQ-US", 2), ("NQ-UK", 1)])
def test_severity_rises_in_the_close_window_of_its_own_entity(firm, entity, severity):
    """8 July 2026: WD+5 in New York, after a holiday on Friday 3 July; over in London."""
    firm.now = datetime(2026, 7, 8, 16, tzinfo=UTC)
    firm.read_up_to(firm.now)
    firm.say("legal_entity", "E1", "psa", code=entity, timezone="Europe/London")
    firm.say("legal_entity", "E1", "erp", code=entity, timezone="Europe/London")
    with ExitStack() as stack:
        config = stack.enter_context(using(CONFIGURATION + US))
        settle_calendars(config, firm.now.date())
        firm.say("time_entry", "TE-1", work_date="2026-06-25")
        firm.reconcile("TP01")

    assert firm.items("TP01")[0].severity == severity


def test_what_is_older_than_twice_its_deadline_weighs_more(firm):
    firm.say("time_entry", "TE-1")
    firm.reconcile("TP01")
    [item] = firm.items("TP01")
    assert (item.base_severity, item.severity) == (1, 1)

    # Low has ten business days; by now it is twenty-one.
    firm.now = datetime(2026, 7, 17, 13, tzinfo=UTC)
    firm.reconcile("BL08")
    item.refresh_from_db()
    assert (item.base_severity, item.severity, item.group.severity) == (1, 2, 2)


def test_a_deadline_that_passes_is_told_once_on_the_group(firm):
    firm.say("time_entry", "TE-1")
    firm.reconcile("TP01")
    first = group()
    for day in (3, 4):
        firm.now = datetime(2026, 7, day, 13, tzinfo=UTC)
        firm.reconcile("BL08")

    first.refresh_from_db()
    assert first.breached_at == first.due_at
    assert [line.verb for line in first.history.filter(verb="breached")] == ["breached"]
    assert Group.objects.exclude(state=State.RESOLVED).count() == 1


@pytest.mark.django_db
def test_an_entity_that_no_calendar_names_runs_on_the_one_of_its_zone(firm):
    firm.say("legal_entity", "E2", "erp", code="NQ-X", timezone="Europe/London", country="GB")
    with connection.cursor() as cursor:
        cursor.execute("select calendar, zone from entity_calendar where entity = 'NQ-X'")
        assert cursor.fetchone() == ("default", "Europe/London")
