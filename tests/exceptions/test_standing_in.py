"""While somebody is away another acts for them; afterwards it is theirs alone (E.3, rule 7)."""

from datetime import timedelta

import pytest
import time_machine

from opsboard.config import config, using
from opsboard.exceptions.engine.escalating import watch
from opsboard.exceptions.models import Group
from opsboard.exceptions.rights import reason_against
from opsboard.people.absences import announce, withdraw
from opsboard.people.models import Person
from opsboard.people.queries import settle_teams
from tests.cast import CONFIG, NOW, cause, teams
from tests.cast import person as cast

DAYS = timedelta(days=4)


@pytest.fixture(autouse=True)
def world(db):
    teams()
    with using(CONFIG), time_machine.travel(NOW, tick=False):
        settle_teams(config())
        yield


@pytest.fixture
def omar():
    return Person.objects.create(
        username="omar", first_name="Omar", role="billing", zone="Europe/London"
    )


@pytest.fixture
def sofia():
    return cast("sofia")


@pytest.fixture
def group(sofia):
    reason = "because Helen Marsh assigned it"
    return cause(owner=sofia, assigned_by_hand=True, owner_reason=reason, state="in_progress")


def gone(who, delegate, by=None):
    return announce(
        person=who, delegate=delegate, by=by or who, at=NOW, starts_on=NOW.date(),
        ends_on=(NOW + DAYS).date(),
    )  # fmt: skip


def look(at=NOW):
    assert watch(at, config())


def fresh(group):
    return Group.objects.get(pk=group.pk)


def test_what_somebody_owns_goes_to_who_stands_in_and_says_for_whom(group, sofia, omar):
    gone(sofia, omar)
    look()
    group = fresh(group)
    assert (group.owner, group.delegate) == (sofia, omar)
    assert group.owner_reason == (
        "because Helen Marsh assigned it;"
        " in the absence of Sofia Lindqvist until Mon 6 July Omar acts"
    )
    line = group.history.get(verb="delegated")
    assert (line.by, line.before, line.after) == (None, "", "Omar")
    for mine in (Group.objects.owned_by(omar), Group.objects.waiting_for(omar)):
        assert list(mine) == [group]


def test_it_comes_back_when_the_days_are_over(group, sofia, omar):
    gone(sofia, omar)
    look()
    look(NOW + DAYS + timedelta(days=1))
    group = fresh(group)
    assert (group.owner, group.delegate) == (sofia, None)
    assert group.owner_reason == "because Helen Marsh assigned it"
    line = group.history.get(verb="returned")
    assert (line.before, line.after) == ("Omar", "Sofia Lindqvist")
    assert not Group.objects.owned_by(omar).exists()


def test_it_comes_back_at_once_when_the_absence_is_taken_back(group, sofia, omar):
    absence = gone(sofia, omar)
    look()
    withdraw(absence, by=sofia, at=NOW)
    look(NOW + timedelta(minutes=1))
    assert fresh(group).delegate is None


def test_looking_again_writes_no_more_lines(group, sofia, omar):
    gone(sofia, omar)
    for minute in range(3):
        look(NOW + timedelta(minutes=minute))
    assert group.history.filter(verb__in=["delegated", "returned", "assigned"]).count() == 1


def test_whoever_stands_in_may_claim_the_fix_and_the_history_says_for_whom(group, sofia, omar):
    assert "Only the owner" in reason_against("claim", omar, group)
    gone(sofia, omar)
    look()
    group = fresh(group)
    assert reason_against("claim", omar, group) == ""
    assert group.claim(by=omar, note="The rate stands in the HCM again")
    line = group.history.get(verb="claimed")
    assert (line.by, line.acting_for) == (omar, sofia)


def test_what_the_owner_does_during_the_absence_is_the_owners_own_act(group, sofia, omar):
    gone(sofia, omar)
    look()
    group = fresh(group)
    assert group.comment(by=sofia, note="I looked at it from the train")
    assert group.history.get(verb="commented").acting_for is None


def test_what_is_handed_on_meanwhile_leaves_the_delegate_too(group, sofia, omar):
    gone(sofia, omar)
    look()
    group = fresh(group)
    assert group.assign(by=omar, to=cast("helen"))
    look(NOW + timedelta(minutes=1))
    assert (fresh(group).owner, fresh(group).delegate) == (cast("helen"), None)
