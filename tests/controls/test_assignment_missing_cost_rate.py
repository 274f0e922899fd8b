from datetime import date, timedelta
from decimal import Decimal

import pytest

from connectors.kinds import KINDS
from opsboard.config import using
from opsboard.exceptions.models import Severity
from tests.firm import CONFIGURATION, NOW


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


def test_what_only_lies_ahead_weighs_while_nothing_was_worked(firm, ravi):
    firm.say("assignment", "A1", worker=ravi, planned_hours="100")
    firm.reconcile("ST01")
    [item] = firm.items("ST01")
    assert (item.cost_at_risk, item.exposure_only) == (0, Decimal(6000))
    assert (item.amount_at_risk, item.severity) == (Decimal(6000), Severity.MEDIUM)

    firm.say("time_entry", "TE-1", worker=ravi, hours="8")
    firm.reconcile("ST01")
    [item] = firm.items("ST01")
    assert (item.amount_at_risk, item.severity) == (Decimal(480), Severity.LOW)


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


@pytest.fixture
def engineer(firm):
    """A role that both systems know under names of their own."""
    firm.say("role", "ENG", "psa", code="ENG", name="Engineer")
    firm.say("role", "LAB-ENG", "erp", code="ENG", name="Engineer")
    return "ENG"


def standard(firm, source_id, **said):
    firm.say("cost_rate", source_id, worker="", role="LAB-ENG", type="standard", **said)


def test_the_standard_rate_of_the_role_is_the_better_estimate(firm, ravi, engineer):
    standard(firm, "R9", rate="90", valid_to="2026-05-31")
    firm.say("assignment", "A1", worker=ravi, role=engineer)
    firm.say("time_entry", "TE-1", worker=ravi)
    firm.reconcile("ST01")

    [item] = firm.items("ST01")
    assert item.cost_at_risk == Decimal(720)
    assert item.cause_title == "The standard cost rate of Engineer is missing"


def test_the_standard_rate_of_the_role_covers_whoever_has_none_of_their_own(firm, ravi, engineer):
    standard(firm, "R9")
    firm.say("assignment", "A1", worker=ravi, role=engineer)
    firm.reconcile("ST01")
    assert firm.subjects("ST01") == []

    firm.say("cost_rate", "R2", worker=ravi, valid_to="2026-06-03")
    firm.reconcile("ST01")
    [item] = firm.items("ST01")
    assert "from 4 June to 12 June" in item.title
    assert item.cause_title == "Ravi Menon has no cost rate"


def test_a_firm_may_refuse_standard_rates(firm, ravi, engineer):
    standard(firm, "R9")
    firm.say("assignment", "A1", worker=ravi, role=engineer)
    with using(CONFIGURATION + "[control.ST01.parameters]\nstandard_allowed = 0\n"):
        firm.reconcile("ST01")

    assert firm.subjects("ST01") == ["psa:A1"]


def test_a_rate_of_another_entity_covers_nothing_unless_it_is_for_transfers(firm, ravi):
    firm.say("legal_entity", "E2", "erp", code="NQ-DE", name="Northquay Germany")
    firm.say("cost_rate", "R2", worker=ravi, legal_entity="E2")
    firm.say("assignment", "A1", worker=ravi)
    firm.reconcile("ST01")
    assert firm.subjects("ST01") == ["psa:A1"]

    firm.say("cost_rate", "R2", worker=ravi, legal_entity="E2", type="transfer")
    firm.reconcile("ST01")
    assert firm.subjects("ST01") == []


def test_time_that_was_posted_at_no_cost_stays_until_it_is_costed_again(firm, ravi):
    firm.say("assignment", "A1", worker=ravi)
    firm.say("time_entry", "TE-1", worker=ravi)
    firm.say("project_actual", "1", worker=ravi, source_key="psa:TE-1", cost_amount="0")
    firm.say("cost_rate", "R2", worker=ravi)
    firm.reconcile("ST01")

    [item] = firm.items("ST01")
    assert (
        item.title == "Ravi Menon is booked on P1, and time was posted at no cost from 1 June"
        " to 1 June"
    )
    assert item.cost_at_risk == Decimal(480)
    # Little money, and never low: what is posted at no cost is in somebody's margin.
    assert item.severity == 2

    firm.say("project_actual", "1", worker=ravi, source_key="psa:TE-1", cost_amount="480")
    firm.reconcile("ST01")
    assert firm.subjects("ST01") == []


def test_a_booking_that_is_over_is_found_only_while_its_time_waits(firm, ravi):
    firm.say("assignment", "A1", worker=ravi, status="completed")
    firm.say("time_entry", "TE-1", worker=ravi)
    firm.reconcile("ST01")
    assert firm.subjects("ST01") == ["psa:A1"]

    firm.say("project_actual", "1", worker=ravi, source_key="psa:TE-1")
    firm.reconcile("ST01")
    assert firm.subjects("ST01") == []


def test_the_cost_sits_on_the_time_that_waits(firm, ravi):
    firm.say("assignment", "A1", worker=ravi)
    for number in "12":
        firm.say("time_entry", f"TE-{number}", worker=ravi, hours="4")
    firm.reconcile("ST01")

    [item] = firm.items("ST01")
    held = {claim.atom: claim.amount for claim in item.exposures.filter(measure="cost_at_risk")}
    assert held == {"psa:TE-1": Decimal(240), "psa:TE-2": Decimal(240)}


def test_no_rate_is_shown(firm, ravi, engineer):
    standard(firm, "R9", rate="98.76", valid_to="2026-05-31")
    firm.say("assignment", "A1", worker=ravi, role=engineer)
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
