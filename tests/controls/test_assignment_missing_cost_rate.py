from datetime import date, timedelta
from decimal import Decimal

import pytest

from connectors.kinds import KINDS
from tests.firm import NOW


@pytest.fixture
def ravi(firm):
    """Somebody without a cost rate, known to both systems."""
    for system in ("psa", "erp"):
        firm.say("worker", "W2", system, worker_no="W2", name="Ravi Menon")
    return "W2"


def test_it_finds_a_booking_of_somebody_without_a_cost_rate(firm, ravi):
    firm.say("assignment", "A1", worker=ravi)
    firm.say("time_entry", "TE-1", worker=ravi, hours="8")
    firm.reconcile("ST01")

    [item] = firm.items("ST01")
    assert item.subject == "psa:A1"
    assert item.title == "Ravi Menon is booked on P1 without a cost rate from 1 June to 12 June"
    assert item.is_estimated
    # Eight hours worked, eighty planned, at the only rate the entity has.
    assert (item.cost_at_risk, item.exposure_only) == (Decimal(480), Decimal(4800))
    assert item.evidence["working_days_without_rate"] == 10


def test_a_rate_that_is_draft_zero_or_of_other_days_covers_nothing(firm, ravi):
    firm.say("cost_rate", "R2", worker=ravi, status="draft")
    firm.say("cost_rate", "R3", worker=ravi, rate="0")
    firm.say("cost_rate", "R4", worker=ravi, valid_to="2026-05-31")
    firm.say("assignment", "A1", worker=ravi)
    firm.reconcile("ST01")

    assert firm.subjects("ST01") == ["psa:A1"]


def test_a_gap_inside_the_booking_is_told_with_its_days(firm, ravi):
    firm.say("cost_rate", "R2", worker=ravi, valid_to="2026-06-03")
    firm.say("cost_rate", "R3", worker=ravi, valid_from="2026-06-05")
    firm.say("assignment", "A1", worker=ravi)
    firm.reconcile("ST01")

    [item] = firm.items("ST01")
    assert "from 4 June to 4 June" in item.title
    assert item.service_date == date(2026, 6, 4)
    assert item.evidence["erp_days"] == "{[2026-06-01,2026-06-04),[2026-06-05,2026-06-13)}"


def test_it_ignores_a_gap_of_days_off(firm, ravi):
    firm.say("cost_rate", "R2", worker=ravi, valid_from="2026-06-09")
    # From Saturday to Monday, a holiday; the rate begins on Tuesday.
    firm.say("assignment", "A1", worker=ravi, starts_on="2026-06-06")
    firm.say("work_calendar", "H1", "psa", day="2026-06-08", standard_hours="0")
    firm.reconcile("ST01")
    assert firm.subjects("ST01") == []

    firm.say("time_entry", "TE-1", worker=ravi, work_date="2026-06-07", hours="2")
    firm.reconcile("ST01")
    [item] = firm.items("ST01")
    assert item.cost_at_risk == Decimal(120)
    assert item.service_date == date(2026, 6, 7)


def test_a_holiday_of_another_calendar_is_a_working_day(firm, ravi):
    firm.say("worker", "W2", "psa", worker_no="W2", name="Ravi Menon", calendar="DE")
    firm.say("cost_rate", "R2", worker=ravi, valid_from="2026-06-02")
    firm.say("assignment", "A1", worker=ravi)
    firm.say("work_calendar", "H1", "psa", calendar="UK", standard_hours="0")
    firm.reconcile("ST01")
    assert firm.subjects("ST01") == ["psa:A1"]

    firm.say("work_calendar", "H2", "psa", calendar="DE", standard_hours="0")
    firm.reconcile("ST01")
    assert firm.subjects("ST01") == []


@pytest.mark.parametrize("system", ["psa", "erp"])
def test_it_ignores_who_may_work_at_zero_cost_whichever_system_says_so(firm, ravi, system):
    firm.say("worker", "W2", system, worker_no="W2", name="Ravi Menon", zero_cost_allowed=True)
    firm.say("assignment", "A1", worker=ravi)
    firm.reconcile("ST01")

    assert firm.subjects("ST01") == []


def test_it_ignores_bookings_that_do_not_stand(firm, ravi):
    for status in ("proposed", "tentative", "completed", "cancelled"):
        firm.say("assignment", status, worker=ravi, status=status)
    firm.reconcile("ST01")

    assert firm.subjects("ST01") == []


