"""What waits for a reader's decision is a queue of its own, with its count."""

import re
from datetime import timedelta

import pytest

from opsboard.people.models import Absence
from tests.cast import NOW, hanging
from tests.exceptions.requesting import asking, somebody

pytestmark = pytest.mark.usefixtures("world")
QUEUE = "/exceptions/?state=decide"


@pytest.fixture
def asked(db):
    """Two requests and a cause of which nobody asks anything."""
    hanging([10])
    made = [hanging([10], state="pending_approval", title=f"Wish {name}") for name in "AB"]
    for group in made:
        asking(group)
    return made


@pytest.fixture
def count(read):
    """The number beside the view; None where the margin has no such view."""

    def of(person):
        body = read(person, "/exceptions/counts/")
        found = re.search(r'state=decide"[^>]*>To decide <span class="n[^"]*">(\d+)<', body)
        return int(found[1]) if found else None

    return of


def away(person, delegate=None, days=2):
    return Absence.objects.create(
        person=person,
        delegate=delegate,
        starts_on=NOW.date(),
        ends_on=NOW.date() + timedelta(days=days),
        made_by=person,
        made_at=NOW,
    )


def test_the_margin_counts_what_its_queue_lists(read, count, helen, asked):
    assert count(helen) == 2
    body = read(helen, QUEUE)
    assert "wait for my decision" in body
    assert "Wish A" in body
    assert "Wish B" in body


def test_ones_own_request_is_not_among_them(count, helen, asked):
    asked[0].decisions.update(asked_by=helen)
    assert count(helen) == 1


def test_whoever_decides_nothing_has_no_such_queue(count, db, asked):
    assert count(somebody("resource_manager")) is None


def test_whoever_stands_in_has_those_of_the_absent_for_these_days(count, helen, sofia, asked):
    assert count(sofia) == 0
    row = away(helen, sofia)
    assert count(sofia) == 2
    Absence.objects.filter(pk=row.pk).update(withdrawn_at=NOW)
    assert count(sofia) == 0


def test_a_role_that_decides_nothing_has_the_queue_while_it_stands_in(count, helen, asked):
    rita = somebody("resource_manager", "rita")
    away(helen, rita)
    assert count(rita) == 0


def test_who_is_away_too_stands_in_for_nobody(count, helen, asked):
    rita = somebody("resource_manager", "rita")
    away(helen, rita)
    away(rita)
    assert count(rita) is None


def test_a_delegate_has_it_only_while_the_absence_lasts(count, helen, asked):
    rita = somebody("resource_manager", "rita")
    row = away(helen, rita)
    yesterday = NOW.date() - timedelta(days=1)
    Absence.objects.filter(pk=row.pk).update(starts_on=yesterday, ends_on=yesterday)
    assert count(rita) is None


def test_the_queue_of_decisions_asks_no_more_than_the_others(
    client, helen, asked, django_assert_num_queries
):
    away(somebody("controller", "colin"), helen)
    client.force_login(helen)
    client.get(QUEUE)
    for address in ("/exceptions/", QUEUE):
        with django_assert_num_queries(6):
            client.get(address)
