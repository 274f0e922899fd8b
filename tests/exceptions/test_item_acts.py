"""What people do: allowed or refused with a reason, and never over somebody else's head."""

from html import unescape

import pytest

from opsboard.exceptions.models import Group, State
from tests.cast import DE, NOW, cause, item, person, resolved, teams

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def do(client):
    """Post an act as somebody; the response, and what the next page says about it."""

    def act(who, group, verb, data=None, *, follow=True, **headers):
        client.force_login(who)
        address = f"/exceptions/{group.pk}/{verb}/"
        return client.post(address, data or {}, follow=follow, headers=headers)

    return act


def said(response):
    return unescape(response.content.decode())


def test_acknowledging_moves_the_group_and_says_so(do, sofia):
    group = cause()
    response = do(sofia, group, "acknowledge")
    group.refresh_from_db()
    assert group.state == State.ACKNOWLEDGED
    assert f"Acknowledged: {group.title}." in said(response)
    assert group.history.get().by == sofia


def test_a_plain_form_goes_back_to_the_queue_it_came_from(do, sofia):
    response = do(sofia, cause(), "acknowledge", {"next": "/exceptions/?state=late"}, follow=False)
    assert (response.status_code, response["Location"]) == (302, "/exceptions/?state=late")
    response = do(sofia, cause(), "acknowledge", {"next": "//evil.example"}, follow=False)
    assert response["Location"].startswith("/exceptions/")


def test_the_second_of_two_is_told_who_was_first(do, sofia, helen):
    group = cause()
    group.acknowledge(by=helen)
    response = do(sofia, group, "acknowledge")
    assert "Not saved: Helen Marsh acknowledged it, 0\xa0min ago." in said(response)
    assert group.history.count() == 1


def test_assigning_from_a_stale_page_overwrites_nobody(do, sofia, helen, aisha):
    group = cause()
    seen = f":{group.team_id}"
    do(helen, group, "assign", {"to": "me", "seen": seen})
    response = do(sofia, group, "assign", {"to": f"person:{aisha.pk}", "seen": seen})
    group.refresh_from_db()
    assert group.owner == helen
    assert "Not saved: Helen Marsh handed it" in said(response)


def test_a_group_is_handed_to_a_person_or_to_a_team(do, helen, marek):
    group = cause()
    seen = f":{group.team_id}"
    note = {"note": "Yours since Monday"}
    do(helen, group, "assign", {"to": f"person:{marek.pk}", "seen": seen} | note)
    group.refresh_from_db()
    assert (group.owner, group.team_id, group.assigned_by_hand) == (marek, "integration", True)
    assert group.history.get().note == "Yours since Monday"
    do(helen, group, "assign", {"to": "team:finance", "seen": f"{marek.pk}:integration"})
    group.refresh_from_db()
    assert (group.owner, group.team) == (None, teams()["finance"])


def test_nobody_gets_what_they_cannot_see(do, helen, charlie):
    group = cause(legal_entity=DE)
    response = do(helen, group, "assign", {"to": f"person:{charlie.pk}"})
    assert response.status_code == 422
    group.refresh_from_db()
    assert group.owner is None


def test_a_claim_needs_words(do, helen):
    group = cause(owner=helen)
    response = do(helen, group, "claim", {"note": "  "})
    assert response.status_code == 422
    assert "Write a sentence" in said(response)
    group.refresh_from_db()
    assert group.state == State.NEW


def test_a_claim_moves_the_children_along_and_waits_for_the_run(do, helen):
    group = cause(owner=helen)
    child = item(group, 10)
    response = do(helen, group, "claim", {"note": "Rate added in Tryton"})
    group.refresh_from_db()
    child.refresh_from_db()
    assert (group.state, child.state) == (State.FIX_CLAIMED, State.FIX_CLAIMED)
    assert group.claimed_at == NOW
    assert "The next run on data read after 11:00 judges it." in said(response)


def test_a_claim_of_what_is_late_says_why_it_was_late(do, helen):
    group = cause(owner=helen, breached_at=NOW)
    response = do(helen, group, "claim", {"note": "Rate added in Tryton"})
    assert response.status_code == 422
    assert "Choose why the deadline passed." in said(response)
    response = do(helen, group, "claim", {"note": "Rate added", "breach_cause": "seen_too_late"})
    group.refresh_from_db()
    assert (group.state, group.breach_cause) == (State.FIX_CLAIMED, "seen_too_late")


def test_a_claim_in_time_is_not_asked_why(do, client, helen):
    group = cause(owner=helen)
    client.force_login(helen)
    page = client.get(f"/exceptions/{group.pk}/?act=claim").content.decode()
    assert "What was changed, and where" in page
    assert "Why it was late" not in page


def test_only_the_owner_claims(do, helen, sofia):
    group = cause(owner=helen)
    response = do(sofia, group, "claim", {"note": "Done"})
    assert "Only the owner, Helen Marsh, can claim the fix." in said(response)
    group.refresh_from_db()
    assert group.state == State.NEW


def test_nothing_is_left_to_do_on_what_is_resolved(do, helen):
    group = resolved()
    for verb, data in {
        "acknowledge": {},
        "assign": {"to": "me"},
        "claim": {"note": "x"},
    }.items():
        assert "resolved on proof" in said(do(helen, group, verb, data))
    assert not group.history.exists()


@pytest.mark.parametrize("verb", ["acknowledge", "assign", "claim", "comment"])
def test_an_auditor_reads_and_does_not_act(do, verb):
    auditor = person("helen", role="auditor")
    response = do(auditor, cause(), verb, {"to": "me", "note": "x"})
    assert response.status_code == 403
    assert "The role auditor does not" in said(response)


def test_a_role_works_its_workflows_and_what_it_was_given(do, sofia):
    group = cause(workflow="worker_lifecycle", team=teams()["integration"])
    response = do(sofia, group, "acknowledge")
    assert response.status_code == 403
    assert "Worker lifecycle is not among the work of the role billing specialist." in said(
        response
    )
    group.assign(to=sofia, by=sofia)
    assert do(sofia, group, "acknowledge").status_code == 200
    group.refresh_from_db()
    assert group.state == State.ACKNOWLEDGED


def test_an_act_outside_the_scope_is_refused(do, charlie):
    group = cause()
    response = do(charlie, group, "acknowledge")
    assert response.status_code == 403
    assert "outside your scope" in said(response)
    assert Group.objects.get().state == State.NEW


def test_acts_are_posts_and_need_a_token(client, helen):
    group = cause()
    client.force_login(helen)
    assert client.get(f"/exceptions/{group.pk}/acknowledge/").status_code == 405
    strict = type(client)(enforce_csrf_checks=True)
    strict.force_login(helen)
    assert strict.post(f"/exceptions/{group.pk}/acknowledge/").status_code == 403


def test_htmx_gets_the_row_or_the_page_that_changed(do, helen):
    group = cause()
    headers = {"hx-request": "true", "hx-target": f"cause-{group.pk}"}
    row = said(do(helen, group, "acknowledge", **headers))
    assert row.startswith(f'<tbody class="cause" id="cause-{group.pk}">')
    assert "Acknowledged" in row
    assert 'id="toasts" hx-swap-oob' in row
    headers["hx-target"] = "group"
    part = said(do(helen, group, "comment", {"note": "Asked <b>again</b>"}, **headers))
    assert part.startswith('<header class="opening">')
    assert "Comment added." in part
    assert (
        "<b>again</b>"
        not in said(do(helen, group, "comment", {"note": "<b>again</b>"})).split("<blockquote>")[0]
    )