def test_a_booking_more_than_sixty_days_ahead_is_not_yet_due(firm, ravi):
    starts = NOW.date() + timedelta(days=61)
    assert starts.isoweekday() < 6
    firm.say("assignment", "A1", worker=ravi, starts_on=starts, ends_on=starts)
    firm.reconcile("ST01")
    assert firm.subjects("ST01") == []

    firm.now += timedelta(days=1)
    firm.read_up_to(firm.now)
    firm.reconcile("ST01")
    assert firm.subjects("ST01") == ["psa:A1"]


def test_a_fresh_booking_has_four_working_hours_unless_time_is_there(firm, ravi):
    # Noon in UTC is one o'clock in London: three hours and a minute ago.
    confirmed = NOW - timedelta(hours=3, minutes=59)
    firm.say("assignment", "A1", worker=ravi, confirmed_at=confirmed)
    firm.reconcile("ST01")
    assert firm.subjects("ST01") == []

    firm.say("time_entry", "TE-1", worker=ravi)
    firm.reconcile("ST01")
    assert firm.subjects("ST01") == ["psa:A1"]


def test_a_booking_that_nobody_says_when_it_was_confirmed_is_due_by_its_days(firm, ravi):
    firm.say("assignment", "A1", worker=ravi, confirmed_at=None)
    firm.reconcile("ST01")

    assert firm.subjects("ST01") == ["psa:A1"]


def test_the_standard_rate_of_the_role_is_the_better_estimate(firm, ravi):
    firm.say("cost_rate", "R9", worker="", role="engineer", rate="90")
    firm.say("assignment", "A1", worker=ravi, role="engineer")
    firm.say("time_entry", "TE-1", worker=ravi)
    firm.reconcile("ST01")

    [item] = firm.items("ST01")
    assert item.cost_at_risk == Decimal(720)


def test_no_rate_is_shown(firm, ravi):
    firm.say("cost_rate", "R9", worker="", role="engineer", rate="98.76")
    firm.say("assignment", "A1", worker=ravi, role="engineer")
    firm.reconcile("ST01")

    [item] = firm.items("ST01")
    told = f"{item.title} {item.cause_title} {item.evidence}"
    assert "98.76" not in told
    assert not {field for field in KINDS["cost_rate"].__struct_fields__ if "rate" in field} & set(
        item.evidence
    )


def test_a_second_run_changes_nothing(firm, ravi):
    firm.say("assignment", "A1", worker=ravi)
    firm.reconcile("ST01")
    [before] = firm.items("ST01")
    firm.reconcile("ST01")
    [after] = firm.items("ST01")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


def test_a_rate_for_every_day_clears_the_item(firm, ravi):
    firm.say("assignment", "A1", worker=ravi)
    firm.reconcile("ST01")
    [item] = firm.items("ST01")
    firm.say("cost_rate", "R2", worker=ravi, valid_from="2026-06-01", valid_to="2026-06-11")
    firm.reconcile("ST01")
    item.refresh_from_db()
    assert item.state == "new"
    assert "from 12 June to 12 June" in item.title

    firm.say("cost_rate", "R2", worker=ravi, valid_from="2026-06-01")
    firm.reconcile("ST01")
    item.refresh_from_db()
    assert item.state == "resolved"


def test_a_rate_that_ends_before_it_begins_breaks_nothing(firm, ravi):
    firm.say("cost_rate", "R2", worker=ravi, valid_from="2026-06-01", valid_to="2026-05-01")
    firm.say("assignment", "A1", worker=ravi)
    firm.say("assignment", "A2", starts_on="2026-06-12", ends_on="2026-06-01")

    assert firm.reconcile("ST01") == []
    assert firm.subjects("ST01") == ["psa:A1"]


def test_time_on_days_with_a_rate_costs_what_it_should(firm, ravi):
    firm.say("cost_rate", "R2", worker=ravi, valid_to="2026-06-03")
    firm.say("assignment", "A1", worker=ravi)
    firm.say("time_entry", "TE-covered", worker=ravi, work_date="2026-06-03")
    firm.say("time_entry", "TE-bare", worker=ravi, work_date="2026-06-04", hours="2")
    firm.reconcile("ST01")

    [item] = firm.items("ST01")
    assert (item.cost_at_risk, item.service_date) == (Decimal(120), date(2026, 6, 4))
    assert item.evidence["hours_worked_in_gap"] == 2
