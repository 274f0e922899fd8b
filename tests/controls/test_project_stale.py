from decimal import Decimal

import pytest

LONG_AGO = "2026-05-04T09:00:00+00:00"


@pytest.fixture
def quiet(firm):
    """A project that nobody has touched since the beginning of May, in both systems."""
    touch(firm)
    return firm


def touch(firm, at=LONG_AGO, systems=("psa", "erp"), **said):
    for system in systems:
        firm.say("project", "P1", system, source_updated_at=at, **said)


def test_it_finds_a_project_without_a_sign_of_life(quiet):
    quiet.reconcile("PS05")

    [item] = quiet.items("PS05")
    assert item.subject == "psa:P1"
    assert item.title == "P1 Harbour is active, and nothing has happened since 4 May"
    assert item.cause == "no_activity"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("time_entry", {"work_date": "2026-06-05", "status": "submitted"}),
        ("expense_item", {"spent_on": "2026-06-05"}),
        ("billing_event", {"completed_at": "2026-06-05T10:00:00+00:00"}),
        ("forecast_line", {"source_updated_at": "2026-06-05T10:00:00+00:00"}),
    ],
)
def test_any_sign_of_life_will_do(quiet, kind, said):
    quiet.say(kind, "1", "psa", **said)
    quiet.reconcile("PS05")

    assert quiet.subjects("PS05") == []


def test_an_end_that_has_long_passed_is_found_and_a_recent_one_is_not(quiet):
    touch(quiet, "2026-06-15T09:00:00+00:00", ends_on="2026-06-04")
    quiet.reconcile("PS05")
    assert quiet.subjects("PS05") == []

    touch(quiet, "2026-06-15T09:00:00+00:00", ends_on="2026-06-03")
    quiet.reconcile("PS05")
    [item] = quiet.items("PS05")
    assert "should have ended on 3 June" in item.title


def test_what_one_system_has_closed_and_the_other_has_not_is_found(quiet):
    touch(quiet, systems=["psa"], status="completed")
    quiet.say("revenue_schedule", "RS1", "erp")
    quiet.say(
        "revenue_event", "RE1", "erp", accounting_date="2026-05-31", unbilled_balance="700",
        deferred_balance="0",
    )  # fmt: skip
    quiet.reconcile("PS05")

    [item] = quiet.items("PS05")
    assert item.title == "P1 Harbour is completed in the PSA and active in the ERP"
    assert item.revenue_at_risk == Decimal(700)

    touch(quiet, "2026-06-15T09:00:00+00:00", ["psa"], status="active")
    touch(quiet, "2026-06-16T09:00:00+00:00", ["erp"], status="closed")
    quiet.reconcile("PS05")
    [item] = quiet.items("PS05")
    assert item.title == "P1 Harbour is active in the PSA and closed in the ERP"


def test_a_forecast_that_was_not_renewed_in_a_month_of_work_is_found(quiet):
    quiet.say("forecast_line", "F1", "psa", source_updated_at="2026-04-30T09:00:00+00:00")
    quiet.say("time_entry", "TE-1", work_date="2026-05-29", status="posted")
    quiet.reconcile("PS05")

    [item] = quiet.items("PS05")
    assert "was worked on in May, and its forecast was not renewed" in item.title


def test_it_ignores_projects_on_hold_internal_ones_and_those_both_have_completed(quiet):
    touch(quiet, status="completed")
    for code, said in (("P2", {"status": "on_hold"}), ("P3", {"type": "internal"})):
        quiet.say("project", code, "psa", code=code, source_updated_at=LONG_AGO, **said)
    quiet.reconcile("PS05")

    assert quiet.subjects("PS05") == []


def test_a_second_run_changes_nothing_and_work_clears_it(quiet):
    quiet.reconcile("PS05")
    quiet.reconcile("PS05")
    [item] = quiet.items("PS05")
    assert [line.verb for line in item.history.order_by("id")] == ["found"]

    quiet.say("time_entry", "TE-1", work_date="2026-06-17", status="submitted")
    quiet.reconcile("PS05")
    item.refresh_from_db()
    assert item.state == "resolved"
