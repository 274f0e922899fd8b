from datetime import timedelta
from decimal import Decimal

import pytest

from tests.firm import NOW


def test_it_finds_a_booking_that_the_erp_does_not_forecast(firm):
    firm.say("assignment", "A1")
    firm.reconcile("ST07")

    [item] = firm.items("ST07")
    assert item.title == "Ines Ferreira's booking on P1 is missing from the ERP's forecast"
    # Eighty hours, all of them in a month that is open, at sixty.
    assert item.exposure_only == Decimal(4800)
    # Whatever it is worth, it is never more than medium.
    assert item.severity <= 2


@pytest.mark.parametrize(
    "said", [{"planned_hours": "72"}, {"ends_on": "2026-06-11"}, {"starts_on": "2026-06-02"}]
)
def test_it_finds_a_forecast_of_an_older_version(firm, said):
    firm.say("assignment", "A1")
    firm.say("assignment", "FC-7", "erp", **said)
    firm.reconcile("ST07")

    [item] = firm.items("ST07")
    assert item.title == "Ines Ferreira's booking on P1 differs from the ERP's forecast"


def test_it_ignores_a_booking_that_the_erp_has_under_its_own_number(firm):
    firm.say("assignment", "A1")
    firm.say("assignment", "FC-7", "erp")
    firm.reconcile("ST07")

    assert firm.subjects("ST07") == []


@pytest.mark.parametrize("status", ["proposed", "tentative", "completed", "cancelled"])
def test_it_ignores_bookings_that_are_not_forecast(firm, status):
    firm.say("assignment", "A1", status=status)
    firm.reconcile("ST07")

    assert firm.subjects("ST07") == []


def test_a_cancelled_forecast_is_none(firm):
    firm.say("assignment", "A1")
    firm.say("assignment", "FC-7", "erp", status="cancelled")
    firm.reconcile("ST07")

    assert firm.subjects("ST07") == ["psa:A1"]


def test_there_are_four_working_hours(firm):
    # Noon in UTC is one o'clock in London.
    firm.say("assignment", "A1", confirmed_at=NOW - timedelta(hours=3, minutes=59))
    firm.reconcile("ST07")
    assert firm.subjects("ST07") == []

    firm.now += timedelta(minutes=1)
    firm.read_up_to(firm.now)
    firm.reconcile("ST07")
    assert firm.subjects("ST07") == ["psa:A1"]


def test_what_can_no_longer_be_posted_is_not_remaining(firm):
    firm.say("accounting_period", "6", module="project", status="locked")
    firm.say("accounting_period", "7", module="project", starts_on="2026-07-01",
             ends_on="2026-07-31")  # fmt: skip
    firm.say("assignment", "A1", starts_on="2026-06-29", ends_on="2026-07-03", planned_hours="40")
    firm.reconcile("ST07")

    [item] = firm.items("ST07")
    assert item.exposure_only == Decimal(3 * 8 * 60)


def test_a_second_run_changes_nothing(firm):
    firm.say("assignment", "A1")
    firm.reconcile("ST07")
    [before] = firm.items("ST07")
    firm.reconcile("ST07")
    [after] = firm.items("ST07")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}


def test_the_booking_arriving_clears_the_item(committed_firm):
    firm = committed_firm
    firm.say("assignment", "A1")
    firm.reconcile("ST07")
    assert firm.subjects("ST07") == ["psa:A1"]

    firm.say("assignment", "FC-7", "erp")
    firm.reconcile("ST07")
    assert firm.subjects("ST07") == []
