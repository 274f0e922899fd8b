"""Two people at once on the same groups: one act holds, the other changes nothing."""

import threading

import pytest
import time_machine
from django.db import connections

from opsboard.exceptions.models import Alias, ExceptionItem, Exposure, Group, Placement
from opsboard.people.models import Person
from tests.cast import NOW, hanging

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def helen(db):
    return Person.objects.create(username="helen", role="controller")


def both(*acts):
    """Run acts side by side, each on a connection of its own; what each of them said."""
    ready, said = threading.Barrier(len(acts)), {}

    def run(number, act):
        try:
            ready.wait(10)
            said[number] = act()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(said) == len(acts)
    return [bool(said[number]) for number in range(len(acts))]


def each_is_somewhere(groups):
    """No item is lost or counted twice, and every group knows its own."""
    items = ExceptionItem.objects.unsettled()
    assert items.count() == sum(one.children for one in groups)
    for one in groups:
        assert items.filter(group=one).count() == one.children
        claims = Exposure.objects.filter(item__group=one, item__is_unsettled=True)
        assert sum(claim.amount for claim in claims) == one.value_at_risk


def live():
    return list(Group.objects.unsettled())


@pytest.mark.parametrize("_", range(3))
def test_two_merges_towards_each_other_end_in_one_group(helen, _):
    one, other = hanging([100, 200]), hanging([400])
    ExceptionItem.objects.filter(group=one).update(root_entity=one.root_entity)
    ExceptionItem.objects.filter(group=other).update(root_entity=other.root_entity)
    done = both(
        lambda: Group.objects.get(pk=one.pk).merge(Group.objects.get(pk=other.pk), by=helen),
        lambda: Group.objects.get(pk=other.pk).merge(Group.objects.get(pk=one.pk), by=helen),
    )
    assert sorted(done) == [False, True]
    [left] = live()
    assert (left.children, left.value_at_risk) == (3, 700)
    assert Alias.objects.get().target == left.key
    each_is_somewhere([left])


def test_two_splits_of_the_same_record_make_one_part(helen):
    group = hanging([100, 200, 400])
    first = group.items.order_by("id").first().pk

    def split():
        return Group.objects.get(pk=group.pk).split([first], by=helen, reason="disputed")

    assert sorted(both(split, split)) == [False, True]
    assert len(live()) == 2
    assert Placement.objects.count() == 1
    each_is_somewhere(live())


def test_a_split_and_a_claim_leave_nothing_claimed_that_was_split(helen):
    group = hanging([100, 200])
    first = group.items.order_by("id").first().pk
    both(
        lambda: Group.objects.get(pk=group.pk).split([first], by=helen, reason="disputed"),
        lambda: Group.objects.get(pk=group.pk).claim(by=helen, note="posted"),
    )
    each_is_somewhere(live())
    for one in live():
        states = set(ExceptionItem.objects.filter(group=one).values_list("state", flat=True))
        assert (one.state == "fix_claimed") == (states == {"fix_claimed"})
