from decimal import Decimal

import pytest

from opsboard.controls.models import ControlRun

MAY_TAKEN_IN = "2026-06-01T19:00+00:00"


def books(firm):
    """WD+2 of May's close is Tuesday 2 June."""
    for name, first, last in (("4", "2026-04-01", "2026-04-30"), ("5", "2026-05-01", "2026-05-31")):
        said = {"module": "gl", "status": "closed", "starts_on": first, "ends_on": last}
        firm.say("accounting_period", name, "erp", **said)


def schedule(firm, hours, **said):
    usual = {
        "status": "in_progress",
        "method": "percent_complete",
        "starts_on": "2026-04-01",
        "ends_on": "2026-12-31",
        "allocated_price": "100000",
        "progress_fraction": "0.5",
        "source_updated_at": MAY_TAKEN_IN,
    }
    firm.say("revenue_schedule", "RS1", progress_hours=hours, **{**usual, **said})


def world(firm, hours="800", **said):
    """Delivery has a thousand hours up to the end of May, and more since."""
    books(firm)
    firm.say("time_entry", "TE-1", work_date="2026-05-20", hours="1000")
    firm.say("time_entry", "TE-2", work_date="2026-06-03", hours="50")
    firm.say("time_entry", "TE-3", work_date="2026-05-20", hours="9", status="rejected")
    schedule(firm, hours, **said)


def test_it_finds_hours_that_are_not_those_of_delivery(firm):
    world(firm)
    firm.reconcile("RV03")

    [item] = firm.items("RV03")
    assert item.subject == "erp:RS1"
    assert item.title == "Revenue of P1 rests on 800.00 h, delivery has 1000.00 h"
    # A fifth of what progress has earned so far.
    assert item.misstatement == Decimal(10000)


def test_it_finds_inputs_that_were_not_refreshed(firm):
    world(firm, "0", source_updated_at="2026-05-04T19:00+00:00")
    firm.reconcile("RV03")

    [item] = firm.items("RV03")
    assert item.title == "Revenue of P1 rests on inputs from before May 2026"


@pytest.mark.parametrize("hours", ["1000", "995", "1005"])
def test_it_ignores_half_a_per_cent(firm, hours):
    world(firm, hours)
    firm.reconcile("RV03")

    assert firm.subjects("RV03") == []


@pytest.mark.parametrize("said", [{"method": "as_incurred"}, {"status": "completed"}])
def test_it_ignores_what_defers_nothing(firm, said):
    world(firm, **said)
    firm.reconcile("RV03")

    assert firm.subjects("RV03") == []


def test_it_waits_for_the_second_working_day_of_the_close(firm):
    world(firm)
    firm.now = firm.now.replace(day=2, hour=16)
    firm.reconcile("RV03")
    assert firm.subjects("RV03") == []

    firm.now = firm.now.replace(hour=17)
    firm.reconcile("RV03")
    assert firm.subjects("RV03") == ["erp:RS1"]


def test_a_second_run_changes_nothing(firm):
    world(firm)
    firm.reconcile("RV03")
    [before] = firm.items("RV03")
    firm.reconcile("RV03")
    [after] = firm.items("RV03")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


@pytest.mark.django_db(transaction=True)
def test_publishing_the_hours_again_clears_it_without_a_full_run(committed_firm):
    world(committed_firm)
    committed_firm.reconcile("RV03")
    assert committed_firm.subjects("RV03") == ["erp:RS1"]

    schedule(committed_firm, "1000", source_updated_at="2026-06-18T10:00+00:00")
    committed_firm.reconcile("RV03")
    assert ControlRun.objects.latest("id").mode == "incremental"
    assert committed_firm.subjects("RV03") == []
