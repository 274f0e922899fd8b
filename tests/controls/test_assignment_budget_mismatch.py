from datetime import date
from decimal import Decimal

import pytest

TEN_DAYS = [date(2026, 6, day) for day in (1, 2, 3, 4, 5, 8, 9, 10, 11, 12)]


@pytest.fixture
def planned(firm):
    """June is open and under way; July is still to come."""
    firm.say("accounting_period", "6", module="project")
    firm.say("accounting_period", "7", module="project", starts_on="2026-07-01",
             ends_on="2026-07-31")  # fmt: skip
    return firm


def budget(firm, month="2026-06-01", hours="40", **said):
    firm.say("budget_line", f"B-{month}", "erp", project="P1", month=month, hours=hours,
             cost=str(int(hours) * 60), revenue=str(int(hours) * 150), currency="USD",
             **said)  # fmt: skip


def work(firm, days=TEN_DAYS, **said):
    for day in days:
        firm.say("time_entry", f"TE-{day}", work_date=day, **said)


def test_it_finds_a_month_with_more_work_than_its_budget(planned):
    budget(planned)
    work(planned)
    planned.reconcile("ST06")

    [item] = planned.items("ST06")
    assert item.subject == "psa:P1"
    assert item.title == "P1 has 40 h more than its budget in June 2026"
    assert item.exposure_only == Decimal(40 * 150)
    assert item.cause == "budget_too_small"


def test_on_a_fixed_price_too_many_hours_cost_money(planned):
    planned.say("project", "P1", "psa", billing_method="fixed_price")
    budget(planned)
    work(planned)
    planned.reconcile("ST06")

    [item] = planned.items("ST06")
    assert item.exposure_only == Decimal(40 * 60)


@pytest.mark.parametrize("hours", ["80", "200"])
def test_a_month_under_way_is_not_short_of_what_is_still_to_be_worked(planned, hours):
    budget(planned, hours=hours)
    work(planned)
    planned.reconcile("ST06")

    assert planned.subjects("ST06") == []


def test_it_ignores_a_tenth_and_little_hours(planned):
    budget(planned, hours="73")
    work(planned)
    planned.reconcile("ST06")
    assert planned.subjects("ST06") == []

    # Well over a tenth, yet less than forty hours and less than the least value.
    budget(planned, hours="48")
    planned.reconcile("ST06")
    assert planned.subjects("ST06") == []


def test_it_ignores_hours_that_moved_within_the_quarter(planned):
    planned.say("accounting_period", "5", module="project", starts_on="2026-05-01",
                ends_on="2026-05-31", status="locked")  # fmt: skip
    budget(planned, "2026-05-01", "40")
    budget(planned, hours="40")
    work(planned)
    planned.reconcile("ST06")

    assert planned.subjects("ST06") == []


def test_a_month_to_come_must_be_booked_as_budgeted(planned):
    budget(planned, "2026-07-01", "184")
    planned.say("assignment", "A1", starts_on="2026-07-01", ends_on="2026-07-31",
                planned_hours="92")  # fmt: skip
    planned.reconcile("ST06")
    [item] = planned.items("ST06")
    assert item.title == "P1 has 92 h less than its budget in July 2026"
    assert item.exposure_only == Decimal(92 * 150)

    planned.say("assignment", "A1", starts_on="2026-07-01", ends_on="2026-07-31",
                planned_hours="184")  # fmt: skip
    planned.reconcile("ST06")
    assert planned.subjects("ST06") == []


def test_time_that_was_taken_back_was_not_worked(planned):
    budget(planned)
    work(planned, status="recalled")
    planned.say("time_entry", "TE-kept", work_date="2026-06-15")
    planned.reconcile("ST06")

    assert planned.subjects("ST06") == []


def test_a_superseded_budget_says_nothing(planned):
    budget(planned, status="superseded")
    work(planned)
    planned.reconcile("ST06")

    assert planned.subjects("ST06") == []


def test_a_second_run_changes_nothing(planned):
    budget(planned)
    work(planned)
    planned.reconcile("ST06")
    [before] = planned.items("ST06")
    planned.reconcile("ST06")
    [after] = planned.items("ST06")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}


def test_revising_the_budget_clears_the_item(planned):
    budget(planned)
    work(planned)
    planned.reconcile("ST06")
    assert planned.subjects("ST06") == ["psa:P1"]

    budget(planned, hours="80", status="revised")
    planned.reconcile("ST06")
    assert planned.subjects("ST06") == []
