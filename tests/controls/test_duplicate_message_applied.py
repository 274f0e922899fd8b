from decimal import Decimal

import pytest

from opsboard.exceptions.models import Exposure

FIRST, SECOND = "2026-06-08T12:00:00+00:00", "2026-06-09T12:00:00+00:00"


def applied(firm, name, at=FIRST, **said):
    said = {
        "subject_key": "psa:TE-1",
        "subject_version": 5,
        "idempotency_key": "psa|TE-1|5",
        "applied_at": at,
        "target_ref": f"erp:PA-{name}",
        **said,
    }
    firm.say("integration_message", name, message_id=name, **said)


@pytest.fixture
def posted(firm):
    """An entry that stands in the ledger once, by the message `a`."""
    firm.basics()
    firm.say("time_entry", "TE-1")
    ledger(firm, "PA-a")
    applied(firm, "a")
    return firm


def ledger(firm, name, **said):
    usual = {"source_key": "psa:TE-1", "bill_amount": "1200", "bill_currency": "USD"}
    firm.say("project_actual", name, **usual | said)


def test_it_finds_the_message_that_was_applied_again(posted):
    ledger(posted, "PA-b")
    applied(posted, "b", SECOND)
    posted.reconcile("IN06")

    [item] = posted.items("IN06")
    assert item.subject == "middleware:b"
    assert item.title == "Time entry psa:TE-1 was applied again in erp by time posting"
    assert item.misstatement == Decimal(1200)
    assert item.misstatement_cost == Decimal(480)
    assert item.severity == 3


def test_its_money_sits_on_the_entry(posted):
    ledger(posted, "PA-b")
    applied(posted, "b", SECOND)
    posted.reconcile("IN06")

    [exposure] = Exposure.objects.filter(item__control="IN06")
    assert (exposure.atom, exposure.measure) == ("psa:TE-1", "misstatement")
    assert exposure.amount == Decimal(1680)


@pytest.mark.parametrize(
    ("said", "is_double"),
    [
        ({"idempotency_key": "other"}, True),
        ({"idempotency_key": "other", "target_ref": "erp:PA-a"}, False),
        ({"idempotency_key": "psa|TE-1|6", "subject_version": 6}, False),
        ({"outcome": "duplicate_ignored"}, False),
        ({"outcome": "superseded"}, False),
        ({"target": "payroll"}, False),
        ({"flow": "time_approval"}, False),
        ({"idempotency_key": ""}, False),
        ({"subject_key": ""}, False),
    ],
)
def test_only_the_same_message_or_version_with_a_second_effect_counts(posted, said, is_double):
    ledger(posted, "PA-b")
    applied(posted, "b", SECOND, **said)
    posted.reconcile("IN06")

    assert bool(posted.subjects("IN06")) is is_double


def test_a_replay_after_the_first_was_reversed_is_no_double(posted):
    back = {"txn_type": "reversal", "reversal_of": "PA-a", "hours": "-8"}
    ledger(posted, "PA-r", **back, posted_at="2026-06-09T09:00:00+00:00")
    ledger(posted, "PA-b")
    applied(posted, "b", SECOND)
    posted.reconcile("IN06")

    assert posted.subjects("IN06") == []


def test_a_second_run_changes_nothing(posted):
    ledger(posted, "PA-b")
    applied(posted, "b", SECOND)
    posted.reconcile("IN06")
    [before] = posted.items("IN06")
    posted.reconcile("IN06")
    [after] = posted.items("IN06")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


def test_reversing_the_surplus_clears_the_item(posted):
    ledger(posted, "PA-b")
    applied(posted, "b", SECOND)
    posted.reconcile("IN06")
    [item] = posted.items("IN06")
    ledger(posted, "PA-r", txn_type="reversal", reversal_of="PA-b", hours="-8")
    posted.reconcile("IN06")

    item.refresh_from_db()
    assert item.state == "resolved"
