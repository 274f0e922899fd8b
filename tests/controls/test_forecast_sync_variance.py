from decimal import Decimal

import pytest

from opsboard.exceptions.models import Exposure
from tests.firm import NOW


@pytest.fixture
def planned(firm):
    """A project whose August both sides plan with 100,000 dollars."""
    firm.say("legal_entity", "E1", "psa", reporting_currency="USD")
    firm.say("legal_entity", "E1", "erp", reporting_currency="USD")
    for system in ("psa", "erp"):
        firm.say("project", "P1", system)
        plan(firm, system, "100000")
    return firm


def plan(firm, system, revenue, **said):
    name = said.pop("name", "F1")
    firm.say("forecast_line", name, system, revenue=revenue, **said)


def test_plans_that_agree_are_fine(planned):
    planned.reconcile("IN08")

    assert planned.subjects("IN08") == []


def test_it_finds_a_revision_that_did_not_get_through(planned):
    plan(planned, "psa", "130000", version=2)
    planned.reconcile("IN08")

    [item] = planned.items("IN08")
    assert item.subject == "psa:P1"
    assert item.title == (
        "Finance plans P1 with less than delivery in August 2026,"
        " from an older version of the forecast"
    )
    assert (item.cause, item.exposure_only) == ("forecast_unsynced", Decimal(30000))
    [exposure] = Exposure.objects.filter(item=item)
    assert (exposure.atom, exposure.amount) == ("psa:F1", Decimal(30000))


@pytest.mark.parametrize(
    ("mine", "theirs", "is_apart"),
    [
        ("100000", "90000", False),
        ("100000", "89999", True),
        ("100000", "110001", True),
        # 5 % of 400,000 are more than 10,000.
        ("400000", "380000", False),
        ("400000", "379999", True),
        ("100000", None, False),
        (None, "100000", False),
    ],
)
def test_five_per_cent_or_ten_thousand_are_allowed(planned, mine, theirs, is_apart):
    plan(planned, "psa", mine)
    plan(planned, "erp", theirs)
    planned.reconcile("IN08")

    assert bool(planned.subjects("IN08")) is is_apart


def test_ten_thousand_are_those_of_the_group(planned):
    # A pound is 1.25 dollars: 8,000 pounds are the limit.
    planned.say("fx_rate", "GBPUSD")
    for system, revenue in (("psa", "100000"), ("erp", "92000")):
        plan(planned, system, revenue, currency="GBP")
    planned.reconcile("IN08")
    assert planned.subjects("IN08") == []

    plan(planned, "erp", "91999", currency="GBP")
    planned.reconcile("IN08")
    assert planned.subjects("IN08") == ["psa:P1"]


def test_another_view_of_the_same_version_is_planning(planned):
    plan(planned, "psa", "130000")
    planned.reconcile("IN08")

    [item] = planned.items("IN08")
    assert (item.cause, item.exposure_only) == ("planning", None)
    assert item.title.endswith("on another view of the work")


def test_time_that_was_not_posted_explains_it(planned):
    planned.basics()
    planned.say("legal_entity", "E1", "psa", reporting_currency="USD")
    plan(planned, "psa", "40000", month="2026-06-01")
    plan(planned, "erp", "10000", month="2026-06-01")
    planned.say("time_entry", "TE-1", bill_amount="25000")
    planned.reconcile("IN08")

    [item] = planned.items("IN08")
    assert (item.cause, item.exposure_only) == ("time_unposted", Decimal(25000))


def test_a_revision_has_a_day_to_get_through(planned):
    plan(planned, "psa", "130000", version=2, source_updated_at=NOW.replace(day=17, minute=1))
    planned.reconcile("IN08")
    assert planned.subjects("IN08") == []

    plan(planned, "psa", "130000", version=2, source_updated_at=NOW.replace(day=17))
    planned.reconcile("IN08")
    assert planned.subjects("IN08") == ["psa:P1"]


def test_a_plan_that_finance_does_not_keep_is_not_compared(planned):
    plan(planned, "psa", "500000", name="F2", month="2026-09-01")
    planned.reconcile("IN08")

    assert planned.subjects("IN08") == []


def test_a_second_run_changes_nothing(planned):
    plan(planned, "psa", "130000", version=2)
    planned.reconcile("IN08")
    [before] = planned.items("IN08")
    planned.reconcile("IN08")
    [after] = planned.items("IN08")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


def test_the_forecast_sent_again_clears_the_item(planned):
    plan(planned, "psa", "130000", version=2)
    planned.reconcile("IN08")
    [item] = planned.items("IN08")
    plan(planned, "erp", "130000", version=2)
    planned.reconcile("IN08")

    item.refresh_from_db()
    assert item.state == "resolved"
