"""A cause taken apart, two put together, and both undone: every later run keeps to it."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from opsboard.exceptions.ledger import totals
from opsboard.exceptions.models import Alias, ExceptionItem, Group, Placement, State
from opsboard.people.models import Person


@pytest.fixture(autouse=True)
def today(firm):
    with time_machine.travel(firm.now, tick=False):
        yield


@pytest.fixture
def helen(firm):
    return Person.objects.create(username="helen", first_name="Helen", role="controller")


@pytest.fixture
def uncosted(firm):
    """Two people without a cost rate, three and two entries of theirs: two groups."""
    for number, worker in enumerate(["W2", "W2", "W2", "W3", "W3"], 1):
        firm.say("worker", worker, "psa", worker_no=worker)
        firm.say("worker", worker, "erp", worker_no=worker)
        firm.say("time_entry", f"TE-{number}", worker=worker, bill_rate="100")
    firm.reconcile("TP01")
    found = list(Group.objects.unsettled().order_by("-children"))
    assert [one.children for one in found] == [3, 2], [one.key for one in found]
    return found


def entries(group):
    return sorted(
        one.subject.partition(":")[2]
        for one in ExceptionItem.objects.unsettled().filter(group=group)
    )


def ids(group, *names):
    subjects = [f"psa:{name}" for name in names]
    return ExceptionItem.objects.filter(group=group, subject__in=subjects).values_list(
        "pk", flat=True
    )


def later(firm, *, full):
    firm.now += timedelta(hours=1)
    firm.read_up_to(firm.now)
    firm.reconcile("TP01", full=full)


def value(person):
    return totals(Group.objects.unsettled(), person).value


def verbs(group):
    return list(group.history.filter(item=None).order_by("id").values_list("verb", flat=True))


@pytest.mark.parametrize("full", [True, False])
def test_what_was_split_out_keeps_its_place_in_later_runs(firm, uncosted, helen, full):
    whole = uncosted[0]
    before = value(helen)
    part = whole.split(ids(whole, "TE-1"), by=helen, reason="the client disputes it")
    whole.refresh_from_db()

    assert (entries(whole), entries(part)) == (["TE-2", "TE-3"], ["TE-1"])
    assert (whole.children, part.children) == (2, 1)
    assert (part.owner_id, part.due_at) == (whole.owner_id, whole.due_at)
    assert whole.value_at_risk + part.value_at_risk == Decimal(2400)
    assert value(helen) == before
    assert part.history.get(verb="split_off").note == "the client disputes it"

    firm.say("time_entry", "TE-1", worker="W2", bill_rate="200")
    later(firm, full=full)
    whole.refresh_from_db()
    part.refresh_from_db()
    assert (entries(whole), entries(part)) == (["TE-2", "TE-3"], ["TE-1"])
    assert part.value_at_risk == Decimal(1600)


def test_not_all_of_a_group_can_be_split_out_nor_what_is_not_its_own(uncosted, helen):
    whole, other = uncosted
    assert whole.split(ids(whole, "TE-1", "TE-2", "TE-3"), by=helen, reason="all") is None
    assert whole.split(ids(other, "TE-4"), by=helen, reason="not its own") is None
    assert whole.split([], by=helen, reason="nothing") is None
    assert not Placement.objects.exists()


def test_of_a_claimed_group_nothing_is_split_out(uncosted, helen):
    whole = uncosted[0]
    assert whole.claim(by=helen, note="posted by hand")
    assert whole.split(ids(whole, "TE-1"), by=helen, reason="late") is None


@pytest.mark.parametrize("full", [True, False])
def test_what_was_split_out_can_be_put_back(firm, uncosted, helen, full):
    whole = uncosted[0]
    part = whole.split(ids(whole, "TE-1", "TE-2"), by=helen, reason="a mistake")
    assert part.put_back(by=helen, note="it was one cause")
    whole.refresh_from_db()
    part.refresh_from_db()
    assert (whole.children, part.children, part.value_at_risk) == (3, 0, 0)
    assert (part.state, part.merged_into) == (State.MERGED, whole)
    assert not part.put_back(by=helen)

    later(firm, full=full)
    assert entries(whole) == ["TE-1", "TE-2", "TE-3"]
    assert Group.objects.unsettled().count() == 2


def test_a_part_that_was_split_again_goes_back_to_where_it_came_from(uncosted, helen):
    whole = uncosted[0]
    part = whole.split(ids(whole, "TE-1", "TE-2"), by=helen, reason="two of them")
    crumb = part.split(ids(part, "TE-1"), by=helen, reason="one of those")
    assert crumb.put_back(by=helen)
    assert (entries(whole), entries(part), entries(crumb)) == (["TE-3"], ["TE-1", "TE-2"], [])


@pytest.mark.parametrize("full", [True, False])
def test_a_merged_cause_hangs_on_the_other_also_what_is_found_later(firm, uncosted, helen, full):
    one, other = uncosted
    before = value(helen)
    assert other.merge(one, by=helen, note="one agency, one missing list")
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.children, one.value_at_risk) == (5, Decimal(4000))
    assert (other.state, other.merged_into, other.children) == (State.MERGED, one, 0)
    assert value(helen) == before
    assert verbs(other)[-1] == "merged"
    assert "took_in" in verbs(one)

    firm.say("time_entry", "TE-6", worker="W3", bill_rate="100")
    later(firm, full=full)
    one.refresh_from_db()
    assert entries(one) == [f"TE-{number}" for number in range(1, 7)]
    assert one.children == 6
    assert value(helen) == one.value_at_risk == Decimal(4800)


@pytest.mark.parametrize("full", [True, False])
def test_a_merge_can_be_undone_and_nothing_is_counted_twice(firm, uncosted, helen, full):
    one, other = uncosted
    before = value(helen)
    other.merge(one, by=helen)
    other.refresh_from_db()
    assert other.unmerge(by=helen, note="two agencies after all")
    later(firm, full=full)
    one.refresh_from_db()
    other.refresh_from_db()
    assert (entries(one), entries(other)) == (["TE-1", "TE-2", "TE-3"], ["TE-4", "TE-5"])
    assert (other.state, other.children, value(helen)) == (State.IN_PROGRESS, 2, before)
    assert not Alias.objects.exists()


def test_a_merge_ends_when_the_other_is_settled(firm, uncosted, helen):
    one, other = uncosted
    other.merge(one, by=helen)
    for number in range(1, 6):
        firm.say("project_actual", str(number), source_key=f"psa:TE-{number}")
    later(firm, full=False)
    for group in uncosted:
        group.refresh_from_db()
        assert group.state == State.RESOLVED
    assert other.history.get(verb="resolved").after == f"with {one.title}"
    assert not Alias.objects.exists()

    firm.say("time_entry", "TE-7", worker="W3", bill_rate="100")
    later(firm, full=False)
    assert Group.objects.unsettled().get().key == other.key


def test_a_split_ends_with_its_group(firm, uncosted, helen):
    whole = uncosted[0]
    part = whole.split(ids(whole, "TE-1"), by=helen, reason="disputed")
    firm.say("project_actual", "1", source_key="psa:TE-1")
    later(firm, full=False)
    part.refresh_from_db()
    assert part.state == State.RESOLVED
    assert not Placement.objects.exists()


def test_causes_of_different_sorts_or_entities_are_not_merged(uncosted, helen):
    one, other = uncosted
    Group.objects.filter(pk=other.pk).update(legal_entity="E2")
    other.refresh_from_db()
    assert not other.merge(one, by=helen)
    Group.objects.filter(pk=other.pk).update(legal_entity=one.legal_entity, cause="another")
    other.refresh_from_db()
    assert not other.merge(one, by=helen)
    assert not one.merge(one, by=helen)


def test_a_run_that_did_not_know_of_the_merge_is_corrected(firm, uncosted, helen):
    """It began before the merge and wrote after it: the item hangs on its own cause again."""
    one, other = uncosted
    other.merge(one, by=helen)
    ExceptionItem.objects.filter(subject="psa:TE-4").update(group_key=other.key)
    later(firm, full=False)
    assert entries(one) == [f"TE-{number}" for number in range(1, 6)]
    assert Group.objects.unsettled().count() == 1
