"""A statement: what came in went out, or stays open rightly, explained, waiting, or unexplained."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from connectors.kinds import KINDS
from opsboard.boards.drill import rows
from opsboard.boards.statements import Asking, Malformed, read, statements
from opsboard.boards.tying import cells
from opsboard.controls.catalogue import library
from opsboard.exceptions.models import ExceptionItem
from tests.cast import aisha, charlie, helen, marek, sofia  # noqa: F401
from tests.firm import NOW

JUNE = date(2026, 6, 1)


def asking(code, person=None, **more):
    return Asking(statements()[code], NOW, person, **more)


def the_cell(code, person=None, period="2026-06"):
    (found,) = cells(asking(code, person), period)
    return found


def behind(code, column, person=None, currency="h"):
    return rows(asking(code, person), JUNE, column, currency, of="NQ-UK", limit=None)


def test_all_twelve_are_there_and_name_controls_and_feeds_that_exist():
    assert list(statements()) == [f"R{number:02}" for number in range(1, 13)]
    for one in statements().values():
        assert set(one.explained_by) <= set(library()), one.code
        assert {feed.split(".")[1] for feed in one.feeds} <= set(KINDS), one.code
        assert len(one.what) > 80, f"{one.code} does not say what it proves"
        assert one.unit != "amount" or one.sensitive, f"{one.code} shows money to everybody"


def test_a_file_without_its_lines_is_refused(tmp_path):
    file = tmp_path / "R13_nothing.sql"
    file.write_text("-- R13 Nothing\n--\n-- slug: nothing\n-- unit: hours\nselect 1\n")
    with pytest.raises(Malformed, match="explained_by"):
        read(file)


def test_what_was_approved_and_posted_is_matched(firm):
    firm.say("time_entry", "TE-1")
    firm.say("project_actual", "1", source_key="psa:TE-1")
    found = the_cell("R01")
    assert (found.entity, found.currency) == ("NQ-UK", "h")
    assert (found.came_in, found.went_out, found.closing) == (8, 8, 0)
    assert found.holds
    assert found.matched == 8
    assert found.share == 1
    assert found.breakdown == {"posted": 8}


def test_leave_and_drafts_are_no_gap(firm):
    firm.say("time_entry", "TE-1", type="leave")
    firm.say("time_entry", "TE-2", status="draft")
    found = the_cell("R01")
    assert found.holds
    assert found.breakdown == {"left out: leave": 8}


def test_what_is_missing_is_explained_by_its_exception_and_by_nothing_else(firm):
    firm.say("time_entry", "TE-1")
    assert the_cell("R01").unexplained == 8
    firm.reconcile("TP01")
    found = the_cell("R01")
    (item,) = firm.items("TP01")
    assert found.unmatched == Decimal(item.evidence["psa_hours"]) == 8
    assert found.holds
    assert found.unexplained == 0
    assert list(found.breakdown) == [f"not posted: {item.cause.replace('_', ' ')}"]
    ExceptionItem.objects.all().delete()
    found = the_cell("R01")
    assert (found.unmatched, found.unexplained, found.breaks) == (0, 8, 1)


def test_what_still_has_time_waits_and_is_not_unexplained(firm):
    firm.say("time_entry", "TE-1", approved_at="2026-06-18T11:00:00+00:00")
    firm.reconcile("TP01")
    found = the_cell("R01")
    assert (found.not_evaluated, found.unmatched, found.unexplained) == (8, 0, 0)
    assert found.breakdown == {"not posted: waits for its control": 8}


def test_what_a_stale_feed_leaves_open_is_not_evaluated(firm):
    firm.say("time_entry", "TE-1")
    firm.read_up_to(datetime(2026, 6, 8, 11, tzinfo=UTC), "erp", "project_actual")
    firm.reconcile("TP01")
    assert the_cell("R01").not_evaluated == 8


def test_overs_and_unders_do_not_hide_each_other(firm):
    firm.say("time_entry", "TE-1")
    firm.say("time_entry", "TE-2", status="draft")
    firm.say("project_actual", "1", source_key="psa:TE-2")
    found = the_cell("R01")
    assert found.closing == 0
    assert (found.unexplained, found.breaks) == (16, 2)


def test_what_stays_open_goes_on_into_the_next_period(firm):
    firm.say("time_entry", "TE-1", work_date="2026-04-20")
    firm.say("time_entry", "TE-2")
    firm.say("project_actual", "2", source_key="psa:TE-2")
    firm.reconcile("TP01")
    april, may, june = cells(asking("R01"))
    assert (april.opening, april.came_in, april.closing) == (0, 8, 8)
    assert (may.opening, may.came_in, may.closing) == (8, 0, 8)
    assert (june.opening, june.came_in, june.went_out, june.closing) == (8, 8, 8, 8)
    assert june.unmatched == 8
    assert june.rolls == 0
    assert june.left == 0


def test_what_is_open_stands_in_the_present_period_though_nothing_happened_in_it(firm):
    firm.say("time_entry", "TE-1", work_date="2026-05-20")
    assert the_cell("R01").opening == 8


def test_a_row_of_the_drill_says_what_and_why(firm):
    firm.say("time_entry", "TE-1")
    firm.say("time_entry", "TE-2", hours="3")
    firm.reconcile("TP01")
    found = behind("R01", "unmatched")
    assert [row["key"] for row in found.rows] == ["psa:TE-1", "psa:TE-2"]
    assert (found.number, found.total) == (2, 11)
    assert {row["control"] for row in found.rows} == {"TP01"}
    assert "Ines Ferreira" in found.rows[0]["what"]


def bill(firm, **more):
    firm.say("project", "P1", "erp", billing_method="time_materials")
    firm.say(
        "project_actual", "1", source_key="psa:TE-1", billable=True, status="posted",
        bill_amount="1200", bill_currency="USD", **more,
    )  # fmt: skip


def test_billable_work_is_unbilled_by_age_until_an_invoice_line_names_it(firm):
    bill(firm)
    assert the_cell("R02").breakdown == {"unbilled up to 30 days: unexplained": 1200}
    firm.say("invoice", "1", status="issued", issued_on="2026-06-10")
    firm.say("invoice_line", "L1", source_keys=["psa:TE-1"], net="1200")
    found = the_cell("R02")
    assert found.holds
    assert found.breakdown == {"billed": 1200}


def test_a_reader_without_the_class_gets_nothing_from_the_query_itself(firm, marek, helen):  # noqa: F811
    bill(firm)
    found = the_cell("R02", marek)
    assert (found.came_in, found.closing, found.unexplained) == (None, None, None)
    assert found.breakdown == {}
    assert found.share is None
    assert found.breaks == the_cell("R02", helen).breaks == 1
    hidden, seen = (behind("R02", "closing", one, "USD") for one in (marek, helen))
    assert (hidden.number, hidden.total, hidden.rows[0]["amount"]) == (1, None, None)
    assert seen.total == 1200


def test_hours_are_for_everybody(firm, marek):  # noqa: F811
    firm.say("time_entry", "TE-1")
    assert the_cell("R01", marek).came_in == 8


def test_a_reader_of_other_companies_sees_none_of_it(firm, charlie):  # noqa: F811
    firm.say("time_entry", "TE-1")
    assert cells(asking("R01", charlie)) == []
    assert behind("R01", "came_in", charlie).rows == []


def test_a_journal_typed_into_receivables_is_explained_by_its_control(firm):
    firm.say("invoice", "1", status="issued", number="N1", issued_on="2026-06-03")
    firm.say("gl_posting", "G1", account="1100", accounting_date="2026-06-03", debit="1200")
    tied = the_cell("R07")
    assert tied.holds
    assert (tied.closing, tied.agreed) == (1200, 1200)
    firm.say(
        "gl_posting", "G2", account="1100", accounting_date="2026-06-04",debit="500",
        manual=True, posted_at="2026-06-04T09:00:00+00:00",
    )  # fmt: skip
    assert the_cell("R07").unexplained == 500
    firm.reconcile("RV06")
    found = the_cell("R07")
    assert (found.unmatched, found.unexplained, found.agreed) == (-500, 0, 1700)


def test_a_refused_message_that_was_sent_again_has_arrived(firm):
    refused = {"subject_key": "psa:TE-1", "idempotency_key": "k", "outcome": "rejected"}
    firm.say("integration_message", "1", **refused)
    (found,) = cells(asking("R12"), "2026-06")
    assert (found.closing, found.unexplained) == (1, 1)
    firm.say("integration_message", "2", **{**refused, "message_id": "M2", "outcome": "applied"})
    (found,) = cells(asking("R12"), "2026-06")
    assert found.holds
    assert found.closing == 0
