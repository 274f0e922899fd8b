from decimal import Decimal

import pytest

from opsboard.controls.models import ControlRun
from opsboard.exceptions.models import Atom
from tests.firm import NOW


def world(firm):
    """Work on time and materials. WD+5 of May's close is Friday 5 June."""
    firm.say("project", "P1", "erp", billing_method="time_materials")


def work(firm, source_id="PA1", key="psa:TE-1", **said):
    usual = {"work_date": "2026-05-20", "bill_amount": "1200", "bill_currency": "USD"}
    firm.say("project_actual", source_id, source_key=key, **{**usual, **said})


def line(firm, source_id="1", key="psa:TE-1", **said):
    firm.say("invoice", source_id, **said)
    firm.say("invoice_line", source_id, invoice=source_id, source_keys=(key,))


def test_it_finds_posted_work_that_stands_on_no_invoice(firm):
    world(firm)
    work(firm)
    work(firm, "PA2", "psa:EX-1", txn_type="expense", hours="0", bill_amount="90")
    firm.reconcile("BL04")

    first, second = firm.items("BL04")
    assert first.subject == "erp:PA1"
    assert first.title == ("8.00 h by Ines Ferreira on P1, 20 May, are posted and not billed")
    assert first.group_id == second.group_id
    assert first.group.title == "Work on P1 was never billed"
    held = {atom.atom: atom.revenue_at_risk for atom in Atom.objects.all()}
    assert held == {"psa:TE-1": Decimal(1200), "psa:EX-1": Decimal(90)}


def test_it_waits_for_the_fifth_working_day_of_the_close(firm):
    world(firm)
    work(firm)
    firm.now = NOW.replace(day=5, hour=16)
    firm.reconcile("BL04")
    assert firm.subjects("BL04") == []

    firm.now = NOW.replace(day=5, hour=17)
    firm.reconcile("BL04")
    assert firm.subjects("BL04") == ["erp:PA1"]


def test_a_holiday_of_the_entity_is_no_working_day(firm):
    world(firm)
    # Monday 4 May is a bank holiday in England: WD+5 of April's close is Friday 8 May.
    work(firm, work_date="2026-04-20")
    firm.now = NOW.replace(month=5, day=8, hour=16)
    firm.reconcile("BL04")
    assert firm.subjects("BL04") == []

    firm.now = NOW.replace(month=5, day=8, hour=17)
    firm.reconcile("BL04")
    assert firm.subjects("BL04") == ["erp:PA1"]


def test_it_ignores_what_is_billed_by_another_rule(firm):
    world(firm)
    work(firm, "billed", "psa:TE-1")
    line(firm)
    work(firm, "free", "psa:TE-2", billable=False)
    work(firm, "june", "psa:TE-3", work_date="2026-06-02")
    work(firm, "reversed", "psa:TE-4")
    work(firm, "back", "psa:TE-4", txn_type="reversal", hours="-8", reversal_of="reversed")
    firm.say("time_entry", "TE-5", status="written_off")
    work(firm, "written off", "psa:TE-5")
    firm.say("project", "P2", "erp", code="P2", billing_method="fixed_price")
    work(firm, "fixed", "psa:TE-6", project="P2")
    firm.reconcile("BL04")

    assert firm.subjects("BL04") == []


def test_it_believes_delivery_where_the_ledgers_way_of_billing_differs(firm):
    world(firm)
    work(firm)
    firm.say("project", "P1", "erp", billing_method="milestone")
    firm.say("project", "P1", "psa", billing_method="time_materials")
    firm.reconcile("BL04")
    assert firm.subjects("BL04") == ["erp:PA1"]

    firm.say("project", "P1", "erp", billing_method="time_materials")
    firm.say("project", "P1", "psa", billing_method="milestone")
    firm.reconcile("BL04")
    assert firm.subjects("BL04") == []


def test_a_contract_that_is_billed_by_the_quarter_waits_for_it(firm):
    world(firm)
    work(firm, work_date="2026-04-20")
    firm.say("billing_schedule", "Q2", rule="date", planned_on="2026-05-31")
    firm.now = NOW.replace(day=5, hour=16)
    firm.reconcile("BL04")
    assert firm.subjects("BL04") == []

    firm.now = NOW
    firm.reconcile("BL04")
    assert firm.subjects("BL04") == ["erp:PA1"]


def test_a_second_run_changes_nothing(firm):
    world(firm)
    work(firm)
    firm.reconcile("BL04")
    [before] = firm.items("BL04")
    firm.reconcile("BL04")
    [after] = firm.items("BL04")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


@pytest.mark.django_db(transaction=True)
def test_billing_it_clears_the_item_without_a_full_run(committed_firm):
    world(committed_firm)
    work(committed_firm)
    committed_firm.reconcile("BL04")
    assert committed_firm.subjects("BL04") == ["erp:PA1"]

    line(committed_firm)
    committed_firm.reconcile("BL04")
    assert ControlRun.objects.latest("id").mode == "incremental"
    assert committed_firm.subjects("BL04") == []
