from datetime import timedelta
from decimal import Decimal

import pytest

from tests.firm import NOW


def employ(firm, worker="W1", **said):
    firm.say("worker", worker, "hcm", **said)
    firm.read_up_to(firm.now)


def book(firm, **said):
    firm.say("assignment", "A1", **{
        "starts_on": "2026-06-08", "ends_on": "2026-07-31", "planned_hours": "320",
        "bill_rate": "150", "bill_currency": "USD", **said})  # fmt: skip


def test_it_finds_a_booking_of_somebody_on_leave(firm):
    employ(firm, status="on_leave", status_effective_at="2026-06-15T00:00:00+00:00")
    book(firm)
    firm.reconcile("ST05")

    [item] = firm.items("ST05")
    assert item.title == "Ines Ferreira is booked on P1 and is on leave from 15 June"
    # Eight hours on each of the 22 weekdays of thirty days.
    assert item.exposure_only == Decimal(22 * 8 * 150)
    assert item.cause == "worker_inactive"


def test_it_finds_a_booking_before_the_first_day_and_after_the_contract(firm):
    employ(firm, status="pre_hire", hired_on="2026-07-01")
    book(firm)
    firm.reconcile("ST05")
    [item] = firm.items("ST05")
    assert "has not started yet on 8 June" in item.title

    employ(firm, type="contractor", contract_ends_on="2026-06-30")
    firm.reconcile("ST05")
    [item] = firm.items("ST05")
    assert "has no contract from 1 July" in item.title


@pytest.mark.parametrize(
    "said",
    [
        {"status": "active"},
        {"status": "notice", "terminated_on": "2026-06-30"},
        {"status": "terminated", "terminated_on": "2026-06-12"},
        {"status": "on_leave", "status_effective_at": "2026-08-01T00:00:00+00:00"},
        {"status": "pre_hire", "hired_on": "2026-06-08"},
        {"contract_ends_on": "2026-07-31"},
    ],
)
def test_it_ignores_who_can_work_and_leavers_whom_another_control_has(firm, said):
    employ(firm, **said)
    book(firm)
    firm.reconcile("ST05")

    assert firm.subjects("ST05") == []


def test_it_ignores_who_came_back_under_another_number(firm):
    employ(firm, status="pre_hire", hired_on="2026-07-01", person_id="PERS-1")
    employ(firm, "W9", worker_no="W9", person_id="PERS-1", status="active")
    book(firm)
    firm.reconcile("ST05")

    assert firm.subjects("ST05") == []


def test_it_ignores_bookings_that_are_over(firm):
    employ(firm, status="on_leave", status_effective_at="2026-06-15T00:00:00+00:00")
    book(firm, status="completed")
    firm.reconcile("ST05")
    book(firm, ends_on="2026-06-12")
    firm.reconcile("ST05")

    assert firm.subjects("ST05") == []


def test_there_is_one_working_day(firm):
    employ(firm, status="on_leave",
           status_effective_at=(NOW - timedelta(days=1) + timedelta(minutes=1)))  # fmt: skip
    book(firm)
    firm.reconcile("ST05")
    assert firm.subjects("ST05") == []

    firm.now += timedelta(minutes=1)
    firm.read_up_to(firm.now)
    firm.reconcile("ST05")
    assert firm.subjects("ST05") == ["psa:A1"]


def test_a_second_run_changes_nothing(firm):
    employ(firm, status="on_leave", status_effective_at="2026-06-15T00:00:00+00:00")
    book(firm)
    firm.reconcile("ST05")
    [before] = firm.items("ST05")
    firm.reconcile("ST05")
    [after] = firm.items("ST05")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}


def test_ending_the_booking_or_the_leave_clears_the_item(firm):
    employ(firm, status="on_leave", status_effective_at="2026-06-15T00:00:00+00:00")
    book(firm)
    firm.reconcile("ST05")
    assert firm.subjects("ST05") == ["psa:A1"]

    employ(firm, status="active")
    firm.reconcile("ST05")
    assert firm.subjects("ST05") == []
