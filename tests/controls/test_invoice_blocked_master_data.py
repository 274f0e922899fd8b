from decimal import Decimal

import pytest

from opsboard.exceptions.models import Atom
from tests.firm import NOW


def test_it_finds_an_invoice_whose_customer_has_no_tax_identifier(firm):
    firm.say("party", "C1", "erp", tax_id="")
    firm.say("invoice", "1", number="", draft_no="D-7")
    firm.reconcile("BL01")

    [item] = firm.items("BL01")
    assert item.subject == "erp:1"
    assert item.title == "Invoice D-7 to Penhallow Water is held: has no tax identifier"
    assert (item.revenue_at_risk, item.cash_at_risk) == (Decimal(1000), Decimal(1200))
    assert item.amount_at_risk == Decimal(1200)
    assert item.group.title == "Penhallow Water has no tax identifier"


@pytest.mark.parametrize(
    ("customer", "missing"),
    [
        ({"status": "inactive"}, "is not active"),
        ({"status": "prospect"}, "is not active"),
        ({"status": "credit_hold"}, "is on credit hold"),
        ({"credit_status": "hold"}, "is on credit hold"),
        ({"bill_to_address": ""}, "has no billing address"),
        ({"payment_terms_days": None}, "has no payment terms"),
        ({"currency": ""}, "has no currency"),
        ({"delivery_channel": ""}, "has no delivery channel"),
        ({"po_required": True}, "asks for a purchase order number"),
    ],
)
def test_it_finds_whatever_rule_the_customer_breaks(firm, customer, missing):
    firm.say("party", "C1", "erp", **customer)
    firm.say("party", "C9", "erp", code="C9")
    firm.say("invoice", "1", project="P1")
    firm.reconcile("BL01")

    [item] = firm.items("BL01")
    assert item.evidence["missing"] == missing


def test_it_does_not_ask_for_what_the_erp_fills_for_nobody(firm):
    firm.say("party", "C1", "erp", payment_terms_days=None, currency="", delivery_channel="")
    firm.say("invoice", "1")
    firm.reconcile("BL01")

    assert firm.subjects("BL01") == []


def test_it_finds_an_order_that_is_used_up_and_a_closed_cost_centre(firm):
    firm.say("contract", "SC1", "erp", po_number="PO-1", po_amount="1500")
    firm.say("invoice", "1", contract="SC1", status="issued")
    firm.say("invoice", "2", contract="SC1", net="501")
    firm.say("cost_center", "CC1", "erp", status="closed")
    firm.say("project", "P2", "erp", code="P2", cost_center="CC1")
    firm.say("invoice", "3", project="P2")
    firm.say("invoice", "4", project="")
    firm.reconcile("BL01")

    found = {item.subject: item.evidence["missing"] for item in firm.items("BL01")}
    assert found == {
        "erp:2": "ordered less than is billed",
        "erp:3": "is billed from a closed cost centre",
        "erp:4": "is billed for no project or contract",
    }


def test_revenue_that_was_recognised_is_no_longer_at_risk(firm):
    firm.say("time_entry", "TE-1", work_date="2026-05-20")
    firm.say("revenue_schedule", "RS1")
    firm.say("party", "C1", "erp", tax_id="")
    firm.say("invoice", "1")
    firm.say("invoice_line", "1", source_keys=("psa:TE-1",))
    firm.say("revenue_event", "RE4", accounting_date="2026-04-30")
    firm.reconcile("BL01")
    assert firm.items("BL01")[0].revenue_at_risk == Decimal(1000)

    firm.say("revenue_event", "RE5", accounting_date="2026-05-31")
    firm.reconcile("BL01")
    [item] = firm.items("BL01")
    assert (item.revenue_at_risk, item.cash_at_risk) == (Decimal(0), Decimal(1200))
    assert not Atom.objects.filter(revenue_at_risk__gt=0).exists()


