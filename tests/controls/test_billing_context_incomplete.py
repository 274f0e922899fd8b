from datetime import timedelta
from decimal import Decimal

import pytest

from tests.firm import NOW

ONE_DAY_AGO = NOW - timedelta(days=1)


def event(firm, source_id="BE1", **said):
    ready = {"status": "ready", "trigger_at": ONE_DAY_AGO.isoformat(), "name": "Instalment 1"}
    complete = {"contract": "SC1", "contract_line": "1", "tax_code": "GB-STD"}
    firm.say("billing_event", source_id, **{**ready, **complete, **said})


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ({"tax_code": ""}, "tax code"),
        ({"contract_line": ""}, "contract line"),
        ({"amount": None}, "amount"),
        ({"acceptance_required": True}, "acceptance"),
        ({"type": "time_batch"}, "price"),
        ({"tax_code": "", "contract_line": ""}, "contract line, tax code"),
    ],
)
def test_it_finds_a_ready_charge_that_lacks_something(firm, said, missing):
    event(firm, **said)
    firm.reconcile("BL03")

    [item] = firm.items("BL03")
    assert item.evidence["missing"] == missing
    assert item.title == f"Instalment 1 of P1 is ready to be billed and lacks {missing}"


def test_it_asks_for_the_order_that_the_customer_wants_on_time(firm):
    firm.say("party", "C1", "psa", po_required=True)
    firm.say("contract", "SC1", "psa", po_number="")
    event(firm, type="time_batch", rate_ref="price")
    firm.reconcile("BL03")

    assert firm.items("BL03")[0].evidence["missing"] == "purchase order"


def test_an_amount_that_is_missing_is_estimated_from_the_plan(firm):
    firm.say("billing_schedule", "BSP1", "psa", amount="900")
    event(firm, amount=None, billing_schedule="BSP1")
    firm.reconcile("BL03")

    [item] = firm.items("BL03")
    assert (item.revenue_at_risk, item.is_estimated) == (Decimal(900), True)


def test_it_ignores_what_is_complete_not_ready_held_or_in_time(firm):
    event(firm, "complete")
    event(firm, "planned", status="planned", tax_code="")
    event(firm, "done", status="completed", tax_code="")
    event(firm, "held", hold_reason="as agreed", tax_code="")
    near = (ONE_DAY_AGO + timedelta(minutes=1)).isoformat()
    event(firm, "near", tax_code="", trigger_at=near)
    event(firm, "untimed milestone", rate_ref="")
    firm.reconcile("BL03")

    assert firm.subjects("BL03") == []


def test_a_second_run_changes_nothing(firm):
    event(firm, tax_code="")
    firm.reconcile("BL03")
    [before] = firm.items("BL03")
    firm.reconcile("BL03")
    [after] = firm.items("BL03")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


def test_completing_the_event_clears_it(firm):
    event(firm, tax_code="")
    firm.reconcile("BL03")
    [item] = firm.items("BL03")
    event(firm)
    firm.reconcile("BL03")

    item.refresh_from_db()
    assert item.state == "resolved"
