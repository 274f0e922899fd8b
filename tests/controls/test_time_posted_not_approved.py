from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from opsboard.config import using
from opsboard.people.calendars import settle_calendars
from tests.firm import CONFIGURATION, NOW


def post(firm, source_id="1", entry="TE-1", **said):
    firm.say("project_actual", source_id, source_key=f"psa:{entry}", **said)


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        ("draft", "posted_before_approval"),
        ("submitted", "posted_before_approval"),
        ("rejected", "rejected_after_posting"),
        ("recalled", "recalled_after_posting"),
        ("corrected", "correction_not_reversed"),
    ],
)
def test_it_finds_time_in_the_ledger_that_is_not_approved(firm, status, cause):
    firm.say("time_entry", "TE-1", status=status)
    post(firm, bill_amount="1200", bill_currency="USD")
    firm.reconcile("TP03")

    [item] = firm.items("TP03")
    assert (item.subject, item.cause) == ("erp:1", cause)
    assert (item.misstatement, item.misstatement_cost) == (Decimal(1200), Decimal(480))
    assert item.cash_at_risk is None
    # The money sits on the entry, where other controls' claims of it meet.
    assert [claim.atom for claim in item.exposures.all()] == ["psa:TE-1"]
    assert item.severity == 3


def test_it_finds_a_line_whose_entry_the_psa_does_not_have(firm):
    firm.say("time_entry", "TE-1")
    firm.drop("time_entry", "TE-1")
    post(firm)
    post(firm, "2", "TE-never")
    firm.reconcile("TP03")

    assert firm.subjects("TP03") == ["erp:1", "erp:2"]
    assert {item.cause for item in firm.items("TP03")} == {"entry_missing"}


def test_what_was_invoiced_is_critical_and_may_have_to_be_paid_back(firm):
    firm.say("time_entry", "TE-1", status="recalled")
    post(firm, bill_amount="1200", bill_currency="USD")
    firm.say("invoice", "1", status="delivered", number="INV-1")
    firm.say("invoice_line", "1", "erp", quantity="8", source_keys=("psa:TE-1",))
    firm.reconcile("TP03")

    [item] = firm.items("TP03")
    assert item.cash_at_risk == Decimal(1200)
    assert item.severity == 4
    assert item.evidence["invoices"] == "INV-1"


@pytest.mark.parametrize("status", ["approved", "posted", "billed", "written_off"])
def test_it_ignores_time_that_was_approved(firm, status):
    firm.say("time_entry", "TE-1", status=status)
    post(firm)
    firm.reconcile("TP03")

    assert firm.subjects("TP03") == []


def test_it_ignores_what_was_posted_by_hand_or_is_no_labour(firm):
    firm.say("project_actual", "1", source_key="")
    firm.say("project_actual", "2", source_key="erp:JV-1")
    firm.say("project_actual", "3", source_key="psa:X-1", txn_type="expense")
    firm.say("project_actual", "4", source_key="psa:TE-9", status="rejected")
    firm.reconcile("TP03")

    assert firm.subjects("TP03") == []


def test_it_ignores_a_line_that_was_taken_back(firm):
    firm.say("time_entry", "TE-1", status="corrected")
    post(firm)
    post(firm, "2", hours="-8", cost_amount="-480", txn_type="reversal", reversal_of="1")
    firm.reconcile("TP03")

    assert firm.subjects("TP03") == []


def test_it_waits_four_working_hours_after_the_posting_and_the_recall(firm):
    # Noon in UTC is one o'clock in London: three hours and fifty-nine minutes ago.
    recent = NOW - timedelta(hours=3, minutes=59)
    firm.say("time_entry", "TE-1", status="recalled", source_updated_at=recent)
    post(firm)
    firm.reconcile("TP03")
    assert firm.subjects("TP03") == []

    firm.now += timedelta(minutes=1)
    firm.read_up_to(firm.now)
    firm.reconcile("TP03")
    assert firm.subjects("TP03") == ["erp:1"]


def test_a_second_run_changes_nothing(firm):
    firm.say("time_entry", "TE-1", status="recalled")
    post(firm)
    firm.reconcile("TP03")
    [before] = firm.items("TP03")
    firm.reconcile("TP03")
    [after] = firm.items("TP03")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}


def test_approving_or_reversing_clears_the_item(committed_firm):
    firm = committed_firm
    for number in "12":
        firm.say("time_entry", f"TE-{number}", status="recalled")
        post(firm, number, f"TE-{number}")
    firm.reconcile("TP03")
    assert firm.subjects("TP03") == ["erp:1", "erp:2"]

    firm.say("time_entry", "TE-1", status="approved")
    post(firm, "3", "TE-2", hours="-8", txn_type="reversal", reversal_of="2")
    firm.reconcile("TP03")
    assert firm.subjects("TP03") == []


NEW_YORK = """
[calendar.us]
country = "US"
zone = "America/New_York"
legal_entities = ["NQ-US"]
"""


def test_grace_runs_in_the_working_time_of_the_legal_entity(firm):
    """Posted before anybody works: nine in New York is one in the afternoon in UTC."""
    firm.now = datetime(2026, 6, 17, 15, tzinfo=UTC)
    firm.read_up_to(firm.now)
    firm.say("legal_entity", "E1", "erp", code="NQ-US", timezone="America/New_York")
    firm.say("legal_entity", "E1", "psa", code="NQ-US", timezone="America/New_York")
    with using(CONFIGURATION + NEW_YORK) as config:
        settle_calendars(config, firm.now.date())
        firm.say("time_entry", "TE-1", status="draft")
        post(firm, posted_at="2026-06-17T06:00:00+00:00")
        firm.reconcile("TP03")
        assert firm.subjects("TP03") == []

        firm.now = datetime(2026, 6, 17, 17, 1, tzinfo=UTC)
        firm.read_up_to(firm.now)
        firm.reconcile("TP03")
    assert firm.subjects("TP03") == ["erp:1"]
