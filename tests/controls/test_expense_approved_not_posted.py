from datetime import timedelta
from decimal import Decimal

import pytest

from tests.firm import NOW


@pytest.fixture
def claimed(firm):
    """An expense of Ines that may be charged on, approved ten days ago."""
    firm.say(
        "expense_item", "X1", "psa", billable=True, bill_amount="132", bill_currency="USD",
        tax_amount="20", recoverable=True,
    )  # fmt: skip
    return firm


def pay(firm):
    firm.say("expense_item", "AP1", "erp", status="posted")


def cost(firm, **said):
    line = {"source_key": "psa:X1", "txn_type": "expense", "hours": "0", "cost_amount": "120"}
    firm.say("project_actual", "1", **line | said)


def test_it_finds_an_approved_expense_that_is_in_no_leg_of_the_erp(claimed):
    claimed.reconcile("EX01")

    [item] = claimed.items("EX01")
    assert item.subject == "psa:X1"
    assert item.title == "Rail of Ines Ferreira on P1, 2 June, is approved and not in the ERP"
    # Tax that is recovered is no cost.
    assert (item.cost_at_risk, item.revenue_at_risk) == (Decimal(100), Decimal(132))


def test_each_leg_is_missed_alone(claimed):
    pay(claimed)
    claimed.reconcile("EX01")
    [item] = claimed.items("EX01")
    assert "not in the project ledger" in item.title

    claimed.drop("expense_item", "AP1", "erp")
    cost(claimed)
    claimed.reconcile("EX01")
    [item] = claimed.items("EX01")
    assert "not in accounts payable" in item.title
    # The project's cost stands there: nothing is kept from the customer's invoice.
    assert item.revenue_at_risk == 0 or item.revenue_at_risk is None


def test_it_ignores_what_is_posted_fresh_a_draft_or_not_meant_for_the_erp(claimed):
    pay(claimed)
    cost(claimed)
    claimed.say(
        "expense_item", "X2", "psa", report_no="X-2",
        approved_at=NOW - timedelta(hours=23, minutes=59),
    )  # fmt: skip
    claimed.say("expense_item", "X3", "psa", report_no="X-3", status="submitted")
    claimed.say("project", "P9", "psa", code="P9", erp_required=False)
    claimed.say("expense_item", "X4", "psa", report_no="X-4", project="P9")
    claimed.reconcile("EX01")

    assert claimed.subjects("EX01") == []


def test_a_cost_that_was_reversed_is_missing_again(claimed):
    pay(claimed)
    cost(claimed)
    claimed.say(
        "project_actual", "2", source_key="psa:X1", txn_type="reversal", hours="0",
        cost_amount="-120", reversal_of="1",
    )  # fmt: skip
    claimed.reconcile("EX01")

    assert claimed.subjects("EX01") == ["psa:X1"]


def test_near_the_close_it_is_due_on_the_first_working_day_at_six(claimed):
    # Spent and approved on 30 June in the afternoon; 1 July 18:00 in London comes before a day.
    claimed.say(
        "expense_item", "X2", "psa", report_no="X-2", spent_on="2026-06-30",
        approved_at="2026-06-30T18:30:00+00:00",
    )  # fmt: skip
    for at, found in ((16, []), (18, ["psa:X2"])):
        claimed.now = NOW.replace(month=7, day=1, hour=at)
        claimed.read_up_to(claimed.now)
        claimed.reconcile("EX01")
        assert [one for one in claimed.subjects("EX01") if one == "psa:X2"] == found


def test_a_second_run_changes_nothing_and_posting_clears_it(claimed):
    claimed.reconcile("EX01")
    claimed.reconcile("EX01")
    [item] = claimed.items("EX01")
    assert [line.verb for line in item.history.order_by("id")] == ["found"]

    pay(claimed)
    cost(claimed)
    claimed.reconcile("EX01")
    item.refresh_from_db()
    assert item.state == "resolved"
