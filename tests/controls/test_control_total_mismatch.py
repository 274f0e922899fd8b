from decimal import Decimal

import pytest

from tests.firm import NOW

ENDED = "2026-06-18T11:00:00+00:00"  # An hour before the firm's now.


def ran(firm, **said):
    firm.say("flow_run", "1", **{"ended_at": ENDED, **said})
    firm.reconcile("IN07")


def test_it_finds_a_run_that_took_in_less_than_was_sent(firm):
    ran(firm, hours_out="24", hours_in="16", amount_out="2000", amount_in="1060")

    [item] = firm.items("IN07")
    assert item.subject == "middleware:1"
    assert item.title == (
        "Run LB-1 of time posting took in 8.00 hours fewer, an amount that is smaller than was sent"
    )
    assert item.misstatement == Decimal(940)
    assert item.severity == 2


@pytest.mark.parametrize(
    ("said", "differs"),
    [
        ({"records_in": 2}, True),
        ({"records_in": 4}, True),
        ({"records_in": 2, "rejected": 1}, False),
        ({"hours_out": "8.02", "hours_in": "8"}, True),
        ({"hours_out": "8.01", "hours_in": "8"}, False),
        ({"amount_out": "100.04", "amount_in": "100"}, True),
        # A cent for each of the three lines.
        ({"amount_out": "100.03", "amount_in": "100"}, False),
        ({"hours_in": "8"}, False),
        ({"records_in": 2, "status": "running"}, False),
        ({"records_in": 2, "ended_at": None}, False),
        ({"records_in": 2, "ended_at": "2026-06-18T11:00:01+00:00"}, False),
    ],
)
def test_small_gaps_missing_totals_and_runs_just_ended_are_ignored(firm, said, differs):
    ran(firm, **said)

    assert bool(firm.subjects("IN07")) is differs


def test_an_empty_file_is_no_finding(firm):
    zero = {"records_out": 0, "records_in": 0, "hours_out": "0", "hours_in": "0"}
    ran(firm, **zero, amount_out="0", amount_in="0")

    assert firm.subjects("IN07") == []


def test_nothing_is_said_of_runs_after_the_last_complete_reading(firm):
    firm.say("flow_run", "1", ended_at=ENDED, records_in=2)
    firm.read_up_to(NOW.replace(hour=11), "middleware")
    firm.reconcile("IN07")

    assert firm.subjects("IN07") == []


def test_a_second_run_changes_nothing(firm):
    ran(firm, records_in=2)
    [before] = firm.items("IN07")
    firm.reconcile("IN07")
    [after] = firm.items("IN07")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


def test_totals_that_agree_again_clear_the_item(firm):
    ran(firm, records_in=2)
    [item] = firm.items("IN07")
    ran(firm, records_in=3)

    item.refresh_from_db()
    assert item.state == "resolved"
