"""Asking, deciding and waiting on the page: limits beside the field, reasons where nothing is open,
and never over somebody else's head."""

from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest

from opsboard.exceptions.deciding import requests
from opsboard.exceptions.guard import as_engine
from opsboard.exceptions.models import Atom, Decision, Group, Problem
from opsboard.people.models import Person
from tests.cast import NOW, cause, hanging, item, resolved, teams
from tests.exceptions.answers import WAIVER, WHY, body, fresh

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def group(db):
    return hanging([1000, 500])


@pytest.fixture
def nadia(db):
    return Person.objects.create(
        username="nadia", first_name="Nadia", last_name="Roy", role="executive"
    )


def test_a_waiver_is_asked_for_and_approved_by_somebody_else_and_its_money_goes(
    do, group, sofia, helen
):
    assert Atom.objects.count() == 2
    page = body(do(sofia, group, "ask", WAIVER))
    assert fresh(group).state == "pending_approval"
    assert "Helen Marsh decides. You cannot approve your own request." in page
    assert "Sofia Lindqvist asks to accept 1 500 USD until" in page
    assert "You asked for it; someone else must approve." in page
    assert Atom.objects.count() == 2

    page = body(do(helen, group, "approve", {"note": "Letter seen"}))
    group = fresh(group)
    assert (group.state, group.waived_until.date()) == ("waived", NOW.date() + timedelta(days=6))
    assert set(group.items.values_list("state", flat=True)) == {"waived"}
    assert "Waiver approved." in page
    assert "Letter seen" in page
    assert Atom.objects.count() == 0
    assert group.value_at_risk == 1500
    lines = group.history.order_by("id").values_list("verb", "before", "after")
    assert list(lines) == [
        ("asked", "New", "Waits for approval"),
        ("waived", "Waits for approval", "Waived"),
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"narrative": "Too short"}, "Write at least 30 characters."),
        ({"evidence": ""}, "Give a link, a ticket or a document number, or attach a file."),
        ({"until": "2026-08-31"}, "Choose a date up to"),
        ({"until": "2026-07-01"}, "Choose a date that is still to come."),
        ({"until": ""}, "Choose a date."),
        ({"amount": "1499"}, "It weighs more than that, and would come back at once."),
        ({"amount": "much"}, "Give the amount to accept"),
        ({"reason_code": "because"}, "Select a valid choice."),
        ({"reason_code": "accrued"}, "Give the number of the journal that accrues it."),
        ({"reason_code": "system_limitation"}, "Give the number of an open problem record"),
        ({"reason_code": "system_limitation", "journal": "7"}, "of an open problem record"),
        ({"reason_code": "duplicate_of"}, "Give the number or address of the other exception"),
        ({"reason_code": "duplicate_of", "journal": "0"}, "of the other exception"),
    ],
)
def test_a_waiver_beyond_its_limits_comes_back_with_the_limit_beside_the_field(
    do, group, sofia, wrong, said
):
    response = do(sofia, group, "ask", WAIVER | wrong)
    assert response.status_code == 422
    assert said in body(response)
    assert fresh(group).state == "new"
    assert not Decision.objects.exists()


def problem(by, **more):
    given = {"cause": "tax", "workflow": "billing", "title": "Tax codes by hand", "owner": by}
    given |= {"due_on": NOW.date(), "opened_by": by, "opened_at": NOW}
    return Problem.objects.create(**given | more)


def test_a_system_limitation_rests_on_a_problem_record_that_is_open(do, group, sofia):
    closed, known = problem(sofia, closed_at=NOW), problem(sofia)
    said = WAIVER | {"reason_code": "system_limitation"}
    assert do(sofia, group, "ask", said | {"journal": f"{closed.pk}"}).status_code == 422
    page = body(do(sofia, group, "ask", said | {"journal": f"#{known.pk}"}))
    assert Decision.objects.get().journal == f"#{known.pk}"
    assert f"Problem #{known.pk}" in page


