from datetime import timedelta
from decimal import Decimal

from tests.firm import NOW


def test_it_finds_approved_time_that_the_ledger_lacks(firm):
    firm.say("time_entry", "TE-1")
    firm.reconcile("TP01")

    [item] = firm.items("TP01")
    assert item.subject == "psa:TE-1"
    assert item.revenue_at_risk == Decimal(1200)
    assert item.cost_at_risk == Decimal(480)
    assert item.amount_at_risk == Decimal(1200)
    assert item.legal_entity == "NQ-UK"
    assert "8.00 h by Ines Ferreira on P1, 1 June" in item.title


def test_it_ignores_time_that_is_posted_or_not_yet_late_or_not_approved(firm):
    firm.say("time_entry", "TE-posted")
    firm.say("project_actual", "1", source_key="psa:TE-posted")
    firm.say("time_entry", "TE-fresh", approved_at=NOW - timedelta(hours=23, minutes=59))
    firm.say("time_entry", "TE-draft", status="draft", approved_at=None)
    firm.say("time_entry", "TE-zero", hours="0")
    firm.say("time_entry", "TE-leave", type="leave")
    firm.say("project", "P9", "psa", code="P9", erp_required=False)
    firm.say("time_entry", "TE-internal", project="P9")
    firm.reconcile("TP01")

    assert firm.subjects("TP01") == []


def test_a_posting_that_was_reversed_is_missing_again(firm):
    firm.say("time_entry", "TE-1")
    firm.say("project_actual", "1", source_key="psa:TE-1")
    firm.say("project_actual", "2", source_key="psa:TE-1", hours="-8", reversal_of="1")
    firm.reconcile("TP01")

    assert firm.subjects("TP01") == ["psa:TE-1"]


def test_a_second_run_changes_nothing(firm):
    firm.say("time_entry", "TE-1")
    firm.reconcile("TP01")
    [before] = firm.items("TP01")
    firm.reconcile("TP01")
    [after] = firm.items("TP01")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


def test_posting_the_time_clears_the_item(firm):
    firm.say("time_entry", "TE-1")
    firm.reconcile("TP01")
    [item] = firm.items("TP01")
    firm.say("project_actual", "1", source_key="psa:TE-1")
    firm.reconcile("TP01")

    item.refresh_from_db()
    assert item.state == "resolved"
    assert item.resolved_by_run is not None
    assert [line.verb for line in item.history.order_by("id")] == ["found", "resolved"]
    assert item.group.state == "resolved"


def test_time_that_should_be_posted_now_waits_for_a_ledger_feed_that_is_late(firm):
    firm.say("time_entry", "TE-1")
    firm.read_up_to(NOW - timedelta(days=30), "erp", "project_actual")
    firm.reconcile("TP01")
    assert firm.subjects("TP01") == []

    firm.read_up_to(NOW, "erp", "project_actual")
    firm.reconcile("TP01")
    assert firm.subjects("TP01") == ["psa:TE-1"]


def test_time_approved_in_the_evening_or_at_the_weekend_counts_from_the_next_business_day(firm):
    # Wednesday at 19:30 in London; the day after begins at nine there, and grace lasts a day.
    firm.say("time_entry", "TE-1", approved_at="2026-06-17T18:30:00+00:00")
    # Saturday: from Monday at nine.
    firm.say("time_entry", "TE-2", approved_at="2026-06-13T10:00:00+00:00")
    for hours, subjects in (
        (-48, ["psa:TE-2"]),
        (19, ["psa:TE-2"]),
        (20, ["psa:TE-1", "psa:TE-2"]),
    ):
        firm.now = NOW + timedelta(hours=hours)
        firm.read_up_to(firm.now)
        firm.reconcile("TP01")
        assert firm.subjects("TP01") == subjects


def test_parts_of_a_timecard_are_entries_of_their_own(firm):
    firm.say("time_entry", "TE-1a", hours="5", work_date="2026-05-31")
    firm.say("time_entry", "TE-1b", hours="3", work_date="2026-06-01")
    firm.say("project_actual", "1", source_key="psa:TE-1a", hours="5", work_date="2026-05-31")
    firm.reconcile("TP01")

    assert firm.subjects("TP01") == ["psa:TE-1b"]


def test_a_line_that_is_only_imported_or_was_rejected_posts_nothing(firm):
    firm.say("time_entry", "TE-1")
    firm.say("project_actual", "1", source_key="psa:TE-1", status="imported")
    firm.say("project_actual", "2", source_key="psa:TE-1", status="rejected")
    firm.say("time_entry", "TE-2")
    firm.say("project_actual", "3", source_key="psa:TE-2", status="costed")
    firm.reconcile("TP01")

    assert firm.subjects("TP01") == ["psa:TE-1"]


def test_recalling_the_entry_clears_the_item(firm):
    firm.say("time_entry", "TE-1")
    firm.reconcile("TP01")
    firm.say("time_entry", "TE-1", status="recalled")
    firm.reconcile("TP01")

    assert firm.subjects("TP01") == []


def test_time_without_any_instant_is_missed_from_the_day_after_the_work(firm):
    firm.say("time_entry", "TE-1", approved_at=None, source_updated_at=None)
    firm.reconcile("TP01")

    assert firm.subjects("TP01") == ["psa:TE-1"]
