"""What the middleware says of a record is its cause when nothing nearer is (domain.md 0.9)."""

import pytest

DEFAULTS = {
    "message_id": "M-1",
    "source": "psa",
    "target": "erp",
    "flow": "time_posting",
    "subject_kind": "time_entry",
    "subject_key": "psa:TE-1",
    "emitted_at": "2026-06-08T10:30:00+00:00",
    "outcome": "dead_lettered",
}


def tell(firm, source_id="M-1", **said):
    firm.say("integration_message", source_id, "middleware", **{**DEFAULTS, **said})


def item(firm, subject="psa:TE-1"):
    firm.reconcile("TP01")
    [found] = [one for one in firm.items("TP01") if one.subject == subject]
    return found


@pytest.mark.parametrize(
    ("outcome", "cause", "root"),
    [
        ("dead_lettered", "message_dead_lettered", "flow:time_posting:2026-06-08"),
        ("rejected", "message_rejected", "refusal:time_posting:no_dates"),
        ("quarantined", "message_rejected", "refusal:time_posting:no_dates"),
        ("accepted", "message_in_flight", "flow:time_posting"),
        ("", "message_in_flight", "flow:time_posting"),
        ("applied", "unknown", "project:"),
    ],
)
def test_the_last_message_says_why(firm, outcome, cause, root):
    firm.say("time_entry", "TE-1")
    tell(firm, outcome=outcome, error_code="no_dates")

    found = item(firm)
    assert found.cause == cause
    assert found.root_entity.startswith(root)


def test_what_one_flow_lost_on_one_day_is_one_group_named_after_it(firm):
    for number in "12":
        firm.say("time_entry", f"TE-{number}")
        tell(firm, f"M-{number}", subject_key=f"psa:TE-{number}")

    found = item(firm)
    assert found.group.children == 2
    assert found.group.title == "Time posting lost messages on 8 June"
    assert (found.group_workflow, found.error_class) == ("integration", "retryable")


def test_the_day_is_the_one_of_the_legal_entity(firm):
    firm.say("legal_entity", "E1", "erp", timezone="America/New_York")
    firm.say("time_entry", "TE-1")
    tell(firm, emitted_at="2026-06-09T02:00:00+00:00")

    assert item(firm).root_entity == "flow:time_posting:2026-06-08"


def test_a_message_sent_again_and_under_way_replaces_the_one_that_died(firm):
    firm.say("time_entry", "TE-1")
    tell(firm)
    assert item(firm).cause == "message_dead_lettered"

    tell(firm, "M-2", emitted_at="2026-06-10T08:00:00+00:00", outcome="accepted")
    assert item(firm).cause == "message_in_flight"


def test_repeats_that_were_rightly_ignored_say_nothing(firm):
    firm.say("time_entry", "TE-1")
    tell(firm)
    tell(firm, "M-2", emitted_at="2026-06-10T08:00:00+00:00", outcome="duplicate_ignored")

    assert item(firm).cause == "message_dead_lettered"


def test_without_a_message_to_the_erp_it_was_never_sent(firm):
    firm.say("time_entry", "TE-1")
    tell(firm, flow="time_approval", target="middleware", outcome="applied")

    found = item(firm)
    assert found.cause == "never_emitted"
    assert found.group.title == "Approved time on P1 was never sent"


def test_what_the_masters_lack_comes_before_what_messages_say(firm):
    firm.drop("cost_rate", "R1")
    firm.say("time_entry", "TE-1")
    tell(firm, outcome="rejected", error_code="no_cost_rate")
    assert item(firm).cause == "cost_rate_missing"

    firm.say("cost_rate", "R1")
    assert item(firm).cause == "message_rejected"


def test_a_lock_that_came_after_the_loss_is_not_why(firm):
    firm.say("time_entry", "TE-1")
    tell(firm)
    firm.say("accounting_period", "6", status="locked", locked_at="2026-06-10T17:00:00+00:00")
    assert item(firm).cause == "message_dead_lettered"

    # Sent again it would be refused for the lock.
    tell(
        firm,
        "M-2",
        emitted_at="2026-06-11T08:00:00+00:00",
        outcome="rejected",
        error_code="period_locked",
    )
    assert item(firm).cause == "period_locked"


def test_approved_after_the_lock_it_is_the_lock(firm):
    firm.say("accounting_period", "6", status="locked", locked_at="2026-06-08T09:00:00+00:00")
    firm.say("time_entry", "TE-1")

    assert item(firm).cause == "period_locked"