def test_a_duplicate_names_the_other_exception_and_not_itself(do, group, sofia):
    twin, gone = hanging([10]), resolved()
    said = WAIVER | {"reason_code": "duplicate_of"}
    for wrong in (group, gone):
        assert do(sofia, group, "ask", said | {"journal": f"{wrong.pk}"}).status_code == 422
    do(sofia, group, "ask", said | {"journal": f"https://ops.example.com/exceptions/{twin.pk}/"})
    assert Decision.objects.get().reason_code == "duplicate_of"


def test_whoever_may_not_see_the_amount_accepts_it_as_it_stands(do, group, marek):
    page = body(do(marek, group, "ask", {k: v for k, v in WAIVER.items() if k != "amount"}))
    assert Decision.objects.get().amount == Decimal(1500)
    assert "1 500" not in page
    assert "restricted" in page


def test_two_must_approve_a_large_one_and_the_first_yes_settles_nothing(do, sofia, helen, nadia):
    group = hanging([120_000])
    do(sofia, group, "ask", WAIVER | {"amount": "120000"})
    page = body(do(sofia, group, "comment", {"note": "x"}))
    assert "A controller and an executive must approve." in page

    page = body(do(nadia, group, "approve", {"note": "Agreed with the client"}))
    assert "somebody else must approve it too" in page
    assert fresh(group).state == "pending_approval"
    page = body(do(nadia, group, "approve", {"note": "Again"}))
    assert "You have approved it; a second person must." in page
    do(helen, group, "approve", {"note": "Letter seen"})
    assert fresh(group).state == "waived"
    assert Decision.objects.get().verdicts.count() == 2


def test_a_refusal_needs_its_reason_and_hands_it_back(do, group, sofia, helen):
    do(sofia, group, "ask", WAIVER)
    assert do(helen, group, "refuse", {"note": " "}).status_code == 422
    do(helen, group, "refuse", {"note": "Post it instead"})
    assert fresh(group).state == "in_progress"
    assert Decision.objects.get().outcome == "Post it instead"
    assert do(sofia, group, "ask", WAIVER).status_code == 200
    assert fresh(group).state == "pending_approval"


def test_only_who_asked_withdraws(do, group, sofia, helen):
    do(sofia, group, "ask", WAIVER)
    assert "Sofia Lindqvist asked for it." in body(do(helen, group, "withdraw"))
    do(sofia, group, "withdraw")
    assert (fresh(group).state, Decision.objects.get().state) == ("in_progress", "withdrawn")


def test_the_second_of_two_approvers_is_told_who_was_first(do, group, sofia, helen):
    do(sofia, group, "ask", WAIVER)
    decision = Decision.objects.get()
    other = Person.objects.create(username="ruth", role="controller")
    do(other, group, "refuse", {"note": "Post it instead"})
    page = body(do(helen, group, "approve", {"note": "Seen", "request": decision.pk}))
    assert "Not saved: ruth refused it" in page
    assert fresh(group).state == "in_progress"


def test_a_verdict_is_only_on_the_request_that_was_read(do, group, sofia, helen):
    do(sofia, group, "ask", WAIVER)
    seen = Decision.objects.get().pk
    do(sofia, group, "withdraw")
    do(sofia, group, "ask", WAIVER | {"narrative": WHY + " And more besides."})
    do(helen, group, "approve", {"note": "Seen", "request": seen})
    assert fresh(group).state == "pending_approval"


def test_what_was_found_since_it_was_asked_is_not_approved_with_it(do, group, sofia, helen):
    do(sofia, group, "ask", WAIVER)
    late = item(group, 7)
    do(helen, group, "approve", {"note": "Letter seen"})
    late.refresh_from_db()
    assert (late.state, late.group.state) == ("new", "new")
    assert late.group.pk != group.pk
    assert Atom.objects.get().revenue_at_risk == 7


def test_a_request_that_was_outgrown_is_not_approved(do, group, sofia, helen):
    do(sofia, group, "ask", WAIVER)
    Group.objects.filter(pk=group.pk).update(value_at_risk=1700)
    page = body(do(helen, group, "approve", {"note": "Letter seen"}))
    assert "It outgrew the amount that was asked for" in page
    assert fresh(group).state == "pending_approval"


