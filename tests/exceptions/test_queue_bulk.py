"""One act on many: number and amount first, one statement, and what was not done is said."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine

from opsboard.audit.models import AuditEvent
from opsboard.exceptions.models import BulkAct, Group, History
from tests.cast import DE, NOW, UK, cause, hanging, item, told

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def post(client):
    def send(person, address, *, htmx=False, status=200, **data):
        client.force_login(person)
        headers = {"hx-request": "true", "hx-target": "queue"} if htmx else {}
        response = client.post(f"/exceptions/{address}/", data, headers=headers, follow=not htmx)
        assert response.status_code == status, response.content.decode()[:2000]
        return unescape(response.content.decode()).replace("\xa0", " ")

    return send


def ids(*groups):
    return [group.pk for group in groups]


def test_the_bar_says_number_and_amount_first_and_what_stays_second(post, helen):
    first, second = hanging([100, 50]), hanging([30], state="fix_claimed")
    body = post(helen, "picked", item=ids(first, second))
    assert "2 causes picked: 3 records, 180 USD" in re.sub(r"<[^>]+>", "", body)
    assert "1 left out of claiming: A fix is claimed; the next run on fresh data judges it." in body
    assert "Claim fix for 1…" in body


def test_acknowledging_moves_all_at_once_and_leaves_a_line_each(post, helen):
    groups = [hanging([10]) for _ in range(3)]
    done = cause(state="acknowledged")
    body = post(helen, "bulk/acknowledge", item=ids(*groups, done), said="1")
    assert "3 acknowledged." in body
    assert set(Group.objects.values_list("state", flat=True)) == {"acknowledged"}
    act = BulkAct.objects.get()
    assert (act.act, act.groups, act.items, act.value_at_risk) == ("acknowledge", 3, 3, 30)
    lines = History.objects.filter(bulk=act)
    assert sorted(lines.values_list("group_id", "verb", "before", "after", "by")) == [
        (pk, "acknowledged", "New", "Acknowledged", helen.pk) for pk in ids(*groups)
    ]
    audited = AuditEvent.objects.filter(correlation_id=f"bulk-{act.pk}")
    assert {row.subject for row in audited} == {f"group:{pk}" for pk in ids(*groups)}
    assert all((row.before, row.after) == ("New", "Acknowledged") for row in audited)
    for group in groups:
        assert set(group.items.values_list("state", flat=True)) == {"acknowledged"}


def test_it_is_one_guarded_statement_however_many(post, helen, django_assert_max_num_queries):
    groups = [hanging([10]) for _ in range(60)]
    with django_assert_max_num_queries(60) as few:
        post(helen, "bulk/acknowledge", item=ids(groups[0]), said="1")
    with django_assert_max_num_queries(len(few)):
        post(helen, "bulk/acknowledge", item=ids(*groups[1:]), said="1")


def test_without_the_number_said_nothing_happens_but_the_question(post, helen):
    group = cause()
    body = post(helen, "bulk/acknowledge", item=ids(group))
    assert "Acknowledge: 1 cause" in body
    assert Group.objects.get().state == "new"


def test_what_somebody_moved_since_stays_and_is_counted(post, helen, sofia):
    first, second = cause(), cause()
    seen = told(first, "found").pk
    told(second, "assigned", by=sofia)
    body = post(helen, "bulk/acknowledge", item=ids(first, second), said="1", seen=seen)
    assert "1 acknowledged, 1 had moved on." in body
    assert Group.objects.get(pk=second.pk).state == "new"


def test_a_comment_of_another_is_no_move(post, helen, sofia):
    group = cause()
    seen = told(group, "found").pk
    told(group, "commented", by=sofia)
    post(helen, "bulk/acknowledge", item=ids(group), said="1", seen=seen)
    assert Group.objects.get().state == "acknowledged"


def test_all_of_a_filter_is_picked_and_nothing_else(post, helen):
    inside = [cause(legal_entity=DE) for _ in range(55)]
    outside = cause(legal_entity=UK)
    query = f"entity={DE}"
    assert "55 causes picked" in post(helen, "picked", all="1", query=query)
    body = post(helen, "bulk/acknowledge", all="1", query=query, said="1")
    assert "55 acknowledged." in body
    assert set(Group.objects.filter(state="new")) == {outside}
    assert BulkAct.objects.get().query == query
    assert len(inside) == BulkAct.objects.get().groups


def test_claims_are_made_on_one_control(post, helen):
    groups = [cause(control="TP01"), cause(control="BL01", workflow="billing")]
    given = {"item": ids(*groups), "said": "1", "bulk-note": "Rate set in Workday, ticket 7"}
    body = post(helen, "bulk/claim", **given)
    assert "Pick cases of one control; these are of 2" in body
    assert not Group.objects.filter(state="fix_claimed").exists()
    post(helen, "bulk/claim", **given | {"item": ids(groups[0])})
    group = Group.objects.get(pk=groups[0].pk)
    assert (group.state, group.claimed_at) == ("fix_claimed", NOW)


def test_words_are_asked_for_and_kept(post, helen):
    group = cause()
    body = post(helen, "bulk/comment", item=ids(group), said="1", status=422)
    assert "Write a sentence" in body
    post(helen, "bulk/comment", item=ids(group), said="1", **{"bulk-note": "Asked HR."})
    assert History.objects.get().note == "Asked HR."


def test_who_may_not_is_told_why(post, helen, marek):
    group = cause(workflow="billing", control="BL01", team=None)
    body = post(marek, "bulk/acknowledge", item=ids(group), said="1")
    assert "Billing is not among the work of the role integration support." in body
    assert Group.objects.get().state == "new"


def test_what_one_may_not_see_cannot_be_picked(post, charlie):
    group = cause(legal_entity=UK)
    body = post(charlie, "bulk/acknowledge", item=ids(group), said="1")
    assert "0 causes" in body
    assert Group.objects.get().state == "new"


def test_an_assignment_is_undone_where_nobody_moved_it_since(post, helen, sofia):
    mine, theirs = cause(owner=sofia), cause()
    given = {"item": ids(mine, theirs), "said": "1", "bulk-to": f"person:{helen.pk}"}
    body = post(helen, "bulk/assign", **given)
    assert "2 assigned to Helen Marsh." in body
    assert set(Group.objects.values_list("owner", flat=True)) == {helen.pk}
    act = BulkAct.objects.get()
    assert f'action="/exceptions/bulk/{act.pk}/undo/"' in body
    told(theirs, "assigned", by=sofia)
    assert "1 given back, 1 had moved on." in post(helen, f"bulk/{act.pk}/undo")
    mine.refresh_from_db()
    assert (mine.owner, mine.assigned_by_hand, mine.handed_on) == (sofia, False, 0)
    assert Group.objects.get(pk=theirs.pk).owner == helen
    assert "Not undone" in post(helen, f"bulk/{act.pk}/undo")


def test_an_undo_is_for_the_same_person_and_the_same_minute(post, helen, sofia):
    given = {"item": ids(cause()), "said": "1", "bulk-to": "team:integration"}
    post(helen, "bulk/assign", **given)
    act = BulkAct.objects.get()
    post(sofia, f"bulk/{act.pk}/undo", status=404)
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        assert "Not undone" in post(helen, f"bulk/{act.pk}/undo")
    assert Group.objects.get().team_id == "integration"


def test_more_than_may_be_moved_at_once_is_refused(post, helen):
    for _ in range(501):
        cause()
    body = post(helen, "bulk/acknowledge", all="1", query="", said="1")
    assert "At most 500 at once; narrow the filter." in body
    assert not Group.objects.filter(state="acknowledged").exists()
    body = post(
        helen, "bulk/assign", all="1", query="", said="1", **{"bulk-to": "team:integration"}
    )
    assert "501 assigned to Integration." in body


def test_waivers_are_asked_one_by_one_under_one_act(post, helen):
    groups = [hanging([10]), hanging([20])]
    for group in groups:
        item(group, 1, service_date=NOW.date())
    given = {
        "bulk-reason_code": "immaterial",
        "bulk-until": "2026-07-06",
        "bulk-narrative": "Below what anybody would post, and gone by itself next month.",
        "bulk-evidence": "Ticket 7",
    }
    body = post(helen, "bulk/ask", item=ids(*groups), said="1", **given)
    assert "2 put before an approver." in body
    assert set(Group.objects.values_list("state", flat=True)) == {"pending_approval"}
    assert History.objects.filter(bulk=BulkAct.objects.get(), verb="asked").count() == 2


def test_htmx_gets_the_same_page_of_the_queue_back(post, helen):
    group = cause()
    body = post(helen, "bulk/acknowledge", htmx=True, item=ids(group), said="1", query="")
    assert 'id="queue"' in body
    assert "<html" not in body
    assert "1 acknowledged." in body


def test_claiming_what_is_late_asks_once_why_and_keeps_it_with_the_late_alone(post, helen):
    late, early = hanging([10], breached_at=NOW), hanging([10])
    said = {"item": ids(late, early), "said": "1", "bulk-note": "Rate of June entered in HR."}
    asked = post(helen, "bulk/claim", status=422, **said)
    assert "Choose why the deadlines passed." in asked
    assert set(Group.objects.values_list("state", flat=True)) == {"new"}
    body = post(helen, "bulk/claim", **said, **{"bulk-breach_cause": "seen_too_late"})
    assert "2 claimed as fixed." in body
    assert set(Group.objects.values_list("pk", "breach_cause")) == {
        (late.pk, "seen_too_late"),
        (early.pk, ""),
    }


def test_claiming_what_is_in_time_asks_nothing_about_deadlines(post, helen):
    group = hanging([10])
    assert "came to that" not in post(helen, "bulk/claim", item=ids(group))
