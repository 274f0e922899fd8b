from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.firm import NOW


def post(firm, source_id, entry="TE-1", **said):
    firm.say("project_actual", source_id, source_key=f"psa:{entry}", **said)


def test_it_finds_an_entry_that_stands_in_the_ledger_twice(firm):
    firm.say("time_entry", "TE-1")
    post(firm, "1")
    post(firm, "2")
    firm.reconcile("TP04")

    [item] = firm.items("TP04")
    assert item.subject == "psa:TE-1"
    assert item.evidence["erp_lines"] == 2
    assert item.evidence["ledger_lines"] == "erp:1, erp:2"
    # One surplus line: eight hours at 150 billed and at 60 of cost.
    assert (item.misstatement, item.misstatement_cost) == (Decimal(1200), Decimal(480))
    assert item.amount_at_risk == Decimal(1680)
    # Little money, and still high: the floor of an integrity control.
    assert item.severity == 3


def test_it_counts_every_surplus_line(firm):
    firm.say("time_entry", "TE-1")
    for source_id in "123":
        post(firm, source_id)
    firm.reconcile("TP04")

    [item] = firm.items("TP04")
    assert (item.misstatement, item.misstatement_cost) == (Decimal(2400), Decimal(960))


def test_it_ignores_a_line_that_was_reversed_or_does_not_count(firm):
    firm.say("time_entry", "TE-pair")
    post(firm, "1", "TE-pair")
    post(firm, "2", "TE-pair", hours="-8", reversal_of="1")
    post(firm, "3", "TE-pair")
    firm.say("time_entry", "TE-marked")
    post(firm, "4", "TE-marked", status="reversed")
    post(firm, "5", "TE-marked", hours="-8", reversal_of="4", txn_type="reversal")
    post(firm, "6", "TE-marked")
    firm.say("time_entry", "TE-refused")
    post(firm, "7", "TE-refused", status="rejected")
    post(firm, "8", "TE-refused")
    firm.reconcile("TP01", "TP04")

    assert firm.subjects("TP04") == []
    assert firm.subjects("TP01") == []


def test_it_ignores_an_entry_that_was_posted_in_parts(firm):
    firm.say("time_entry", "TE-1")
    post(firm, "1", hours="4", cost_amount="240")
    post(firm, "2", hours="4", cost_amount="240")
    firm.reconcile("TP02", "TP04")
    assert firm.subjects("TP02") == []
    assert firm.subjects("TP04") == []

    post(firm, "3", hours="0.01")
    firm.reconcile("TP04")
    assert firm.subjects("TP04") == ["psa:TE-1"]


def test_it_ignores_two_entries_that_only_look_alike(firm):
    for entry in ("TE-morning", "TE-afternoon"):
        firm.say("time_entry", entry, hours="4")
        post(firm, entry, entry, hours="4")
    for by_hand in ("1", "2"):
        firm.say("project_actual", by_hand, hours="4")
    firm.reconcile("TP04")

    assert firm.subjects("TP04") == []


def test_two_entries_with_the_same_note_are_suggested(firm):
    for entry in ("TE-1", "TE-2"):
        firm.say("time_entry", entry, note="Valve survey")
        post(firm, entry, entry)
    firm.reconcile("TP04")

    [item] = firm.items("TP04")
    assert item.subject == "psa:TE-2"
    assert item.title.endswith("look like a second posting of psa:TE-1")
    assert (item.cause, item.evidence["match"]) == ("lookalike_posting", "suggested")
    assert (item.misstatement, item.misstatement_cost) == (Decimal(1200), Decimal(480))

    firm.say("time_entry", "TE-2", note="Valve report")
    firm.reconcile("TP04")
    assert firm.subjects("TP04") == []


@pytest.mark.parametrize(
    "said",
    [
        {"note": ""},
        {"hours": "4"},
        {"work_date": "2026-06-02"},
        {"task": "T2"},
        {"project": "P2"},
    ],
)
def test_it_suggests_nothing_of_entries_that_differ(firm, said):
    firm.say("time_entry", "TE-1", note="Valve survey" if "note" not in said else "")
    firm.say("time_entry", "TE-2", **{"note": "Valve survey", **said})
    for entry in ("TE-1", "TE-2"):
        post(firm, entry, entry)
    firm.reconcile("TP04")

    assert firm.subjects("TP04") == []


def test_it_suggests_nothing_of_postings_more_than_a_week_apart(firm):
    for entry, day in (("TE-1", "03"), ("TE-2", "11")):
        firm.say("time_entry", entry, note="Valve survey")
        post(firm, entry, entry, posted_at=f"2026-06-{day}T12:00:00+00:00")
    firm.reconcile("TP04")

    assert firm.subjects("TP04") == []


def test_there_is_no_grace_but_the_feeds_must_have_told_of_it(firm):
    firm.say("time_entry", "TE-1")
    post(firm, "1")
    post(firm, "2", posted_at=NOW + timedelta(seconds=1))
    firm.reconcile("TP04")
    assert firm.subjects("TP04") == []

    firm.now += timedelta(seconds=1)
    firm.reconcile("TP04")
    assert firm.subjects("TP04") == []

    firm.read_up_to(firm.now)
    firm.reconcile("TP04")
    assert firm.subjects("TP04") == ["psa:TE-1"]


def test_a_ledger_without_instants_still_shows_what_stands_there_twice(firm):
    firm.say("time_entry", "TE-1")
    for source_id in "12":
        post(firm, source_id, posted_at=None, source_updated_at=None)
    firm.reconcile("TP04")

    [item] = firm.items("TP04")
    assert item.look_at == datetime.fromisoformat("2026-06-01T00:00:00+00:00")


def test_a_second_run_changes_nothing(firm):
    firm.say("time_entry", "TE-1")
    post(firm, "1")
    post(firm, "2")
    firm.reconcile("TP04")
    [before] = firm.items("TP04")
    firm.reconcile("TP04")
    [after] = firm.items("TP04")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


def test_reversing_the_surplus_clears_the_item(firm):
    firm.say("time_entry", "TE-1")
    post(firm, "1")
    post(firm, "2")
    firm.reconcile("TP04")
    [item] = firm.items("TP04")
    post(firm, "3", hours="-8", reversal_of="2")
    firm.reconcile("TP04", "TP01")

    item.refresh_from_db()
    assert item.state == "resolved"
    assert firm.subjects("TP01") == []


def test_deleting_the_surplus_line_clears_it_too(firm):
    firm.say("time_entry", "TE-1")
    post(firm, "1")
    post(firm, "2")
    firm.reconcile("TP04")
    firm.drop("project_actual", "2")
    firm.reconcile("TP04")

    assert firm.subjects("TP04") == []
