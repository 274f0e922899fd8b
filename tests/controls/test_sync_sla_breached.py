from datetime import timedelta

import pytest

from tests.firm import NOW

# Thursday at one in London; a working day has nine hours, from nine to six.
MINUTE = timedelta(minutes=1)


def sent(firm, name="1", at=NOW, **said):
    said = {"subject_kind": "cost_rate", "flow": "rate_sync", "outcome": "accepted", **said}
    firm.say("integration_message", name, message_id=name, emitted_at=at.isoformat(), **said)


def test_it_finds_a_message_that_is_under_way_for_too_long(firm):
    sent(firm, at=NOW - timedelta(hours=4), subject_key="hcm:R1", target="psa")
    firm.reconcile("IN02")

    [item] = firm.items("IN02")
    assert item.subject == "middleware:1"
    assert item.title == "Rate sync of hcm:R1 to psa is late"
    assert item.group.title == "Rate sync is late since 18 June"


@pytest.mark.parametrize(
    ("kind", "since", "is_late"),
    [
        ("cost_rate", NOW - timedelta(hours=4) + MINUTE, False),
        ("party", NOW - timedelta(days=1), True),
        ("party", NOW - timedelta(days=1) + MINUTE, False),
        ("worker", NOW - timedelta(hours=24), True),
        ("worker", NOW - timedelta(hours=24) + MINUTE, False),
        ("accounting_period", NOW - timedelta(hours=1), True),
        ("", NOW - timedelta(hours=4), True),
    ],
)
def test_each_kind_has_its_limit_to_the_minute(firm, kind, since, is_late):
    sent(firm, at=since, subject_kind=kind)
    firm.reconcile("IN02")

    assert bool(firm.subjects("IN02")) is is_late


def test_what_another_control_holds_or_what_has_arrived_is_ignored(firm):
    long_ago = NOW - timedelta(days=9)
    for kind in ("time_entry", "expense_item", "assignment", "project", "billing_event"):
        sent(firm, kind, long_ago, subject_kind=kind)
    for outcome in ("applied", "rejected", "dead_lettered", "superseded", "duplicate_ignored"):
        sent(firm, outcome, long_ago, outcome=outcome)
    firm.reconcile("IN02")

    assert firm.subjects("IN02") == []


def test_messages_of_one_flow_and_day_are_one_group(firm):
    for number in range(3):
        sent(firm, str(number), NOW - timedelta(hours=4, minutes=number))
    sent(firm, "yesterday", NOW - timedelta(days=1))
    firm.reconcile("IN02")

    assert len(firm.items("IN02")) == 4
    assert len({item.group_id for item in firm.items("IN02")}) == 2


def test_a_second_run_changes_nothing(firm):
    sent(firm, at=NOW - timedelta(days=1))
    firm.reconcile("IN02")
    [before] = firm.items("IN02")
    firm.reconcile("IN02")
    [after] = firm.items("IN02")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


@pytest.mark.parametrize("by", ["itself", "a newer version"])
def test_arrival_clears_the_item(firm, by):
    sent(firm, at=NOW - timedelta(days=1), subject_key="hcm:R1", subject_version=1)
    firm.reconcile("IN02")
    [item] = firm.items("IN02")
    if by == "itself":
        sent(firm, at=NOW - timedelta(days=1), subject_key="hcm:R1", outcome="applied")
    else:
        sent(firm, "2", subject_key="hcm:R1", subject_version=2, outcome="applied")
    firm.reconcile("IN02")

    item.refresh_from_db()
    assert item.state == "resolved"
