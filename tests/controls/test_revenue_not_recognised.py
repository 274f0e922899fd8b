from decimal import Decimal

import pytest

from opsboard.controls.models import ControlRun


def books(firm, **may):
    """April and May are over; WD+4 of May's close is Thursday 4 June."""
    for name, first, last in (("4", "2026-04-01", "2026-04-30"), ("5", "2026-05-01", "2026-05-31")):
        said = {"module": "gl", "status": "closed", "starts_on": first, "ends_on": last}
        firm.say("accounting_period", name, "erp", **(said | (may if name == "5" else {})))


def schedule(firm, **said):
    usual = {"status": "in_progress", "starts_on": "2026-05-01", "ends_on": "2026-12-31"}
    firm.say("revenue_schedule", "RS1", **{**usual, **said})


def worked(firm, source_id="TE-1", **said):
    usual = {"work_date": "2026-05-20", "status": "billed", "bill_amount": "5000"}
    firm.say("time_entry", source_id, **{**usual, **said})


def recognised(firm, amount, source_id="RE5", day="2026-05-31", **said):
    firm.say("revenue_event", source_id, accounting_date=day, recognised=amount, **said)


def test_it_finds_a_month_in_which_nothing_was_recognised(firm):
    books(firm)
    schedule(firm, method="as_incurred")
    worked(firm)
    firm.say(
        "expense_item", "EX-1", spent_on="2026-05-20", status="billed", bill_amount="90",
        bill_currency="USD",
    )  # fmt: skip
    firm.reconcile("RV01")

    [item] = firm.items("RV01")
    assert item.subject == "erp:RS1"
    assert item.title == "P1 earned in May 2026 and nothing was recognised"
    assert (item.misstatement, item.cause) == (Decimal(5090), "revenue_not_run")


@pytest.mark.parametrize(
    ("amount", "title"),
    [
        ("3999", "P1 earned more than was recognised in May 2026"),
        ("6001", "P1 earned less than was recognised in May 2026"),
    ],
)
def test_it_finds_what_was_recognised_short_or_over(firm, amount, title):
    books(firm)
    schedule(firm, method="as_incurred")
    worked(firm)
    recognised(firm, amount)
    firm.reconcile("RV01")

    [item] = firm.items("RV01")
    assert (item.title, item.misstatement) == (title, Decimal(1001))


def test_a_milestone_is_earned_when_it_is_accepted(firm):
    books(firm)
    schedule(firm, method="milestone")
    said = {"type": "milestone", "acceptance_required": True, "amount": "8000"}
    firm.say("billing_event", "BE1", status="completed", **said)
    firm.reconcile("RV01")
    assert firm.subjects("RV01") == []

    firm.say("billing_event", "BE1", status="ready", accepted_at="2026-05-19T10:00+00:00", **said)
    firm.reconcile("RV01")
    assert firm.items("RV01")[0].misstatement == Decimal(8000)


def test_a_fixed_price_earns_its_progress(firm):
    books(firm)
    said = {"allocated_price": "100000", "progress_fraction": "0.30"}
    schedule(firm, method="percent_complete", starts_on="2026-04-01", **said)
    recognised(firm, "20000", "RE4", "2026-04-30")
    recognised(firm, "5000")
    firm.reconcile("RV01")

    [item] = firm.items("RV01")
    assert (item.evidence["earned"], item.misstatement) == (10000, Decimal(5000))


def test_a_retainer_earns_as_much_as_in_the_month_before(firm):
    books(firm)
    schedule(firm, method="straight_line", starts_on="2026-04-01")
    recognised(firm, "7000", "RE4", "2026-04-30")
    firm.reconcile("RV01")

    assert firm.items("RV01")[0].misstatement == Decimal(7000)


def test_it_ignores_what_is_near_enough_unposted_on_hold_or_not_over(firm):
    books(firm)
    schedule(firm, method="as_incurred")
    worked(firm)
    worked(firm, "TE-2", status="approved")
    recognised(firm, "4000")
    firm.reconcile("RV01")
    assert firm.subjects("RV01") == []

    schedule(firm, method="as_incurred", status="on_hold")
    recognised(firm, "0")
    firm.reconcile("RV01")
    assert firm.subjects("RV01") == []

    schedule(firm, method="as_incurred")
    books(firm, status="open")
    firm.reconcile("RV01")
    assert firm.subjects("RV01") == []


def test_it_waits_for_the_fourth_working_day_of_the_close(firm):
    books(firm)
    schedule(firm, method="as_incurred")
    worked(firm)
    firm.now = firm.now.replace(day=4, hour=16)
    firm.reconcile("RV01")
    assert firm.subjects("RV01") == []

    firm.now = firm.now.replace(hour=17)
    firm.reconcile("RV01")
    assert firm.subjects("RV01") == ["erp:RS1"]


def test_a_second_run_changes_nothing(firm):
    books(firm)
    schedule(firm, method="as_incurred")
    worked(firm)
    firm.reconcile("RV01")
    [before] = firm.items("RV01")
    firm.reconcile("RV01")
    [after] = firm.items("RV01")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


@pytest.mark.django_db(transaction=True)
def test_recognising_it_clears_the_item_without_a_full_run(committed_firm):
    books(committed_firm)
    schedule(committed_firm, method="as_incurred")
    worked(committed_firm)
    committed_firm.reconcile("RV01")
    assert committed_firm.subjects("RV01") == ["erp:RS1"]

    recognised(committed_firm, "5000")
    committed_firm.reconcile("RV01")
    assert ControlRun.objects.latest("id").mode == "incremental"
    assert committed_firm.subjects("RV01") == []
