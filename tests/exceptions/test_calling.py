"""A remark that names somebody is found by them; causes that keep coming back are promised away."""

import pytest

from opsboard.exceptions.models import Mention, Problem
from tests.cast import DE, NOW, cause, resolved

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def say(client):
    def post(who, group, note, **more):
        client.force_login(who)
        given = {"note": note, **more}
        return client.post(f"/exceptions/{group.pk}/comment/", given, follow=True).content.decode()

    return post


def called():
    return sorted(Mention.objects.values_list("person__username", flat=True))


def test_who_is_named_finds_the_remark(say, read, sofia, helen):
    group = cause(title="Penhallow has no VAT number")
    say(sofia, group, "@helen can you look? Mail to a@helen.example went nowhere, @nobody.")
    assert called() == ["helen"]
    page = read(helen, "/exceptions/mentions/")
    assert "can you look?" in page
    assert "Penhallow has no VAT number" in page
    assert "can you look?" not in read(sofia, "/exceptions/mentions/")


def test_the_list_beside_the_text_names_people(say, read, sofia, helen):
    group = cause()
    assert '<option value="helen">' in read(sofia, f"/exceptions/{group.pk}/?act=comment")
    say(sofia, group, "Please have a look.", call="helen")
    assert called() == ["helen"]
    assert group.history.get().note == "@helen Please have a look."


def test_nobody_is_called_to_what_they_may_not_see(say, read, sofia, charlie):
    group = cause(legal_entity=DE, title="Secret of NQ-DE")
    said = say(sofia, group, "Look at this.", call="charlie")
    assert "Nobody called charlie sees this exception." in said
    assert called() == []
    assert "Secret of NQ-DE" not in read(charlie, "/exceptions/mentions/")


def test_a_remark_is_text_and_nothing_else(say, read, helen, sofia):
    group = cause()
    say(sofia, group, "@helen <script>alert(1)</script>")
    for address in (f"/exceptions/{group.pk}/", "/exceptions/mentions/"):
        assert "<script>alert(1)" not in read(helen, address)


def test_the_third_cause_of_a_kind_proposes_a_permanent_fix(client, read, sofia, helen):
    first = cause()
    cause()
    assert "Promise a permanent fix" not in read(helen, f"/exceptions/{first.pk}/")
    resolved()
    page = read(helen, f"/exceptions/{first.pk}/")
    assert "3\xa0causes of this kind in 30 days" in page
    asked = {"workflow": first.workflow, "cause": first.cause}
    page = read(helen, "/exceptions/problems/?workflow=time_to_posting&cause=cost_rate_missing")
    assert "Promise it" in page
    given = asked | {
        "title": "Warn ten days before a standard rate ends",
        "owner": sofia.pk,
        "due_on": "2026-07-20",
    }
    client.post("/exceptions/problems/open/", given)
    problem = Problem.objects.get()
    assert (problem.owner, problem.opened_by) == (sofia, helen)
    assert "Warn ten days" in read(helen, f"/exceptions/{first.pk}/")
    client.post("/exceptions/problems/open/", given)
    assert Problem.objects.count() == 1

    client.post(f"/exceptions/problems/{problem.pk}/close/", {"outcome": "Warning is live."})
    problem.refresh_from_db()
    assert (problem.closed_at, problem.outcome) == (NOW, "Warning is live.")
    assert "Promise a permanent fix" in read(helen, f"/exceptions/{first.pk}/")


def test_a_promise_has_a_name_and_a_day_to_come(client, helen):
    client.force_login(helen)
    given = {
        "workflow": "billing",
        "cause": "x",
        "title": "Soon",
        "owner": "",
        "due_on": "2026-01-01",
    }
    response = client.post("/exceptions/problems/open/", given)
    assert response.status_code == 422
    said = response.content.decode()
    assert "Choose who does it." in said
    assert "Choose a day that is still to come." in said
    helen.role = "auditor"
    helen.save()
    assert client.post("/exceptions/problems/open/", given).status_code == 403
