from decimal import Decimal

import pytest

from opsboard.controls.models import ControlRun


def chain(firm, unbilled="3000", deferred="0", net="4000"):
    """April leaves 2000 unbilled; in May 5000 are recognised and `net` is invoiced."""
    for name, first, last in (("4", "2026-04-01", "2026-04-30"), ("5", "2026-05-01", "2026-05-31")):
        said = {"module": "gl", "status": "closed", "starts_on": first, "ends_on": last}
        firm.say("accounting_period", name, "erp", **said)
    firm.say("revenue_schedule", "RS1", status="in_progress", starts_on="2026-04-01")
    said = {"deferred_balance": "0", "accounting_date": "2026-04-30", "recognised": "2000"}
    firm.say("revenue_event", "RE4", unbilled_balance="2000", **said)
    firm.say("invoice", "1", net=net, issued_on="2026-05-05", status="delivered")
    may(firm, unbilled, deferred)


def may(firm, unbilled, deferred="0"):
    said = {"unbilled_balance": unbilled, "deferred_balance": deferred}
    firm.say("revenue_event", "RE5", accounting_date="2026-05-31", recognised="5000", **said)


def test_it_finds_a_balance_that_no_movement_explains(firm):
    chain(firm, unbilled="9400")
    firm.reconcile("RV04")

    [item] = firm.items("RV04")
    assert item.subject == "erp:RS1"
    assert item.title == "The balance of P1 does not roll forward in May 2026"
    assert item.misstatement == Decimal(6400)
    assert item.severity == 2


def test_it_finds_a_contract_that_is_unbilled_and_deferred_at_once(firm):
    chain(firm, unbilled="4000", deferred="1000")
    firm.reconcile("RV04")

    [item] = firm.items("RV04")
    assert item.title.endswith(": it is unbilled and deferred at once")


@pytest.mark.parametrize(
    ("unbilled", "deferred", "net"),
    [("3000", "0", "4000"), ("3001", "0", "4000"), ("0", "2000", "9000")],
)
def test_it_ignores_what_ties_to_the_unit(firm, unbilled, deferred, net):
    chain(firm, unbilled, deferred, net)
    firm.reconcile("RV04")

    assert firm.subjects("RV04") == []


def test_credits_count_and_voids_do_not(firm):
    chain(firm, unbilled="4500")
    firm.say("invoice", "2", net="700", issued_on="2026-05-08", status="void")
    firm.say(
        "invoice", "3", net="-1500", issued_on="2026-05-08", type="credit_note", status="issued"
    )
    firm.reconcile("RV04")

    assert firm.subjects("RV04") == []


def test_a_second_run_changes_nothing(firm):
    chain(firm, unbilled="9400")
    firm.reconcile("RV04")
    [before] = firm.items("RV04")
    firm.reconcile("RV04")
    [after] = firm.items("RV04")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


@pytest.mark.django_db(transaction=True)
def test_correcting_the_balance_clears_it_without_a_full_run(committed_firm):
    chain(committed_firm, unbilled="9400")
    committed_firm.reconcile("RV04")
    assert committed_firm.subjects("RV04") == ["erp:RS1"]

    may(committed_firm, "3000")
    committed_firm.reconcile("RV04")
    assert ControlRun.objects.latest("id").mode == "incremental"
    assert committed_firm.subjects("RV04") == []
