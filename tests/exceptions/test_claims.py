"""Nobody closes an exception by saying so: a claim is confirmed or returned by later data."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from opsboard.exceptions.guard import as_engine
from opsboard.exceptions.models import ExceptionItem, Group
from opsboard.people.models import Person


@pytest.fixture
def helen(db):
    return Person.objects.create(username="helen", first_name="Helen", role="controller")


@pytest.fixture
def group(firm):
    firm.say("time_entry", "TE-1")
    firm.say("time_entry", "TE-2")
    firm.reconcile("TP01")
    return Group.objects.get()


def later(firm, **step):
    """Time passes, and every feed is read again."""
    firm.now += timedelta(**step)
    firm.read_up_to(firm.now)


def claim(group, helen, at):
    assert group.claim(by=helen, note="posted by hand")
    Group.objects.filter(pk=group.pk).update(claimed_at=at)
    ExceptionItem.objects.filter(group=group).update(claimed_at=at)


def verbs(group):
    return list(group.history.filter(item=None).order_by("id").values_list("verb", flat=True))


def test_a_confirmed_claim_is_resolved_by_the_run_that_saw_it(firm, group, helen):
    claim(group, helen, firm.now)
    later(firm, hours=1)
    firm.say("project_actual", "1", source_key="psa:TE-1")
    firm.say("project_actual", "2", source_key="psa:TE-2")
    firm.reconcile("TP01")

    group.refresh_from_db()
    assert group.state == "resolved"
    assert verbs(group) == ["found", "claimed", "resolved"]
    assert group.history.filter(item=None).latest("id").after == "claim confirmed"


def test_a_claim_on_older_data_is_not_judged(firm, group, helen):
    claim(group, helen, firm.now + timedelta(minutes=1))
    for _ in range(3):
        firm.reconcile("TP01")

    group.refresh_from_db()
    assert group.state == "fix_claimed"


def test_a_claim_that_two_runs_on_later_data_do_not_confirm_falls_back(firm, group, helen):
    claim(group, helen, firm.now)
    later(firm, minutes=20)
    firm.reconcile("TP01")
    group.refresh_from_db()
    assert group.state == "fix_claimed"

    later(firm, minutes=20)
    firm.reconcile("TP01")
    group.refresh_from_db()
    assert group.state == "in_progress"
    assert verbs(group) == ["found", "claimed", "not_confirmed"]
    assert set(group.items.values_list("state", flat=True)) == {"in_progress"}


def test_a_claim_falls_back_after_one_working_day_though_one_run_judged_it(firm, group, helen):
    claim(group, helen, firm.now)
    later(firm, days=4)
    firm.reconcile("TP01")

    group.refresh_from_db()
    assert group.state == "in_progress"


def test_half_a_fix_resolves_half_and_returns_the_rest(firm, group, helen):
    claim(group, helen, firm.now)
    firm.say("project_actual", "1", source_key="psa:TE-1")
    for _ in range(2):
        later(firm, minutes=20)
        firm.reconcile("TP01")

    group.refresh_from_db()
    assert (group.state, group.children) == ("in_progress", 1)
    assert firm.subjects("TP01") == ["psa:TE-2"]


def test_the_database_refuses_a_resolution_without_a_run(group):
    items = ExceptionItem.objects.filter(group=group)
    with pytest.raises(IntegrityError, match="from new to resolved"), transaction.atomic():
        items.update(state="resolved")
    with (
        pytest.raises(IntegrityError, match="resolved_only_by_a_run"),
        transaction.atomic(),
        as_engine(),
    ):
        items.update(state="resolved")


def test_what_fires_again_within_thirty_days_is_the_same_item_reopened(firm, group):
    firm.say("project_actual", "1", source_key="psa:TE-1")
    firm.say("project_actual", "2", source_key="psa:TE-2")
    firm.reconcile("TP01")
    later(firm, days=2)
    firm.drop("project_actual", "1")
    firm.reconcile("TP01")

    [item] = firm.items("TP01")
    assert (item.subject, item.state, item.times_reopened) == ("psa:TE-1", "reopened", 1)
    assert item.group.state == "reopened"
    assert ExceptionItem.objects.count() == 2


def test_a_second_person_is_told_that_somebody_was_first(group, helen):
    same = Group.objects.get(pk=group.pk)
    assert group.acknowledge(by=helen)
    assert not same.acknowledge(by=helen)
    assert verbs(group) == ["found", "acknowledged"]


def test_a_record_that_fails_after_the_claim_contradicts_it(firm, group, helen):
    claim(group, helen, firm.now)
    firm.say("project_actual", "1", source_key="psa:TE-1")
    firm.say("project_actual", "2", source_key="psa:TE-2")
    firm.say("time_entry", "TE-3")
    later(firm, minutes=20)
    firm.reconcile("TP01")

    group.refresh_from_db()
    assert (group.state, group.children) == ("in_progress", 1)
    assert group.history.latest("id").note == "Since the claim 1 more failed for the same cause."
    assert group.claim(by=helen, note="posted as well")
