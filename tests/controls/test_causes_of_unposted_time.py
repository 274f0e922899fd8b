"""TP01's items hang on what kept the time back: the first rung of the ladder that holds."""

import pytest

from opsboard.exceptions.models import Group, State


def cause_of(firm, subject="psa:TE-1"):
    [item] = [item for item in firm.items("TP01") if item.subject == subject]
    return item


def test_a_locked_period_comes_first_and_is_one_group(firm):
    firm.say("accounting_period", "6", module="project", status="locked", name="June 2026")
    firm.say("project", "P1", "erp", status="closed")
    firm.say("time_entry", "TE-1", work_date="2026-06-01")
    firm.say("time_entry", "TE-2", work_date="2026-06-30", approved_at="2026-06-08T10:00:00+00:00")
    firm.reconcile("TP01")

    first, second = cause_of(firm), cause_of(firm, "psa:TE-2")
    assert first.cause == "period_locked"
    assert first.error_class == "business_rule"
    assert first.group_id == second.group_id
    assert first.group.title == "June 2026 of NQ-UK is locked"


@pytest.mark.parametrize("status", ["future", "open", "closing"])
def test_a_period_that_takes_postings_is_no_cause(firm, status):
    firm.say("accounting_period", "6", module="project", status=status)
    firm.say("accounting_period", "6-ar", module="ar", status="locked")
    firm.say(
        "accounting_period", "5", starts_on="2026-05-01", ends_on="2026-05-31", status="closed"
    )
    firm.say("time_entry", "TE-1", work_date="2026-06-01")
    firm.reconcile("TP01")

    assert cause_of(firm).cause == "unknown"


def test_locking_the_period_moves_the_item_and_its_history_says_so(firm):
    firm.say("time_entry", "TE-1")
    firm.reconcile("TP01")
    assert cause_of(firm).cause == "unknown"
    firm.say("accounting_period", "6", status="locked")
    firm.reconcile("TP01")

    item = cause_of(firm)
    assert item.cause == "period_locked"
    assert [line.verb for line in item.history.order_by("id")] == ["found", "moved"]
    assert Group.objects.exclude(state=State.RESOLVED).count() == 1


def test_a_project_that_the_erp_lacks(firm):
    firm.say("project", "P2", "psa", code="P2", name="Quarry")
    for number in "12":
        firm.say("time_entry", f"TE-{number}", project="P2")
    firm.reconcile("TP01")

    item = cause_of(firm)
    assert (item.cause, item.group_workflow) == ("project_missing", "project_setup")
    assert item.group.title == "P2 does not exist in the ERP"
    assert item.group.children == 2


def test_a_project_under_another_native_id_is_the_same_project(firm):
    firm.say("project", "17", "erp", code="P2", name="Quarry")
    firm.say("project", "P2", "psa", code="P2", name="Quarry")
    firm.say("time_entry", "TE-1", project="P2")
    firm.reconcile("TP01")

    assert cause_of(firm).cause == "unknown"


@pytest.mark.parametrize(
    "said",
    [
        {"status": "closed"},
        {"status": "on_hold"},
        {"postable_from": "2026-06-02"},
        {"postable_to": "2026-05-31"},
    ],
)
def test_a_project_that_takes_no_postings(firm, said):
    firm.say("project", "P1", "erp", **said)
    firm.say("time_entry", "TE-1", work_date="2026-06-01")
    firm.reconcile("TP01")

    item = cause_of(firm)
    assert item.cause == "project_not_postable"
    assert item.error_class == "business_rule"


def test_a_project_on_the_first_and_the_last_postable_day_takes_them(firm):
    firm.say("project", "P1", "erp", postable_from="2026-06-01", postable_to="2026-06-01")
    firm.say("time_entry", "TE-1", work_date="2026-06-01")
    firm.reconcile("TP01")

    assert cause_of(firm).cause == "unknown"


def test_a_person_whom_the_erp_lacks_or_no_longer_knows(firm):
    firm.say("worker", "W2", "psa", worker_no="W2", name="Ravi Menon")
    firm.say("worker", "W3", "psa", worker_no="W3", name="Lena Vogt")
    firm.say("worker", "W3", "erp", worker_no="W3", name="Lena Vogt", status="terminated")
    firm.say("time_entry", "TE-1", worker="W2")
    firm.say("time_entry", "TE-2", worker="W3")
    firm.reconcile("TP01")

    assert cause_of(firm).cause == cause_of(firm, "psa:TE-2").cause == "worker_missing"
    assert cause_of(firm).group.title == "Ravi Menon does not exist in the ERP"
    assert cause_of(firm, "psa:TE-2").group.title == "Lena Vogt is not active in the ERP"


def test_a_missing_cost_rate_is_one_group_with_the_booking_that_lacks_it(firm):
    firm.drop("cost_rate", "R1")
    for system in ("psa", "erp"):
        firm.say("assignment", "A1", system)
    for number in "12":
        firm.say("time_entry", f"TE-{number}")
    firm.reconcile("ST01", "TP01")

    [booking] = firm.items("ST01")
    [group] = Group.objects.exclude(state=State.RESOLVED)
    assert cause_of(firm).cause == "cost_rate_missing"
    assert booking.group_id == cause_of(firm).group_id == group.pk
    assert (group.control, group.workflow, group.team_id) == ("ST01", "staffing", "people")
    assert group.title == "Ines Ferreira has no cost rate"
    assert group.children == 3

    firm.say("cost_rate", "R1")
    firm.reconcile("ST01", "TP01")
    assert firm.items("ST01") == []
    assert cause_of(firm).cause == "unknown"
    group.refresh_from_db()
    assert group.state == "resolved"


def test_a_cost_rate_of_zero_is_missing_unless_the_person_may_work_at_zero_cost(firm):
    firm.say("cost_rate", "R1", rate="0")
    firm.say("time_entry", "TE-1")
    firm.reconcile("TP01")
    assert cause_of(firm).cause == "cost_rate_missing"

    firm.say("worker", "W1", "psa", zero_cost_allowed=True)
    firm.reconcile("TP01")
    assert cause_of(firm).cause == "unknown"


def test_without_any_known_cause_it_is_the_transport_of_the_project(firm):
    firm.say("time_entry", "TE-1")
    firm.reconcile("TP01")

    item = cause_of(firm)
    assert (item.cause, item.error_class) == ("unknown", "retryable")
    assert item.group.title == "Approved time on P1 was never posted"
