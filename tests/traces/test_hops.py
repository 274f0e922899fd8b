"""The hops of a business transaction: nested, marked where they failed, open to few."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from django.urls import reverse

from opsboard.people.models import Person
from opsboard.people.roles import Role
from opsboard.sync.models import Connection, Run, Stream
from opsboard.traces.models import Span
from opsboard.traces.queries import forget, hops, recent, store

NOW = datetime(2026, 7, 2, 10, 0, tzinfo=UTC)
READERS = {Role.INTEGRATION, Role.INTEGRATION_L2, Role.CONTROLLER, Role.ADMIN, Role.AUDITOR}
pytestmark = pytest.mark.django_db


def span(*which, **more):
    one = hop(*which, **more)
    one.save()
    return one


def hop(number, parent=0, *, at=0, lasts=1, correlation_id="ob-1", **more):
    begins = NOW + timedelta(seconds=at)
    given = {
        "trace_id": "a" * 32,
        "span_id": f"{number:016x}",
        "parent_id": f"{parent:016x}" if parent else "",
        "correlation_id": correlation_id,
        "service": "opsboard",
        "name": f"hop {number}",
        "started_at": begins,
        "ended_at": begins + timedelta(seconds=lasts),
    }
    return Span(**given | more)


def sign_in(client, role):
    person = Person.objects.create(username=f"the-{role}", role=role)
    client.force_login(person)
    return person


def test_hops_stand_in_time_order_beneath_their_parents():
    span(3, 1, at=5, lasts=5)
    span(1, at=0, lasts=10)
    span(2, 1, at=1)
    span(4, 2, at=1.5, lasts=0.2)
    span(9, 77, at=3)
    found = hops("ob-1")
    assert [(hop.span.name, hop.depth) for hop in found] == [
        ("hop 1", 0),
        ("hop 2", 1),
        ("hop 4", 2),
        ("hop 3", 1),
        ("hop 9", 0),
    ]
    third = found[3]
    assert (third.offset, third.width, third.lasted) == (500, 500, "5.0\u00a0s")


def test_a_chain_as_deep_as_a_hostile_sender_likes_is_still_listed():
    chain = [hop(number, number - 1, at=number / 100) for number in range(1, 1500)]
    Span.objects.bulk_create(chain)
    assert len(hops("ob-1")) == 1499


def test_spans_that_name_each_other_as_parent_are_not_lost_in_a_circle():
    span(1, 2)
    span(2, 1)
    assert len(hops("ob-1")) == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_span_twice_is_one():
    row = {
        "trace_id": "b" * 32,
        "span_id": "1" * 16,
        "parent_id": "",
        "correlation_id": "ob-2",
        "service": "opsboard",
        "name": "pull",
        "sort": "internal",
        "started_at": NOW,
        "ended_at": NOW + timedelta(microseconds=1),
        "failed": False,
        "message": "",
        "attributes": {"opsboard.rows": 3},
    }
    store([row, row])
    store([row])
    kept = Span.objects.get()
    assert (kept.ended_at - kept.started_at, kept.attributes) == (
        timedelta(microseconds=1),
        {"opsboard.rows": 3},
    )


def test_the_newest_transactions_are_listed_once_each():
    span(1, at=0)
    span(2, 1, at=1, failed=True)
    span(3, at=9, correlation_id="ob-2")
    span(4, at=9, correlation_id="")
    assert [(one["correlation_id"], one["hops"], one["failed"]) for one in recent()] == [
        ("ob-2", 1, False),
        ("ob-1", 2, True),
    ]


def test_old_spans_are_forgotten_and_young_ones_kept():
    span(1)
    span(2, at=3600)
    assert forget(NOW + timedelta(days=30, seconds=1)) == 1
    assert Span.objects.get().name == "hop 2"


@pytest.mark.parametrize("role", list(Role))
def test_only_those_who_run_the_systems_or_answer_for_the_books_may_look(client, role):
    span(1)
    sign_in(client, role)
    expected = 200 if role in READERS else 403
    assert client.get(reverse("traces:search")).status_code == expected
    page = reverse("traces:transaction", args=["ob-1"])
    assert client.get(page).status_code == expected


def test_a_visitor_without_a_name_is_sent_to_the_door(client):
    answer = client.get(reverse("traces:transaction", args=["ob-1"]))
    assert answer.status_code == 302
    assert "ob-1" in answer["Location"]


def test_the_page_lists_hops_marks_failures_and_leads_back(client):
    span(1, lasts=3)
    span(2, 1, failed=True, message="TryAgain", attributes={"opsboard.rows": 7})
    erp = Connection.objects.create(
        slug="erp", title="Tryton", connector="tryton", system="erp", role="erp"
    )
    stream = Stream.objects.create(connection=erp, name="party", kind="party")
    Run.objects.create(stream=stream, started_at=NOW, correlation_id="ob-1")
    sign_in(client, Role.INTEGRATION)
    page = client.get(reverse("traces:transaction", args=["ob-1"])).content.decode()
    assert "1\u00a0hop of 2 failed" in page
    assert "TryAgain" in page
    assert "rows 7" in page
    assert "\u2003</span>" in page
    assert "Level 2: " in page
    assert page.count('class="strip"') == 2
    assert reverse("sync:system", args=["erp"]) in page


def test_hostile_names_are_only_text(client):
    span(1, name="<script>alert(1)</script>", correlation_id="ob<1>")
    sign_in(client, Role.ADMIN)
    for page in (reverse("traces:search"), reverse("traces:transaction", args=["ob<1>"])):
        assert "<script>alert" not in client.get(page).content.decode()


def test_an_unknown_id_says_so_and_an_id_with_slashes_is_found(client):
    span(1, correlation_id="erp/2026/7")
    sign_in(client, Role.AUDITOR)
    found = client.get(reverse("traces:search"), {"q": " erp/2026/7 "}, follow=True)
    assert found.status_code == 200
    assert "erp/2026/7" in found.content.decode()
    unknown = client.get(reverse("traces:search"), {"q": "nothing"}, follow=True)
    assert unknown.status_code == 404
    assert "No hop is known" in unknown.content.decode()


@pytest.mark.parametrize("letter", ["\x00", "\n", "\x7f", "\u202e"])
def test_an_id_with_letters_that_nobody_can_see_gets_a_clear_answer(client, letter):
    sign_in(client, Role.ADMIN)
    answer = client.get(reverse("traces:search"), {"q": f"ob{letter}1"}, follow=True)
    assert answer.status_code == 400
    assert "no control characters" in answer.content.decode()
    # A line break leads to no page at all.
    address = f"/traces/ob{quote(letter)}1"
    assert client.get(address).status_code == (404 if letter == "\n" else 400)


def test_the_page_costs_the_same_however_many_hops(client, django_assert_max_num_queries):
    for number in range(1, 60):
        span(number, 1 if number > 1 else 0, at=number)
    sign_in(client, Role.ADMIN)
    with django_assert_max_num_queries(8):
        client.get(reverse("traces:transaction", args=["ob-1"]))
