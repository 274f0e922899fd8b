"""What the single statements call matched, rightly open, and open."""

import pytest

from opsboard.boards.statements import Asking, statements
from opsboard.boards.tying import cells
from opsboard.records.models import CrossReference
from tests.firm import NOW


def the_cell(code, period="2026-06"):
    (found,) = cells(Asking(statements()[code], NOW), period)
    return found


def test_an_event_that_is_planned_is_rightly_open_and_one_that_is_done_is_not(firm):
    firm.say("billing_event", "B1", status="planned", planned_on="2026-06-30")
    done = {"status": "completed", "completed_at": "2026-06-02T09:00:00+00:00"}
    firm.say("billing_event", "B2", amount="700", **done)
    found = the_cell("R03")
    assert (found.came_in, found.closing, found.agreed) == (1700, 1700, 1000)
    assert found.unexplained == 700
    firm.reconcile("BL02")
    assert the_cell("R03").unmatched == 700


def test_an_event_that_was_cancelled_or_invoiced_went_out(firm):
    firm.say("billing_event", "B1", status="cancelled", planned_on="2026-06-30")
    firm.say("billing_event", "B2", status="invoiced", planned_on="2026-06-30")
    firm.say("invoice", "1", status="issued", issued_on="2026-06-10")
    firm.say("invoice_line", "L1", source_keys=["psa:B2"], net="1000")
    found = the_cell("R03")
    assert found.holds
    assert found.breakdown == {"cancelled": 1000, "invoiced": 1000}


def issued(firm, system, **more):
    firm.say(
        "invoice", "1", system, number="N1", status="issued", issued_on="2026-06-03",
        currency="GBP", gross_functional="1200", **more,
    )  # fmt: skip


def post(firm, amount="1200"):
    for line, account in enumerate(("1100", "1150")):
        firm.say(
            "gl_posting", f"G{line}", journal_no="J1", line_no=line, account=account,
            accounting_date="2026-06-03", debit=amount if line == 0 else "0",
            credit=amount if line else "0",
        )  # fmt: skip


def test_an_invoice_must_be_in_delivery_and_in_the_ledger(firm):
    issued(firm, "erp")
    post(firm)
    assert the_cell("R04").breakdown == {
        "unknown to delivery": 1200,
        "unknown to delivery: unexplained": -1200,
    }
    issued(firm, "psa")
    assert the_cell("R04").holds
    post(firm, "1100")
    found = the_cell("R04")
    assert (found.came_in, found.went_out, found.unexplained) == (1200, 1100, 100)


def test_what_a_person_matched_is_told_apart(firm):
    issued(firm, "erp")
    issued(firm, "psa")
    post(firm)
    assert (the_cell("R04").matched, the_cell("R04").confirmed) == (1200, 0)
    CrossReference.objects.filter(kind="invoice", system="psa").update(confirmed_by="helen")
    assert (the_cell("R04").matched, the_cell("R04").confirmed) == (0, 1200)


def employ(firm, system, **more):
    firm.say("worker", "W1", system, hired_on="2026-06-01", status="active", **more)


def test_whoever_joined_must_be_known_to_the_identity_provider(firm):
    employ(firm, "hcm")
    firm.drop("worker", "W1", "psa")
    assert the_cell("R10").unexplained == 1
    employ(firm, "identity")
    found = the_cell("R10")
    assert found.holds
    assert (found.came_in, found.closing, found.agreed) == (1, 1, 1)


def test_a_leaver_with_an_account_is_not_gone(firm):
    employ(firm, "hcm")
    employ(firm, "identity")
    firm.say("user_account", "A1", "identity", status="active")
    left = {"last_day_worked_on": "2026-06-05", "hired_on": "2026-06-01", "status": "terminated"}
    for system in ("hcm", "identity", "psa"):
        firm.say("worker", "W1", system, **left)
    found = the_cell("R10")
    assert (found.closing, found.agreed, found.unexplained) == (0, 1, 1)
    firm.say("user_account", "A1", "identity", status="disabled")
    assert the_cell("R10").holds


def test_a_change_that_delivery_lacks_makes_the_backlogs_differ(firm):
    firm.say("legal_entity", "E1", "crm")
    firm.say("project", "P1", "crm")
    for system in ("crm", "erp"):
        firm.say("contract", "SC1", system, tcv="50000", signed_at="2026-06-01T09:00:00+00:00")
        firm.say("change_order", "CO1", system)
    assert the_cell("R11").unexplained == 59_000
    firm.say("contract", "SC1", "psa", tcv="50000")
    found = the_cell("R11")
    assert (found.closing, found.agreed, found.unexplained) == (59_000, 50_000, 9_000)
    firm.reconcile("PS08")
    assert the_cell("R11").unmatched == 9_000


def cost(firm, worker, amount, paid):
    for system in ("hcm", "psa", "erp", "payroll"):
        firm.say("worker", worker, system, worker_no=worker, name=worker)
    firm.say("project_actual", f"A{worker}", worker=worker, cost_amount=amount)
    firm.say(
        "payroll_result", f"P{worker}", "payroll", worker=worker, employer_cost=paid,
        starts_on="2026-06-01", ends_on="2026-06-30", currency="GBP", status="posted",
        pay_period="2026-06",
    )  # fmt: skip


@pytest.mark.parametrize(("paid", "holds"), [("980", True), ("1000", True), ("900", False)])
def test_labour_cost_is_what_payroll_paid_within_three_per_cent(firm, paid, holds):
    firm.say("legal_entity", "E1", "payroll")
    for number in range(5):
        cost(firm, f"W{number + 1}", "1000", paid)
    assert the_cell("R09").holds is holds


def test_what_fewer_than_five_people_are_paid_is_nobodys_to_see(firm):
    firm.say("legal_entity", "E1", "payroll")
    for number in range(4):
        cost(firm, f"W{number + 1}", "1000", "400")
    found = the_cell("R09")
    assert found.holds
    assert (found.came_in, found.went_out, found.closing) == (0, 0, 0)


def test_work_that_the_contract_bills_later_waits(firm):
    firm.say("project", "P1", "erp", billing_method="time_materials")
    firm.say(
        "project_actual", "1", source_key="psa:TE-1", billable=True, bill_amount="900",
        bill_currency="USD", status="posted",
    )  # fmt: skip
    assert the_cell("R02").unexplained == 900
    firm.say("billing_schedule", "BS1", rule="date", planned_on="2026-09-30")
    assert the_cell("R02").not_evaluated == 900


def test_what_tells_no_day_falls_out_of_no_statement(firm):
    firm.say("billing_event", "B1", status="ready")
    assert the_cell("R03").unexplained == 1000
