"""A sub-task to another team: a deadline of its own, and only the engine settles the group."""

from datetime import timedelta

import pytest
import time_machine

from opsboard.exceptions.deciding.limits import Unfit
from opsboard.exceptions.models import Group, State, SubTask
from opsboard.people.models import Person, Team

WHAT = "Enter the rate of W1 for 1 to 14 June in HR."


@pytest.fixture(autouse=True)
def today(firm):
    with time_machine.travel(firm.now, tick=False):
        yield


def person(name, role="controller", team="finance"):
    return Person.objects.create(username=name, first_name=name.title(), role=role, team_id=team)


@pytest.fixture
def helen(firm):
    return person("helen")


@pytest.fixture
def aisha(firm):
    return person("aisha", "hr_ops", "people")


@pytest.fixture
def people(firm):
    return Team.objects.get(slug="people")


@pytest.fixture
def group(firm):
    firm.say("time_entry", "TE-1", bill_rate="100")
    firm.reconcile("TP01")
    return Group.objects.get()


def verbs(group):
    return list(group.history.filter(item=None).order_by("id").values_list("verb", flat=True))


def test_a_team_is_asked_and_the_group_waits_and_stays_owned(group, helen, people):
    group.assign(by=helen, to=helen)
    task = group.seek(by=helen, team=people, what=WHAT)
    group.refresh_from_db()
    assert (group.state, group.owner, group.waiting_on) == (State.WAITING, helen, people.name)
    assert group.waiting_until == task.due_at
    assert task.due_at == group.due_at
    assert list(SubTask.objects.for_team(people).unanswered()) == [task]
    assert verbs(group)[-2:] == ["waits", "sought"]


def test_without_a_date_the_sla_counts_on_the_calendar_of_the_team(group, helen, people, firm):
    Group.objects.filter(pk=group.pk).update(due_at=firm.now + timedelta(days=90))
    group.refresh_from_db()
    ordinary = group.seek(by=helen, team=people, what=WHAT).due_at
    assert firm.now < ordinary < firm.now + timedelta(days=40)


def test_one_takes_it_answers_it_and_the_group_stays_open(group, helen, aisha, people):
    task = group.seek(by=helen, team=people, what=WHAT)
    assert task.take(by=aisha)
    assert not task.take(by=helen)
    assert task.reply(by=aisha, answer="Rate entered, valid from 1 June.")
    assert not task.reply(by=helen, answer="I did it")
    assert not task.withdraw(by=helen)
    group.refresh_from_db()
    task.refresh_from_db()
    assert (task.state, task.taken_by, task.answered_by) == ("done", aisha, aisha)
    assert (group.state, group.waiting_on) == (State.IN_PROGRESS, "")
    assert verbs(group)[-3:] == ["helped", "answered", "started"]
    assert group.history.get(verb="answered").note == "Rate entered, valid from 1 June."
    assert group.items.unsettled().count() == 1


def test_it_waits_for_the_last_of_several(group, helen, aisha, people):
    first = group.seek(by=helen, team=people, what=WHAT)
    second = group.seek(by=helen, team=Team.objects.get(slug="integration"), what=WHAT)
    first.reply(by=aisha, answer="Done in HR.")
    group.refresh_from_db()
    assert group.state == State.WAITING
    second.withdraw(by=helen, note="not needed any more")
    group.refresh_from_db()
    assert [one.state for one in SubTask.objects.order_by("pk")] == ["done", "withdrawn"]


def test_what_is_asked_must_be_understood_and_in_time(group, helen, people, firm):
    with pytest.raises(Unfit) as told:
        group.seek(by=helen, team=people, what="rate", due_at=group.due_at + timedelta(days=1))
    assert set(told.value.mistakes) == {"what", "until"}
    with pytest.raises(Unfit) as told:
        group.seek(by=helen, team=group.team, what=WHAT)
    assert "another team" in told.value.mistakes["team"]
    group.seek(by=helen, team=people, what=WHAT)
    with pytest.raises(Unfit) as told:
        group.seek(by=helen, team=people, what=WHAT)
    assert "was asked already" in told.value.mistakes["team"]
    assert SubTask.objects.count() == 1


def test_a_late_group_can_still_ask(group, helen, people, firm):
    Group.objects.filter(pk=group.pk).update(due_at=firm.now - timedelta(days=3))
    group.refresh_from_db()
    assert group.seek(by=helen, team=people, what=WHAT).due_at > firm.now


def test_a_claimed_group_asks_nobody(group, helen, people):
    group.claim(by=helen, note="posted")
    group.refresh_from_db()
    assert group.seek(by=helen, team=people, what=WHAT) is None
    assert not SubTask.objects.exists()


def test_the_engine_settles_it_whatever_was_answered(group, helen, people, firm):
    group.seek(by=helen, team=people, what=WHAT)
    firm.say("project_actual", "1", source_key="psa:TE-1")
    firm.now += timedelta(hours=1)
    firm.read_up_to(firm.now)
    firm.reconcile("TP01")
    group.refresh_from_db()
    assert group.state == State.RESOLVED
    assert SubTask.objects.get().state == "open"