def test_a_renewal_is_asked_for_once_then_one_level_up(do, group, sofia, helen):
    for needed in (1, 1, 2):
        do(sofia, group, "ask", WAIVER)
        decision = Decision.objects.latest("pk")
        assert decision.approvals_needed == needed
        if needed == 1:
            do(helen, group, "approve", {"note": "Letter seen"})
            decision.refresh_from_db()
            decision.state = "ended"
            decision.save()
            with as_engine():
                Group.objects.filter(pk=group.pk).update(state="reopened")
                group.items.update(state="reopened")
    assert decision.renews is not None


def test_access_of_a_leaver_is_waived_for_five_days_at_most(do, aisha):
    group = cause(control="WL04", workflow="worker_lifecycle", value_at_risk=0)
    item(group, 0, control="WL04")
    said = WAIVER | {"amount": "0"}
    late = do(aisha, group, "ask", said | {"until": "2026-07-08"})
    assert "Choose a date up to Tue 7 July" in body(late)
    do(aisha, group, "ask", said | {"until": "2026-07-07"})
    decision = Decision.objects.get()
    assert (decision.approvals_needed, decision.needs_role) == (2, "controller")


def test_a_false_positive_needs_its_guard_and_the_controls_owner(do, sofia, helen):
    group = cause(control="BL01", workflow="billing")
    item(group, 10)
    said = {"narrative": WHY, "guard": "Skip prepaid work", "evidence": "SOW 3"}
    assert do(sofia, group, "propose", said | {"guard": ""}).status_code == 422
    do(sofia, group, "propose", said)
    page = body(do(sofia, group, "approve", {"note": "Mine"}))
    assert "You asked for it; someone else must approve." in page
    other = Person.objects.create(username="colleague", role="billing", team=teams()["finance"])
    do(other, group, "approve", {"note": "Prepaid indeed"})
    assert fresh(group).state == "false_positive"
    assert "To be added to the control: Skip prepaid work" in body(
        do(helen, group, "comment", {"note": "x"})
    )


def test_a_reviewer_takes_up_again_what_was_called_a_false_positive(do, sofia, helen):
    group = cause(control="BL01", workflow="billing")
    item(group, 10)
    do(sofia, group, "propose", {"narrative": WHY, "guard": "Skip it", "evidence": "SOW 3"})
    do(helen, group, "approve", {"note": "Prepaid indeed"})
    assert Atom.objects.count() == 0
    do(helen, group, "reopen", {"note": "The SOW was another one"})
    group = fresh(group)
    assert (group.state, group.items.get().times_reopened) == ("reopened", 1)
    assert Atom.objects.count() == 1
    assert Decision.objects.get().state == "ended"


def test_nobody_reopens_over_a_cause_that_is_open_again(do, helen):
    group = cause(state="resolved", settled_at=NOW - timedelta(days=1))
    item(group, 1, state="resolved", resolved_by_run=1)
    item(cause(key=group.key), 1)
    do(helen, group, "reopen", {"note": "Not mended"})
    assert fresh(group).state == "resolved"


def test_the_queue_shows_each_approver_what_waits_for_them(do, sofia, helen, marek, nadia):
    small, large, other = hanging([1500]), hanging([120_000]), hanging([30_000])
    for group, amount in ((small, "1500"), (large, "120000"), (other, "30000")):
        do(sofia, group, "ask", WAIVER | {"amount": amount})
    groups = Group.objects.all()
    assert set(requests.to_decide(groups, helen)) == {small, large, other}
    assert set(requests.to_decide(groups, nadia)) == {large}
    assert not requests.to_decide(groups, sofia)
    assert not requests.to_decide(groups, marek)
    do(helen, large, "approve", {"note": "Seen"})
    assert set(requests.to_decide(groups, helen)) == {small, other}


def test_the_queue_narrows_to_what_waits_for_the_reader(do, read, group, sofia, helen):
    do(sofia, group, "ask", WAIVER)
    address = "/exceptions/?state=decide"
    assert group.title in unescape(read(helen, address))
    assert group.title not in unescape(read(sofia, address))
