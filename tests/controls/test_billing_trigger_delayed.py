from datetime import timedelta
from decimal import Decimal

import pytest

from opsboard.controls.models import ControlRun
from tests.firm import NOW

# Thursday at one in London; three working days of nine hours before, with a weekend between.
THREE_DAYS_AGO = NOW - timedelta(days=3)


def event(firm, source_id="BE1", **said):
    done = {"status": "ready", "completed_at": THREE_DAYS_AGO.isoformat(), "name": "Instalment 1"}
    complete = {"contract_line": "1", "tax_code": "GB-STD"}
    firm.say("billing_event", source_id, **{**done, **complete, **said})


def line(firm, source_id="1", key="psa:BE1", **said):
    firm.say("invoice", source_id, **said)
    firm.say("invoice_line", source_id, invoice=source_id, source_keys=(key,))


def test_it_finds_a_milestone_that_nobody_invoiced(firm):
    event(firm)
    firm.reconcile("BL02")

    [item] = firm.items("BL02")
    assert item.subject == "psa:BE1"
    assert item.title == "Instalment 1 of P1 is done and not invoiced"
    assert (item.revenue_at_risk, item.cash_at_risk) == (None, Decimal(1000))
    assert item.cause == "trigger_lost"


def test_it_finds_a_milestone_that_nobody_accepted(firm):
    event(firm, status="completed", acceptance_required=True)
    firm.reconcile("BL02")

    [item] = firm.items("BL02")
    assert item.title == "Instalment 1 of P1 is done, not accepted and not invoiced"
    assert (item.revenue_at_risk, item.cash_at_risk) == (Decimal(1000), None)
    assert item.cause == "acceptance_missing"


def test_it_finds_a_day_that_fell_due_one_working_day_ago(firm):
    event(firm, type="recurring", status="planned", planned_on="2026-06-16")
    firm.say("billing_schedule", "BS9", planned_on="2026-06-16", amount="700", status="due")
    firm.reconcile("BL02")

    assert firm.subjects("BL02") == ["erp:BS9", "psa:BE1"]


def test_what_lacks_its_context_hangs_beneath_it(firm):
    event(firm, tax_code="", trigger_at=THREE_DAYS_AGO.isoformat())
    firm.reconcile("BL02", "BL03")

    [late], [incomplete] = firm.items("BL02"), firm.items("BL03")
    assert late.group_id == incomplete.group_id
    assert incomplete.group.title == "Instalment 1 of P1 lacks tax code"


def test_it_ignores_what_is_in_time_or_excused_or_invoiced(firm):
    event(firm, "near", completed_at=(THREE_DAYS_AGO + timedelta(minutes=1)).isoformat())
    event(firm, "planned", status="planned", completed_at=None)
    event(firm, "held", hold_reason="agreed with the client")
    event(firm, "cancelled", status="cancelled")
    event(firm, "nothing", amount="0")
    event(firm, "today", type="recurring", status="planned", planned_on="2026-06-17")
    event(firm, "billed")
    line(firm, "1", "psa:billed")
    # An agreed day up to which work is billed is due for nothing itself.
    firm.say("billing_schedule", "calendar", planned_on="2026-03-31", amount=None)
    # The plan line that an event stands for is judged as the event.
    firm.say("billing_schedule", "BS1", planned_on="2026-03-31", amount="1000")
    firm.say("billing_event", "BEE1", "erp", billing_schedule="BS1")
    firm.reconcile("BL02")

    assert firm.subjects("BL02") == []


def test_a_void_invoice_and_a_credited_one_bill_nothing(firm):
    event(firm)
    line(firm, "1", status="void")
    line(firm, "2", status="credited")
    line(firm, "3", type="credit_note", status="delivered")
    firm.reconcile("BL02")
    assert firm.subjects("BL02") == ["psa:BE1"]

    line(firm, "4", type="rebill")
    firm.reconcile("BL02")
    assert firm.subjects("BL02") == []


def test_a_second_run_changes_nothing(firm):
    event(firm)
    firm.reconcile("BL02")
    [before] = firm.items("BL02")
    firm.reconcile("BL02")
    [after] = firm.items("BL02")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


@pytest.mark.django_db(transaction=True)
def test_an_invoice_line_clears_the_item_without_a_full_run(committed_firm):
    event(committed_firm)
    committed_firm.reconcile("BL02")
    assert committed_firm.subjects("BL02") == ["psa:BE1"]

    line(committed_firm)
    committed_firm.reconcile("BL02")
    assert ControlRun.objects.latest("id").mode == "incremental"
    assert committed_firm.subjects("BL02") == []
