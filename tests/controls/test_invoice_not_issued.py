from datetime import timedelta
from decimal import Decimal

import pytest

from opsboard.controls.models import ControlRun
from tests.firm import NOW

# Thursday at one in London; a working day has nine hours, from nine to six.
TWO_DAYS_AGO = NOW - timedelta(days=2)
ONE_DAY_AGO = NOW - timedelta(days=1)


def test_it_finds_a_draft_that_stands_for_more_than_two_working_days(firm):
    firm.say("invoice", "1", status_since=TWO_DAYS_AGO.isoformat())
    firm.reconcile("BL08")

    [item] = firm.items("BL08")
    assert item.subject == "erp:1"
    assert item.cash_at_risk == Decimal(1200)
    assert item.amount_at_risk == Decimal(1200)
    assert item.title == "Invoice 1 to Penhallow Water is still a draft"


@pytest.mark.parametrize(
    ("status", "since", "is_stuck"),
    [
        ("draft", TWO_DAYS_AGO, True),
        ("draft", TWO_DAYS_AGO + timedelta(minutes=1), False),
        ("in_review", TWO_DAYS_AGO, True),
        ("in_review", TWO_DAYS_AGO + timedelta(minutes=1), False),
        ("approved", ONE_DAY_AGO, True),
        ("approved", ONE_DAY_AGO + timedelta(minutes=1), False),
    ],
)
def test_the_wait_is_counted_in_working_time_to_the_minute(firm, status, since, is_stuck):
    firm.say("invoice", "1", status=status, status_since=since.isoformat())
    firm.reconcile("BL08")

    assert bool(firm.subjects("BL08")) is is_stuck


def test_a_weekend_is_no_working_time(firm):
    # Friday to Monday, both at one in London: one working day.
    firm.now = NOW - timedelta(days=3)
    firm.say("invoice", "1", status_since=(NOW - timedelta(days=6)).isoformat())
    firm.reconcile("BL08")

    assert firm.subjects("BL08") == []


def test_it_finds_an_issued_invoice_that_was_not_delivered_within_a_day(firm):
    said = {"status": "issued", "delivery_status": "sent"}
    late, near = ONE_DAY_AGO, ONE_DAY_AGO + timedelta(minutes=1)
    firm.say("invoice", "late", status_since=late.isoformat(), **said)
    firm.say("invoice", "near", status_since=near.isoformat(), **said)
    firm.say("invoice", "out", **{**said, "status": "delivered"})
    firm.reconcile("BL08")

    [item] = firm.items("BL08")
    assert item.title == "Invoice late to Penhallow Water is issued and not delivered"


def test_a_failed_delivery_waits_for_nobody(firm):
    said = {"status": "issued", "delivery_status": "failed", "status_since": NOW.isoformat()}
    firm.say("invoice", "1", **said)
    firm.reconcile("BL08")

    [item] = firm.items("BL08")
    assert item.title == "Invoice 1 to Penhallow Water could not be delivered"


def test_it_ignores_what_is_planned_for_later_or_held_or_out(firm):
    firm.say("invoice", "later", planned_on="2026-06-19")
    firm.say("invoice", "held", hold_reason="as agreed")
    for status in ("issued", "delivered", "paid", "void"):
        firm.say("invoice", status, status=status)
    firm.reconcile("BL08")

    assert firm.subjects("BL08") == []


def test_what_its_customer_keeps_back_is_not_raised_twice(firm):
    firm.say("party", "C1", "erp", tax_id="")
    firm.say("invoice", "1")
    firm.reconcile("BL01", "BL08")
    assert (firm.subjects("BL01"), firm.subjects("BL08")) == (["erp:1"], [])

    firm.say("party", "C1", "erp")
    firm.reconcile("BL01", "BL08")
    assert (firm.subjects("BL01"), firm.subjects("BL08")) == ([], ["erp:1"])


def test_without_an_instant_of_its_state_the_last_change_counts(firm):
    firm.say("invoice", "1", status_since=None)
    firm.say("invoice", "2", status_since=None, source_updated_at=NOW.isoformat())
    firm.reconcile("BL08")

    assert firm.subjects("BL08") == ["erp:1"]


def test_a_second_run_changes_nothing(firm):
    firm.say("invoice", "1")
    firm.reconcile("BL08")
    [before] = firm.items("BL08")
    firm.reconcile("BL08")
    [after] = firm.items("BL08")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


def test_issuing_the_invoice_clears_the_item(firm):
    firm.say("invoice", "1")
    firm.reconcile("BL08")
    [item] = firm.items("BL08")
    firm.say("invoice", "1", status="issued", number="INV-1")
    firm.reconcile("BL08")

    item.refresh_from_db()
    assert item.state == "resolved"
    assert item.group.state == "resolved"


@pytest.mark.django_db(transaction=True)
def test_a_touch_that_changes_nothing_else_is_followed_where_the_wait_counts_from_it(
    committed_firm,
):
    committed_firm.say("invoice", "1", status_since=None)
    committed_firm.reconcile("BL08")
    assert committed_firm.subjects("BL08") == ["erp:1"]

    committed_firm.say("invoice", "1", status_since=None, source_updated_at=NOW.isoformat())
    committed_firm.reconcile("BL08")
    assert ControlRun.objects.latest("id").mode == "incremental"
    assert committed_firm.subjects("BL08") == []
