from datetime import timedelta
from decimal import Decimal

import pytest

LOCKED = "2026-06-02T17:00:00+00:00"


@pytest.fixture
def locked(firm):
    """May was locked on the second of June."""
    firm.say("accounting_period", "5", module="project", starts_on="2026-05-01",
             ends_on="2026-05-31", name="May 2026", status="locked", locked_at=LOCKED)  # fmt: skip
    return firm


def refuse(firm, entry="TE-1", error="period_locked", **said):
    firm.say("time_entry", entry, work_date="2026-05-29")
    firm.say("integration_message", f"M-{entry}", subject_key=f"psa:{entry}", outcome="rejected",
             error_code=error, error_class="business_rule", **said)  # fmt: skip


def post(firm, source_id="1", **said):
    firm.say("project_actual", source_id, source_key="psa:TE-1",
             **{"work_date": "2026-05-29", **said})  # fmt: skip


def test_it_finds_time_that_the_erp_refused_for_the_period(locked):
    refuse(locked)
    locked.reconcile("TP08")

    [item] = locked.items("TP08")
    assert item.subject == "psa:TE-1"
    assert (item.revenue_at_risk, item.cost_at_risk) == (Decimal(1200), Decimal(480))
    assert item.title == "8.00 h of Ines Ferreira on P1, 29 May, were refused: May 2026 was locked"
    assert (item.cause, item.root_entity) == ("period_locked", "period:NQ-UK:2026-05")
    assert item.cause_title == "May 2026 of NQ-UK is locked"


def test_it_finds_a_line_that_was_posted_all_the_same(locked):
    post(locked, bill_amount="1200", bill_currency="USD", source_updated_by="j.override")
    locked.reconcile("TP08")

    [item] = locked.items("TP08")
    assert item.subject == "erp:1"
    assert (item.misstatement, item.misstatement_cost) == (Decimal(1200), Decimal(480))
    assert item.severity == 3
    assert item.evidence["posted_by"] == "j.override"


def test_a_period_that_was_closed_and_never_reopened_makes_it_critical(locked):
    locked.say("accounting_period", "5", module="project", starts_on="2026-05-01",
               ends_on="2026-05-31", status="closed", locked_at=LOCKED)  # fmt: skip
    post(locked)
    locked.reconcile("TP08")

    [item] = locked.items("TP08")
    assert item.severity == 4


def test_it_ignores_users_on_the_close_plan(locked):
    post(locked, source_updated_by="close-team")
    locked.reconcile("TP08")

    assert locked.subjects("TP08") == []


def test_it_ignores_what_came_before_the_lock_or_into_an_open_period(locked):
    post(locked, posted_at="2026-06-02T16:59:59+00:00")
    post(locked, "2", work_date="2026-05-29", accounting_date="2026-06-08")
    post(locked, "3", status="rejected")
    locked.reconcile("TP08")

    assert locked.subjects("TP08") == []


def test_it_ignores_other_refusals_and_time_that_nobody_approved(locked):
    refuse(locked, error="no_cost_rate")
    refuse(locked, "TE-2")
    locked.say("time_entry", "TE-2", work_date="2026-05-29", status="recalled")
    locked.reconcile("TP08")

    assert locked.subjects("TP08") == []


def test_a_second_run_changes_nothing(locked):
    refuse(locked)
    locked.reconcile("TP08")
    [before] = locked.items("TP08")
    locked.reconcile("TP08")
    [after] = locked.items("TP08")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}


def test_posting_it_in_the_open_period_clears_the_item(committed_firm):
    firm = committed_firm
    firm.say("accounting_period", "5", module="project", starts_on="2026-05-01",
             ends_on="2026-05-31", status="locked", locked_at=LOCKED)  # fmt: skip
    refuse(firm)
    firm.reconcile("TP08")
    assert firm.subjects("TP08") == ["psa:TE-1"]

    post(firm, accounting_date="2026-06-09")
    firm.reconcile("TP08")
    assert firm.subjects("TP08") == []


def test_reversing_the_line_clears_the_item(committed_firm):
    firm = committed_firm
    firm.say("accounting_period", "5", module="project", starts_on="2026-05-01",
             ends_on="2026-05-31", status="locked", locked_at=LOCKED)  # fmt: skip
    post(firm)
    firm.reconcile("TP08")
    assert firm.subjects("TP08") == ["erp:1"]

    post(firm, "2", hours="-8", cost_amount="-480", txn_type="reversal", reversal_of="1",
         accounting_date="2026-06-10")  # fmt: skip
    firm.now += timedelta(hours=1)
    firm.read_up_to(firm.now)
    firm.reconcile("TP08")
    assert firm.subjects("TP08") == []
