import pytest

from opsboard.exceptions.models import Severity


@pytest.fixture
def gone(firm):
    """Ines's last day was Friday the 12th; her account still opens the PSA."""
    firm.say("legal_entity", "E1", "hcm")
    firm.say("worker", "W1", "identity")
    leave(firm)
    firm.say("user_account", "U1", "identity")
    firm.read_up_to(firm.now)
    return firm


def leave(firm, last="2026-06-12", **said):
    exit_ = {"status": "terminated", "terminated_on": last, "last_day_worked_on": last}
    firm.say("worker", "W1", "hcm", **exit_ | {"person_id": "PERS-1"} | said)


def test_it_finds_the_account_of_a_leaver(gone):
    gone.reconcile("WL04")

    [item] = gone.items("WL04")
    assert item.subject == "identity:U1"
    assert item.title == "Ines Ferreira left on 12 June and can still log in to psa"
    assert item.severity == Severity.HIGH


def test_a_privileged_or_used_account_is_critical(gone):
    gone.say("user_account", "U1", "identity", privileged=True)
    gone.say(
        "user_account", "U2", "identity", application="erp",
        last_login_at="2026-06-15T08:00:00+00:00",
    )  # fmt: skip
    gone.reconcile("WL04")

    privileged, used = gone.items("WL04")
    assert (privileged.severity, used.severity) == (Severity.CRITICAL, Severity.CRITICAL)
    assert "and did so after leaving" in used.title


def test_a_day_of_grace_ends_at_once_when_the_account_is_used(gone):
    # Yesterday was the last day, in UTC, since the entity names no other clock.
    leave(gone, "2026-06-17")
    gone.reconcile("WL04")
    assert gone.subjects("WL04") == []

    gone.say("user_account", "U1", "identity", last_login_at="2026-06-18T05:00:00+00:00")
    gone.reconcile("WL04")
    assert gone.subjects("WL04") == ["identity:U1"]


def test_an_involuntary_exit_has_no_grace(gone):
    leave(gone, "2026-06-17", termination_reason="Involuntary: gross misconduct")
    gone.reconcile("WL04")

    assert gone.subjects("WL04") == ["identity:U1"]


@pytest.mark.parametrize("said", [{"status": "notice"}, {"status": "active", "is_rescinded": True}])
def test_it_ignores_who_has_not_left(gone, said):
    leave(gone, "2026-06-26", **said)
    gone.reconcile("WL04")

    assert gone.subjects("WL04") == []


def test_whoever_was_hired_again_keeps_the_account(gone):
    gone.say("worker", "W9", "hcm", worker_no="W9", person_id="PERS-1", status="active")
    gone.reconcile("WL04")

    assert gone.subjects("WL04") == []


def test_a_second_run_changes_nothing_and_disabling_clears_it(gone):
    gone.reconcile("WL04")
    gone.reconcile("WL04")
    [item] = gone.items("WL04")
    assert [line.verb for line in item.history.order_by("id")] == ["found"]

    gone.say("user_account", "U1", "identity", status="disabled")
    gone.reconcile("WL04")
    item.refresh_from_db()
    assert item.state == "resolved"
