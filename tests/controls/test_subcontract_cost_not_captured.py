from datetime import date
from decimal import Decimal

import pytest

from tests.firm import NOW


@pytest.fixture
def ordered(firm):
    """Ines works for the firm on an order, at 50 an hour, known to procurement and the ERP."""
    firm.say("legal_entity", "E1", "procurement")
    firm.say("worker", "W1", "procurement")
    for system in ("procurement", "erp"):
        firm.say("purchase_commitment", "PO1", system)
    firm.stream("procurement", "supplier_charge")
    firm.read_up_to(firm.now)
    return firm


def work(firm, hours, day="2026-05-11", source_id="TE-1", **said):
    firm.say("time_entry", source_id, hours=hours, work_date=day, **said)


def charge(firm, amount):
    firm.say("supplier_charge", "VI1", "erp", amount=amount)
    firm.say(
        "project_actual", "1", source_key="erp:VI1", txn_type="subcontract", hours="0",
        cost_amount=amount, work_date="2026-05-31",
    )  # fmt: skip


def test_it_finds_approved_work_of_a_month_without_any_charge(ordered):
    work(ordered, "40")
    ordered.reconcile("EX04")

    [item] = ordered.items("EX04")
    assert item.subject == "procurement:PO1"
    assert item.title == "Order PO-1 of Ines Ferreira: the cost of May is not on P1"
    assert item.cost_at_risk == Decimal(2000)
    assert item.service_date == date(2026, 5, 31)


def test_the_best_evidence_counts_and_is_never_added_up(ordered):
    work(ordered, "40")
    ordered.say("supplier_charge", "VC1", "procurement", amount="2300")
    ordered.reconcile("EX04")

    [item] = ordered.items("EX04")
    assert item.cost_at_risk == Decimal(2300)


def test_it_ignores_what_is_charged_accrued_small_or_of_a_month_that_still_runs(ordered):
    work(ordered, "20")
    work(ordered, "40", day="2026-06-15", source_id="TE-june")
    work(ordered, "40", day="2026-04-13", source_id="TE-draft", status="submitted")
    work(ordered, "30", day="2026-03-09", source_id="TE-march")
    ordered.say(
        "gl_posting", "J1", project="P1", source_doc="PO-1", accounting_date="2026-03-31",
        debit="1500",
    )  # fmt: skip
    ordered.reconcile("EX04")

    assert ordered.subjects("EX04") == []


def test_it_is_due_on_the_second_working_day_at_six(ordered):
    work(ordered, "40", day="2026-06-15")
    for hour, found in ((16, []), (18, ["procurement:PO1"])):
        ordered.now = NOW.replace(month=7, day=2, hour=hour)
        ordered.read_up_to(ordered.now)
        ordered.reconcile("EX04")
        assert ordered.subjects("EX04") == found


def test_a_second_run_changes_nothing_and_the_charge_clears_it(ordered):
    work(ordered, "40")
    ordered.reconcile("EX04")
    ordered.reconcile("EX04")
    [item] = ordered.items("EX04")
    assert [line.verb for line in item.history.order_by("id")] == ["found"]

    charge(ordered, "2000")
    ordered.reconcile("EX04")
    item.refresh_from_db()
    assert item.state == "resolved"
