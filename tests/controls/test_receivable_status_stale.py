from datetime import timedelta
from decimal import Decimal

import pytest

from tests.firm import NOW

OPEN = {"number": "UK-1", "status": "delivered", "open_amount": "1200"}


@pytest.fixture
def issued(firm):
    """An invoice that the ERP delivered eight days ago, and of which sales has a copy."""
    firm.say("legal_entity", "E1", "crm")
    firm.say("invoice", "I1", "erp", **OPEN)
    firm.say("invoice", "C1", "crm", **OPEN)
    firm.read_up_to(firm.now)
    return firm


def test_it_finds_a_copy_that_says_paid_while_the_money_is_out(issued):
    issued.say("invoice", "C1", "crm", **OPEN | {"status": "paid", "open_amount": "0"})
    issued.reconcile("AR01")

    [item] = issued.items("AR01")
    assert item.subject == "erp:I1"
    assert item.title == "Invoice UK-1 to Penhallow Water is delivered, but CRM shows it as paid"
    assert item.cash_at_risk == Decimal(1200)


def test_of_a_paid_invoice_nothing_is_at_risk(issued):
    issued.say("invoice", "I1", "erp", **OPEN | {"status": "paid", "open_amount": "0"})
    issued.reconcile("AR01")

    [item] = issued.items("AR01")
    assert not item.cash_at_risk


def test_an_open_amount_alone_is_found_too(issued):
    issued.say("invoice", "I1", "erp", **OPEN | {"open_amount": "700"})
    issued.reconcile("AR01")

    [item] = issued.items("AR01")
    assert item.cash_at_risk == Decimal(700)
    assert "with another open amount" in item.title


def test_it_ignores_equal_rounded_and_fresh_copies_and_invoices_not_issued(issued):
    issued.say("invoice", "I2", "erp", **OPEN | {"number": "UK-2", "open_amount": "1200.40"})
    issued.say("invoice", "C2", "crm", **OPEN | {"number": "UK-2"})
    fresh = {"number": "UK-3", "status_since": NOW - timedelta(hours=23, minutes=59)}
    issued.say("invoice", "I3", "erp", **OPEN | fresh)
    issued.say("invoice", "C3", "crm", **OPEN | {"number": "UK-3", "status": "issued"})
    issued.say("invoice", "I4", "erp", number="UK-4", status="approved")
    issued.say("invoice", "C4", "crm", **OPEN | {"number": "UK-4"})
    issued.reconcile("AR01")

    assert issued.subjects("AR01") == []


def test_a_second_run_changes_nothing_and_the_status_sent_again_clears_it(issued):
    issued.say("invoice", "C1", "crm", **OPEN | {"status": "issued"})
    issued.reconcile("AR01")
    issued.reconcile("AR01")
    [item] = issued.items("AR01")
    assert [line.verb for line in item.history.order_by("id")] == ["found"]

    issued.say("invoice", "C1", "crm", **OPEN)
    issued.reconcile("AR01")
    item.refresh_from_db()
    assert item.state == "resolved"
