from decimal import Decimal

import pytest

from opsboard.controls.models import ControlRun


def line(firm, status="approved", **said):
    """An approved line over two entries of eight hours at 150."""
    for own in ("TE-1", "TE-2"):
        firm.say("time_entry", own, bill_amount="1200")
    firm.say("invoice", "1", status=status, issued_on="2026-06-10", draft_no="D-1")
    usual = {"net": "2400", "quantity": "16", "source_keys": ("psa:TE-1", "psa:TE-2")}
    firm.say("invoice_line", "1", **{**usual, **said})


def test_it_finds_a_line_that_asks_for_too_much(firm):
    line(firm, net="2500")
    firm.reconcile("BL06")

    [item] = firm.items("BL06")
    assert item.subject == "erp:1"
    assert item.title == (
        "Line 1 of invoice D-1 to Penhallow Water asks for more than is behind it"
    )
    assert (item.misstatement, item.cash_at_risk) == (Decimal(100), Decimal(100))
    assert (item.evidence["psa_net"], item.evidence["erp_net"]) == (2400, 2500)


def test_too_little_is_no_cash_at_risk(firm):
    line(firm, net="2300")
    firm.reconcile("BL06")

    [item] = firm.items("BL06")
    assert (item.misstatement, item.cash_at_risk) == (Decimal(100), None)


@pytest.mark.parametrize(("status", "severity"), [("approved", 1), ("delivered", 3)])
def test_too_much_is_worse_once_the_customer_has_it(firm, status, severity):
    line(firm, status=status, net="2500")
    firm.reconcile("BL06")

    assert firm.items("BL06")[0].severity == severity


def test_it_finds_other_hours(firm):
    line(firm, quantity="15")
    firm.reconcile("BL06")

    [item] = firm.items("BL06")
    assert (item.evidence["psa_hours"], item.evidence["erp_hours"]) == (16, 15)


@pytest.mark.parametrize(
    "said",
    [
        {"net": "2400.05"},
        {"net": "2399.95"},
        {"net": "2500", "status": "draft"},
        {"net": "2500", "status": "void"},
        {"net": "2500", "source_keys": ()},
        {"net": "2500", "source_keys": ("psa:TE-1", "psa:unknown")},
        {"net": "2500", "currency": "GBP"},
    ],
)
def test_it_ignores_five_cents_drafts_and_what_cannot_be_compared(firm, said):
    line(firm, **said)
    firm.reconcile("BL06")

    assert firm.subjects("BL06") == []


def test_a_credit_note_takes_back_what_was_billed(firm):
    line(firm)
    firm.say("invoice", "2", type="credit_note", status="delivered")
    firm.say(
        "invoice_line", "2", invoice="2", net="-2400", quantity="-16",
        source_keys=("psa:TE-1", "psa:TE-2"),
    )  # fmt: skip
    firm.reconcile("BL06")

    assert firm.subjects("BL06") == []


def test_a_second_run_changes_nothing(firm):
    line(firm, net="2500")
    firm.reconcile("BL06")
    [before] = firm.items("BL06")
    firm.reconcile("BL06")
    [after] = firm.items("BL06")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


@pytest.mark.django_db(transaction=True)
def test_correcting_the_time_clears_it_without_a_full_run(committed_firm):
    line(committed_firm, net="2500")
    committed_firm.reconcile("BL06")
    assert committed_firm.subjects("BL06") == ["erp:1"]

    committed_firm.say("time_entry", "TE-2", bill_amount="1300")
    committed_firm.reconcile("BL06")
    assert ControlRun.objects.latest("id").mode == "incremental"
    assert committed_firm.subjects("BL06") == []
