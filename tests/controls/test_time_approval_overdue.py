from datetime import timedelta
from decimal import Decimal

import pytest

from opsboard.exceptions.models import Group
from tests.firm import NOW

WAITING = {"status": "submitted", "approved_at": None, "submitted_at": "2026-06-08T09:00:00+00:00"}


@pytest.fixture
def lead(firm):
    """Ravi Menon approves what is done on the project."""
    firm.say("worker", "W2", "psa", worker_no="W2", name="Ravi Menon")
    firm.say("project", "P1", "psa", approver="W2")
    return "W2"


def submit(firm, source_id="TE-1", **said):
    firm.say("time_entry", source_id, **{**WAITING, **said})


def test_it_finds_time_that_waits_and_hangs_it_on_the_approver(firm, lead):
    for number in "12":
        submit(firm, f"TE-{number}")
    firm.reconcile("TP05")

    first, second = firm.items("TP05")
    assert first.title == "Ines Ferreira's 8.00 h on P1, 1 June, wait for Ravi Menon since 8 June"
    assert first.revenue_at_risk == Decimal(1200)
    assert first.group_id == second.group_id
    assert Group.objects.get(pk=first.group_id).title == "Ravi Menon has approvals waiting"
    assert first.cause == "approver_bottleneck"


def test_an_expense_waits_for_its_approver_too(firm, lead):
    firm.say("expense_item", "X-1", **WAITING, billable=True, bill_amount="120",
             bill_currency="USD")  # fmt: skip
    firm.reconcile("TP05")

    [item] = firm.items("TP05")
    assert (item.subject, item.revenue_at_risk) == ("psa:X-1", Decimal(120))


def test_it_ignores_what_is_decided_or_not_yet_handed_in(firm, lead):
    for status in ("draft", "approved", "rejected", "recalled", "posted"):
        submit(firm, f"TE-{status}", status=status)
    firm.reconcile("TP05")

    assert firm.subjects("TP05") == []


def test_nobody_decides_on_their_own_work(firm, lead):
    firm.say("worker", "W3", "psa", worker_no="W3", name="Lena Vogt")
    firm.say("worker", "W2", "psa", worker_no="W2", name="Ravi Menon", manager="W3")
    submit(firm, worker=lead)
    firm.reconcile("TP05")

    [item] = firm.items("TP05")
    assert item.evidence["approver"] == "Lena Vogt"


def test_an_approver_who_is_away_is_told_apart(firm, lead):
    firm.say("worker", lead, "hcm", worker_no="W2", name="Ravi Menon", status="on_leave")
    submit(firm)
    firm.reconcile("TP05")

    [item] = firm.items("TP05")
    assert item.cause == "approver_on_leave"


def test_there_are_three_working_days(firm, lead):
    # Monday at noon in London, over three working days before Thursday at one.
    at = NOW - timedelta(days=3) + timedelta(minutes=1)
    submit(firm, submitted_at=at)
    firm.reconcile("TP05")
    assert firm.subjects("TP05") == []

    firm.now += timedelta(minutes=1)
    firm.read_up_to(firm.now)
    firm.reconcile("TP05")
    assert firm.subjects("TP05") == ["psa:TE-1"]


def test_at_the_close_it_is_due_at_noon_of_the_first_working_day(firm, lead):
    firm.say("legal_entity", "E1", "psa", timezone="Europe/London")
    submit(firm, work_date="2026-05-29", submitted_at="2026-05-29T16:00:00+00:00")
    firm.now = firm.now.replace(day=1, hour=10, minute=59)
    firm.read_up_to(firm.now)
    firm.reconcile("TP05")
    assert firm.subjects("TP05") == []

    firm.now += timedelta(minutes=1)
    firm.read_up_to(firm.now)
    firm.reconcile("TP05")
    assert firm.subjects("TP05") == ["psa:TE-1"]


def test_a_second_run_changes_nothing(firm, lead):
    submit(firm)
    firm.reconcile("TP05")
    [before] = firm.items("TP05")
    firm.reconcile("TP05")
    [after] = firm.items("TP05")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}


def test_a_decision_clears_the_item(committed_firm):
    firm = committed_firm
    submit(firm)
    firm.reconcile("TP05")
    assert firm.subjects("TP05") == ["psa:TE-1"]

    submit(firm, status="rejected")
    firm.reconcile("TP05")
    assert firm.subjects("TP05") == []
