"""The ladder of escalation (domain.md F.5): which share of its time is used, told once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from opsboard.config import config, using
from opsboard.exceptions.engine.escalating import watch
from opsboard.exceptions.guard import as_engine
from opsboard.exceptions.models import Group
from opsboard.people.absences import announce
from opsboard.people.calendars import settle_calendars
from opsboard.people.models import Person
from opsboard.people.queries import settle_teams
from tests.cast import NOW, cause, teams
from tests.firm import Firm

TEXT = """
[firm]
name = "Northquay"
group_currency = "USD"
zone = "Europe/London"
[calendar.default]
country = "GB"
subdivision = "ENG"
zone = "Europe/London"
legal_entities = ["NQ-UK"]
[team.finance]
name = "Finance"
lead = "helen"
[team.integration]
name = "Integration"
[[owner]]
team = "finance"
person = "omar"
"""
# Thursday 2 July, 11:00 in London; high severity has one business day in the close window.
SEEN = NOW


@pytest.fixture(autouse=True)
def world(db):
    teams()
    with using(TEXT) as text, time_machine.travel(NOW, tick=False):
        settle_calendars(text, NOW.date())
        yield


@pytest.fixture
def omar():
    return Person.objects.create(
        username="omar", first_name="Omar", role="billing", team_id="finance", zone="Europe/London"
    )


@pytest.fixture
def helen():
    return Person.objects.create(username="helen", role="controller", team_id="finance")


def found(**more):
    """Found just now, without a deadline yet: the engine gives it one."""
    return cause(**{"detected_at": SEEN, "due_at": None, "acknowledge_by": None, **more})


def look(at):
    settle_teams(config())
    assert watch(at, config())


def told(group):
    return [
        (line.after, line.note) for line in group.history.filter(verb="escalated").order_by("id")
    ]


def fresh(group):
    return Group.objects.get(pk=group.pk)


def test_each_share_of_the_time_is_told_once(omar):
    # Medium: five business days of nine hours, until Thursday 9 July 11:00.
    group = found(severity=2)
    look(NOW)
    assert fresh(group).due_at == datetime(2026, 7, 9, 10, tzinfo=UTC)
    assert fresh(group).escalates_at == datetime(2026, 7, 6, 14, 30, tzinfo=UTC)
    for at, wanted in [
        (datetime(2026, 7, 6, 14, 29, tzinfo=UTC), []),
        (datetime(2026, 7, 6, 14, 30, tzinfo=UTC), ["50 %"]),
        (datetime(2026, 7, 6, 15, 30, tzinfo=UTC), ["50 %"]),
        (datetime(2026, 7, 8, 8, 0, tzinfo=UTC), ["50 %", "75 %"]),
        (datetime(2026, 7, 9, 10, 1, tzinfo=UTC), ["50 %", "75 %", "100 %"]),
        (datetime(2026, 7, 13, 16, 0, tzinfo=UTC), ["50 %", "75 %", "100 %", "150 %"]),
        (datetime(2026, 7, 16, 12, 0, tzinfo=UTC), ["50 %", "75 %", "100 %", "150 %", "200 %"]),
        (datetime(2026, 7, 30, 12, 0, tzinfo=UTC), ["50 %", "75 %", "100 %", "150 %", "200 %"]),
    ]:
        look(at)
        assert [after for after, _ in told(group)] == wanted, at
    assert fresh(group).history.filter(verb="breached").count() == 1


def test_of_several_steps_passed_at_once_the_last_is_told(omar):
    group = found(severity=2)
    look(NOW)
    look(NOW + timedelta(days=30))
    assert told(group) == [("200 %", "")]


def test_a_share_counts_working_time_alone(omar):
    """Friday evening to Monday morning nothing passes."""
    group = found(severity=2)
    look(NOW)
    friday, monday = datetime(2026, 7, 3, 17, tzinfo=UTC), datetime(2026, 7, 6, 8, tzinfo=UTC)
    look(friday)
    look(monday)
    assert told(group) == []


def test_an_owner_who_is_away_alone_goes_to_the_step_of_a_breach(omar, helen):
    group = found(severity=2)
    look(NOW)
    assert fresh(group).owner == omar
    announce(person=omar, by=helen, at=NOW, delegate=None, starts_on=NOW.date(), ends_on=NOW.date())
    look(NOW + timedelta(minutes=1))
    look(NOW + timedelta(minutes=2))
    assert told(group) == [("100 %", "Its owner is away and nobody stands in.")]
    assert fresh(group).breached_at is None


def test_an_owner_who_has_left_goes_there_too_where_nobody_else_is_found(omar, helen):
    group = found(severity=2)
    group.assign(by=helen, to=omar)
    look(NOW)
    Person.objects.filter(pk=omar.pk).update(is_active=False)
    Group.objects.update(escalates_at=None)
    look(NOW + timedelta(minutes=1))
    assert fresh(group).owner is None
    look(NOW + timedelta(hours=3))
    assert fresh(group).owner == helen
    assert told(group) == [("100 %", "Nobody had taken it in time.")]


def test_what_goes_from_hand_to_hand_a_third_time_goes_there(omar, helen):
    group = found(severity=2, owner=omar, assigned_by_hand=True)
    look(NOW)
    for to in (helen, omar, helen):
        assert told(group) == []
        group = fresh(group)
        assert group.assign(by=group.owner, to=to)
        look(NOW + timedelta(minutes=1))
    assert told(group) == [("100 %", "It was handed on 3 times.")]


def test_to_give_out_what_nobody_had_is_no_hand_over(omar, helen):
    group = found()
    group.assign(by=helen, to=omar)
    assert fresh(group).handed_on == 0


def test_a_claim_in_time_waits_for_its_proof_and_one_that_falls_is_late(omar):
    group = found(severity=2)
    look(NOW)
    Group.objects.update(state="fix_claimed", claimed_at=NOW + timedelta(hours=1))
    look(NOW + timedelta(days=10))
    assert told(group) == []
    assert fresh(group).breached_at is None
    # It was not confirmed: the clock has run all the time.
    with as_engine():
        Group.objects.update(state="in_progress", claimed_at=None)
    look(NOW + timedelta(days=10))
    assert [after for after, _ in told(group)] == ["100 %"]
    assert fresh(group).breached_at == fresh(group).due_at


def test_what_is_critical_on_the_third_working_day_of_a_close_goes_to_the_top(omar, firm_entity):
    """WD+3 of June is Friday 3 July."""
    group = found(severity=4, detected_at=NOW + timedelta(hours=7))
    light = found(severity=3, detected_at=NOW + timedelta(hours=7))
    look(NOW + timedelta(hours=7))
    assert told(group) == []
    third = datetime(2026, 7, 3, 7, 0, tzinfo=UTC)
    look(third)
    assert told(group) == [("200 %", "Critical, and the third working day of the close has come.")]
    assert told(light) == []


@pytest.fixture
def firm_entity():
    firm = Firm()
    firm.say("legal_entity", "NQ-UK", "erp", code="NQ-UK", timezone="Europe/London", country="GB")
