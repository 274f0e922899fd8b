from decimal import Decimal

import pytest

from opsboard.controls.models import ControlRun
from opsboard.exceptions.models import Atom


def line(firm, source_id, *keys, **said):
    firm.say("invoice", source_id, status="delivered", issued_on="2026-06-10", **said)
    firm.say("invoice_line", source_id, invoice=source_id, source_keys=keys)


def test_it_finds_the_later_line_that_bills_an_entry_again(firm):
    firm.say("time_entry", "TE-1", bill_amount="1200")
    line(firm, "1", "psa:TE-1", "psa:TE-2")
    line(firm, "2", "psa:TE-1", "psa:TE-3", number="INV-2")
    firm.reconcile("BL07")

    [item] = firm.items("BL07")
    assert item.subject == "erp:2"
    assert item.title == (
        "Line 1 of invoice INV-2 to Penhallow Water bills again what stands on another line"
    )
    assert item.cash_at_risk == Decimal(1200)
    assert item.evidence["billed_again"] == "psa:TE-1"
    # The customer has it already.
    assert item.severity == 4
    assert [atom.atom for atom in Atom.objects.all()] == ["psa:TE-1"]


def test_a_draft_is_high_and_not_critical(firm):
    line(firm, "1", "psa:TE-1")
    firm.say("invoice", "2", status="draft")
    firm.say("invoice_line", "2", invoice="2", source_keys=("psa:TE-1",))
    firm.reconcile("BL07")

    [item] = firm.items("BL07")
    # What the entry is worth is not known; its share of the line is.
    assert (item.subject, item.severity, item.cash_at_risk) == ("erp:2", 3, Decimal(1000))


def test_it_ignores_credit_and_rebill_voids_and_proformas(firm):
    line(firm, "1", "psa:TE-1")
    line(firm, "2", "psa:TE-1", type="credit_note", related_invoice="1")
    line(firm, "3", "psa:TE-1", type="rebill", related_invoice="1")
    line(firm, "4", "psa:TE-1", type="proforma")
    firm.say("invoice", "5", status="void")
    firm.say("invoice_line", "5", invoice="5", source_keys=("psa:TE-1",))
    firm.reconcile("BL07")

    assert firm.subjects("BL07") == []


def test_an_event_may_be_billed_in_parts_up_to_its_amount(firm):
    firm.say("billing_event", "BE1", amount="2000")
    line(firm, "1", "psa:BE1")
    line(firm, "2", "psa:BE1")
    firm.reconcile("BL07")
    assert firm.subjects("BL07") == []

    line(firm, "3", "psa:BE1")
    firm.reconcile("BL07")
    [item] = firm.items("BL07")
    assert (item.subject, item.cash_at_risk) == ("erp:3", Decimal(1000))


def test_a_second_run_changes_nothing(firm):
    line(firm, "1", "psa:TE-1")
    line(firm, "2", "psa:TE-1")
    firm.reconcile("BL07")
    [before] = firm.items("BL07")
    firm.reconcile("BL07")
    [after] = firm.items("BL07")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


@pytest.mark.django_db(transaction=True)
def test_a_credit_clears_it_without_a_full_run(committed_firm):
    line(committed_firm, "1", "psa:TE-1")
    line(committed_firm, "2", "psa:TE-1")
    committed_firm.reconcile("BL07")
    assert committed_firm.subjects("BL07") == ["erp:2"]

    line(committed_firm, "3", "psa:TE-1", type="credit_note", related_invoice="2")
    committed_firm.reconcile("BL07")
    assert ControlRun.objects.latest("id").mode == "incremental"
    assert committed_firm.subjects("BL07") == []
