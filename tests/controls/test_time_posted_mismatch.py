from datetime import timedelta
from decimal import Decimal

import pytest

from tests.firm import NOW


def post(firm, source_id="1", entry="TE-1", **said):
    firm.say("project_actual", source_id, source_key=f"psa:{entry}", **said)


def test_it_finds_hours_that_differ_from_what_was_approved(firm):
    firm.say("time_entry", "TE-1")
    post(firm, hours="6", cost_amount="360")
    firm.reconcile("TP02")

    [item] = firm.items("TP02")
    assert item.subject == "psa:TE-1"
    assert item.evidence["psa_hours"] == 8
    assert item.evidence["erp_hours"] == 6
    # Two hours at 150 billed and at 60 of cost.
    assert (item.misstatement, item.misstatement_cost) == (Decimal(300), Decimal(120))
    assert item.amount_at_risk == Decimal(420)


@pytest.mark.parametrize(
    ("said", "side"),
    [
        ({"work_date": "2026-06-02"}, "work_date"),
        ({"worker": "W2"}, "person"),
        ({"project": "P2"}, "project"),
        ({"bill_amount": "1100", "bill_currency": "USD"}, "bill_value"),
        ({"cost_amount": "500"}, "hours"),
    ],
)
def test_it_finds_the_other_day_person_project_bill_or_cost(firm, said, side):
    for system in ("psa", "erp"):
        firm.say("worker", "W2", system, worker_no="W2", name="Ravi Menon")
        firm.say("project", "P2", system, code="P2", name="Quarry")
    firm.say("time_entry", "TE-1")
    post(firm, **said)
    firm.reconcile("TP02")

    [item] = firm.items("TP02")
    differs = item.evidence[f"psa_{side}"] != item.evidence[f"erp_{side}"]
    assert differs or side == "hours"


def test_it_ignores_what_agrees_within_a_minute_a_cent_and_half_a_percent(firm):
    firm.say("time_entry", "TE-1")
    post(firm, hours="8.01", cost_amount="482.4", bill_amount="1200.01", bill_currency="USD")
    firm.reconcile("TP02")
    assert firm.subjects("TP02") == []

    post(firm, hours="8.02")
    firm.reconcile("TP02")
    assert firm.subjects("TP02") == ["psa:TE-1"]


def test_it_ignores_what_one_side_does_not_say(firm):
    firm.say("time_entry", "TE-1")
    post(firm, worker="", project="", cost_amount=None, bill_amount=None)
    firm.say("time_entry", "TE-2")
    # Posted at no cost: there was no rate. That is for whoever owns the rate.
    post(firm, "2", "TE-2", cost_amount="0")
    firm.say("time_entry", "TE-3")
    post(firm, "3", "TE-3", bill_amount="999", bill_currency="EUR")
    firm.reconcile("TP02")

    assert firm.subjects("TP02") == []


def test_it_waits_a_day_after_the_approval_and_leaves_the_unapproved_alone(firm):
    firm.say("time_entry", "TE-1", approved_at=NOW - timedelta(hours=23, minutes=59))
    post(firm, hours="6")
    firm.say("time_entry", "TE-2", status="recalled")
    post(firm, "2", "TE-2", hours="6")
    firm.reconcile("TP02")
    assert firm.subjects("TP02") == []

    firm.now += timedelta(minutes=1)
    firm.read_up_to(firm.now)
    firm.reconcile("TP02")
    assert firm.subjects("TP02") == ["psa:TE-1"]


def test_what_is_not_posted_or_posted_twice_belongs_to_other_controls(firm):
    firm.say("time_entry", "TE-none")
    firm.say("time_entry", "TE-twice")
    post(firm, "1", "TE-twice")
    post(firm, "2", "TE-twice", hours="6")
    firm.reconcile("TP01", "TP02", "TP04")

    assert firm.subjects("TP01") == ["psa:TE-none"]
    assert firm.subjects("TP02") == []
    assert firm.subjects("TP04") == ["psa:TE-twice"]


def test_a_correction_pair_leaves_only_what_stands_now(firm):
    firm.say("time_entry", "TE-1")
    post(firm, "1", hours="8", work_date="2026-06-02")
    post(firm, "2", hours="-8", work_date="2026-06-09", reversal_of="1", cost_amount="-480")
    post(firm, "3", hours="8")
    firm.reconcile("TP02", "TP04")

    assert firm.subjects("TP02") == []
    assert firm.subjects("TP04") == []


def test_an_adjustment_counts_to_the_net_hours(firm):
    firm.say("time_entry", "TE-1", hours="6")
    post(firm, "1", hours="8")
    post(firm, "2", hours="-2", txn_type="adjustment", cost_amount="-120")
    firm.reconcile("TP02")
    assert firm.subjects("TP02") == []

    firm.say("time_entry", "TE-1", hours="7")
    firm.reconcile("TP02")
    assert firm.subjects("TP02") == ["psa:TE-1"]


def test_a_rate_per_day_is_compared_as_eight_hours(firm):
    firm.say("cost_rate", "R1", rate="480", unit="day")
    firm.say("time_entry", "TE-1")
    post(firm, cost_amount="480")
    firm.reconcile("TP02")

    assert firm.subjects("TP02") == []


def test_time_that_is_not_billable_misstates_cost_alone(firm):
    firm.say("time_entry", "TE-1", billable=False)
    post(firm, hours="6", cost_amount="360")
    firm.reconcile("TP02")

    [item] = firm.items("TP02")
    assert (item.misstatement, item.misstatement_cost) == (None, Decimal(120))
    assert item.amount_at_risk == Decimal(120)


def test_a_second_run_changes_nothing(firm):
    firm.say("time_entry", "TE-1")
    post(firm, hours="6")
    firm.reconcile("TP02")
    [before] = firm.items("TP02")
    firm.reconcile("TP02")
    [after] = firm.items("TP02")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


def test_reversing_and_posting_again_clears_the_item(firm):
    firm.say("time_entry", "TE-1")
    post(firm, "1", hours="6")
    firm.reconcile("TP02")
    [item] = firm.items("TP02")
    post(firm, "2", hours="-6", reversal_of="1", cost_amount="-480")
    post(firm, "3")
    firm.reconcile("TP02")

    item.refresh_from_db()
    assert item.state == "resolved"
    assert item.resolved_by_run is not None


def test_a_reversal_that_is_dated_later_and_names_no_line_is_no_other_day(firm):
    firm.say("time_entry", "TE-1")
    post(firm, "1")
    post(firm, "2", hours="-8", work_date="2026-06-09", cost_amount="-480")
    post(firm, "3")
    firm.reconcile("TP02")

    assert firm.subjects("TP02") == []
