from decimal import Decimal

import pytest

OLD = "2026-05-01T09:00:00+00:00"


@pytest.fixture
def seated(firm):
    """A person in HR on a cost centre of the entity, which the ERP knows."""
    firm.basics()
    firm.say("legal_entity", "E1", "hcm")
    for system in ("hcm", "erp"):
        firm.say("cost_center", "CC1", system, source_updated_at=OLD)
    firm.say("worker", "W1", "hcm", cost_center="CC1", source_updated_at=OLD)
    return firm


def center(firm, **said):
    for system in ("hcm", "erp"):
        firm.say("cost_center", "CC1", system, **{"source_updated_at": OLD, **said})
    firm.reconcile("MD03")


def test_it_finds_people_on_a_closed_cost_centre(seated):
    center(seated, status="closed")

    [item] = seated.items("MD03")
    assert item.subject == "hcm:W1"
    assert item.title == "Ines Ferreira sits on cost centre UK-1, which takes no postings"
    assert item.cause == "cost_center_invalid"


@pytest.mark.parametrize(
    ("said", "is_invalid"),
    [
        ({}, False),
        ({"status": "blocked"}, True),
        ({"posting_allowed": False}, True),
        # Today is 18 June; a closure is told fourteen days ahead.
        ({"valid_to": "2026-06-17"}, True),
        ({"valid_to": "2026-07-02"}, True),
        ({"valid_to": "2026-07-03"}, False),
        ({"valid_from": "2026-06-18"}, False),
        ({"valid_from": "2026-06-19"}, True),
    ],
)
def test_dates_and_states_decide(seated, said, is_invalid):
    center(seated, **said)

    assert bool(seated.subjects("MD03")) is is_invalid


def test_one_that_does_not_exist_or_is_another_entity_s_is_found(seated):
    seated.say("legal_entity", "E2", "hcm", code="NQ-DE")
    seated.say("cost_center", "CC2", "hcm", legal_entity="E2", code="DE-1", source_updated_at=OLD)
    seated.say("worker", "W2", "hcm", worker_no="W2", cost_center="CC2", source_updated_at=OLD)
    seated.say("worker", "W3", "hcm", worker_no="W3", cost_center="gone", source_updated_at=OLD)
    seated.reconcile("MD03")

    assert seated.subjects("MD03") == ["hcm:W2", "hcm:W3"]


def test_a_new_assignment_has_one_working_day(seated):
    # Nine hours of Wednesday afternoon and Thursday morning.
    seated.say("worker", "W1", "hcm", cost_center="CC1",
               source_updated_at="2026-06-17T12:01:00+00:00")  # fmt: skip
    center(seated, status="closed")
    assert seated.subjects("MD03") == []

    seated.say("worker", "W1", "hcm", cost_center="CC1",
               source_updated_at="2026-06-17T12:00:00+00:00")  # fmt: skip
    seated.reconcile("MD03")
    assert seated.subjects("MD03") == ["hcm:W1"]


def test_leavers_copies_and_people_without_any_are_ignored(seated):
    seated.say("worker", "W2", "hcm", worker_no="W2", cost_center="gone", status="terminated")
    seated.say("worker", "W3", "hcm", worker_no="W3")
    seated.say("worker", "W1", "psa", cost_center="gone")
    seated.reconcile("MD03")

    assert seated.subjects("MD03") == []


def test_a_project_is_judged_where_finance_keeps_it(seated):
    seated.say("project", "P1", "psa", cost_center="gone")
    seated.say("project", "P1", "erp", cost_center="gone", source_updated_at=OLD)
    seated.reconcile("MD03")

    assert seated.subjects("MD03") == ["erp:P1"]


def test_time_that_was_refused_for_it_is_at_risk(seated):
    seated.say("time_entry", "TE-1")
    seated.say("time_entry", "TE-2")
    seated.say("integration_message", "M", subject_key="psa:TE-1", outcome="rejected",
               error_code="cost_center_closed")  # fmt: skip
    center(seated, status="closed")

    [item] = seated.items("MD03")
    assert (item.revenue_at_risk, item.cost_at_risk) == (Decimal(1200), Decimal(480))


def test_a_second_run_changes_nothing(seated):
    center(seated, status="closed")
    [before] = seated.items("MD03")
    seated.reconcile("MD03")
    [after] = seated.items("MD03")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


def test_moving_the_person_clears_the_item(seated):
    center(seated, status="closed")
    [item] = seated.items("MD03")
    for system in ("hcm", "erp"):
        seated.say("cost_center", "CC9", system, code="UK-9")
    seated.say("worker", "W1", "hcm", cost_center="CC9")
    seated.reconcile("MD03")

    item.refresh_from_db()
    assert item.state == "resolved"