def test_it_finds_a_customer_that_the_erp_does_not_know(firm):
    firm.say("invoice", "1", party="C-gone")
    firm.say("invoice", "2", party="C-gone")
    firm.reconcile("BL01")

    first, second = firm.items("BL01")
    assert first.evidence["missing"] == "is not a customer in the ERP"
    assert first.group_id == second.group_id


def test_one_customer_is_one_group_and_one_block_another(firm):
    firm.say("party", "C1", "erp", tax_id="")
    firm.say("party", "C2", "erp", code="C2", legal_name="Aldous Rail", tax_id="")
    for number, party in enumerate(["C1", "C1", "C2"]):
        firm.say("invoice", f"{number}", party=party)
    firm.say("party", "C3", "erp", code="C3", legal_name="Orme Paper")
    firm.say("invoice", "8", party="C3", block_reason="disputed rate")
    firm.say("invoice", "9", party="C3", status="blocked", block_reason="no signature")
    firm.reconcile("BL01")

    groups = [item.group.title for item in firm.items("BL01")]
    assert groups == [
        "Penhallow Water has no tax identifier",
        "Penhallow Water has no tax identifier",
        "Aldous Rail has no tax identifier",
        "Orme Paper is blocked: disputed rate",
        "Orme Paper is blocked: no signature",
    ]


def test_it_ignores_what_may_go_out_or_is_held_by_agreement_or_gone(firm):
    firm.say("invoice", "fine")
    firm.say("party", "C2", "erp", code="C2", legal_name="Aldous Rail", tax_id="")
    firm.say("invoice", "agreed", party="C2", hold_reason="milestone is argued about")
    for status in ("issued", "paid", "void"):
        firm.say("invoice", status, party="C2", status=status)
    firm.say("project", "P1", "erp", po_number="PO-1")
    firm.say("party", "C3", "erp", code="C3", legal_name="Orme Paper", po_required=True)
    firm.say("invoice", "ordered", party="C3", project="P1")
    firm.reconcile("BL01")

    assert firm.subjects("BL01") == []


def test_it_waits_for_the_planned_day_and_not_a_day_longer(firm):
    firm.say("party", "C1", "erp", tax_id="")
    firm.say("invoice", "today", planned_on=NOW.date().isoformat())
    firm.say("invoice", "tomorrow", planned_on="2026-06-19")
    firm.reconcile("BL01")

    assert firm.subjects("BL01") == ["erp:today"]


def test_the_money_sits_on_what_the_invoice_bills(firm):
    firm.say("time_entry", "TE-1")
    firm.say("party", "C1", "erp", tax_id="")
    firm.say("invoice", "1")
    firm.say("invoice_line", "1", net="800", tax_amount="160", source_keys=("psa:TE-1", "psa:TE-2"))
    firm.reconcile("BL01")
    held = {atom.atom: (atom.revenue_at_risk, atom.cash_at_risk) for atom in Atom.objects.all()}
    assert held == {"psa:TE-1": (400, 480), "psa:TE-2": (400, 480), "erp:1": (200, 240)}

    # The same entry is not posted either: its money counts once, at the most that is claimed.
    firm.reconcile()
    [atom] = Atom.objects.filter(atom="psa:TE-1")
    assert (atom.revenue_at_risk, atom.cash_at_risk) == (1200, 480)


def test_a_second_run_changes_nothing(firm):
    firm.say("party", "C1", "erp", tax_id="")
    firm.say("invoice", "1")
    firm.reconcile("BL01")
    [before] = firm.items("BL01")
    firm.reconcile("BL01")
    [after] = firm.items("BL01")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


def test_completing_the_customer_clears_all_its_invoices(firm):
    firm.say("party", "C1", "erp", tax_id="")
    firm.say("invoice", "1")
    firm.say("invoice", "2")
    firm.reconcile("BL01")
    group = firm.items("BL01")[0].group
    firm.say("party", "C1", "erp")
    firm.reconcile("BL01")

    group.refresh_from_db()
    assert group.state == "resolved"
    assert {item.state for item in group.items.all()} == {"resolved"}
