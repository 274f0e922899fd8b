from decimal import Decimal

import pytest

from opsboard.exceptions.models import Exposure


def applied(firm, name, version, at, **said):
    said = {
        "flow": "forecast_sync",
        "subject_kind": "forecast_line",
        "subject_key": "psa:F1",
        "subject_version": version,
        "applied_at": f"2026-06-17T{at}:00+00:00",
        "target_ref": "erp:F1",
        **said,
    }
    firm.say("integration_message", name, message_id=name, **said)


@pytest.fixture
def planned(firm):
    """The PSA revised a forecast; the ERP holds the older revenue again."""
    firm.basics()
    firm.say("forecast_line", "F1", "psa", revenue="115000", version=2)
    firm.say("forecast_line", "F1", "erp", revenue="100000", version=1)
    applied(firm, "new", 2, "09:00")
    return firm


def test_it_finds_the_older_message_that_was_applied_last(planned):
    applied(planned, "old", 1, "12:00")
    planned.reconcile("MD10")

    [item] = planned.items("MD10")
    assert item.subject == "middleware:old"
    assert item.title == (
        "Forecast line psa:F1 was set back in erp by an older message of forecast sync"
    )
    assert (item.misstatement, item.root_entity) == (Decimal(15000), "erp:F1")
    [exposure] = Exposure.objects.filter(item=item)
    assert exposure.atom == "erp:F1"


@pytest.mark.parametrize(
    ("version", "at", "said"),
    [
        (1, "08:00", {}),
        (3, "12:00", {}),
        (2, "12:00", {}),
        (1, "12:00", {"outcome": "superseded"}),
        (1, "12:00", {"outcome": "duplicate_ignored"}),
        (1, "12:00", {"target": "bi"}),
        (1, "12:00", {"flow": "other_sync"}),
        (1, "12:00", {"subject_key": "psa:F2"}),
        (None, "12:00", {}),
    ],
)
def test_the_right_order_and_what_was_not_applied_are_fine(planned, version, at, said):
    applied(planned, "other", version, at, **said)
    planned.reconcile("MD10")

    assert planned.subjects("MD10") == []


@pytest.mark.parametrize(("apart", "is_stale"), [(2_000_000, False), (2_000_001, True)])
def test_versions_that_are_instants_may_be_two_seconds_apart(firm, apart, is_stale):
    instant = 1_781_683_200_000_000
    applied(firm, "new", instant, "09:00")
    applied(firm, "old", instant - apart, "12:00")
    firm.reconcile("MD10")

    assert bool(firm.subjects("MD10")) is is_stale


def test_rates_and_budgets_weigh_more(planned):
    applied(planned, "old", 1, "12:00")
    for name, version, at in (("r2", 2, "09:00"), ("r1", 1, "12:00")):
        applied(planned, name, version, at, subject_kind="rate_line", subject_key="crm:R")
    planned.reconcile("MD10")

    severities = {item.subject: item.severity for item in planned.items("MD10")}
    assert severities["middleware:r1"] == 3


def test_a_second_run_changes_nothing(planned):
    applied(planned, "old", 1, "12:00")
    planned.reconcile("MD10")
    [before] = planned.items("MD10")
    planned.reconcile("MD10")
    [after] = planned.items("MD10")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


def test_the_newest_version_applied_again_clears_the_item(planned):
    applied(planned, "old", 1, "12:00")
    planned.reconcile("MD10")
    [item] = planned.items("MD10")
    applied(planned, "again", 2, "15:00")
    planned.reconcile("MD10")

    item.refresh_from_db()
    assert item.state == "resolved"
