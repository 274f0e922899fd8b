import pytest

from opsboard.sync.models import Stream


def came(firm, name="1", **said):
    said = {
        "flow": "worker_sync",
        "schema_version": "1.1",
        "subject_kind": "worker",
        "subject_key": "hcm:W1",
        "subject_version": 1,
        "outcome": "quarantined",
        "error_code": "unknown_field:grade",
        **said,
    }
    firm.say("integration_message", name, message_id=name, **said)
    firm.reconcile("IN04")


def test_it_finds_a_version_whose_messages_were_set_aside(firm):
    came(firm)
    came(firm, "2", subject_key="hcm:W2")

    [item] = firm.items("IN04")
    assert item.subject == "middleware:worker_sync/1.1"
    assert item.title == "Worker sync in version 1.1 does not fit: unknown field:grade"
    assert item.severity == 3
    assert item.evidence["set_aside"] == 2


@pytest.mark.parametrize(
    "said",
    [
        {"outcome": "applied", "error_code": ""},
        {"outcome": "rejected"},
        {"error_code": "period_locked"},
        {"flow": ""},
    ],
)
def test_versions_that_are_taken_and_other_refusals_are_ignored(firm, said):
    came(firm, **said)

    assert firm.subjects("IN04") == []


def test_a_feed_with_fields_that_nobody_knows_is_found_and_weighs_little(firm):
    Stream.objects.filter(connection="psa", name="worker").update(drift=["badge", "desk"])
    stream = Stream.objects.get(connection="psa", name="worker")
    stream.runs.create(started_at=firm.now)
    came(firm, outcome="applied", error_code="")

    [item] = firm.items("IN04")
    assert item.subject == "psa/worker"
    assert item.title == "Feed psa/worker does not fit: badge, desk"
    assert item.severity == 1


def test_a_second_run_changes_nothing(firm):
    came(firm)
    [before] = firm.items("IN04")
    firm.reconcile("IN04")
    [after] = firm.items("IN04")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


@pytest.mark.parametrize("replayed", ["in place", "as a newer version"])
def test_replaying_what_was_set_aside_clears_the_item(firm, replayed):
    came(firm)
    [item] = firm.items("IN04")
    if replayed == "in place":
        came(firm, outcome="applied", error_code="")
    else:
        came(firm, "2", subject_version=2, schema_version="1.0", outcome="applied", error_code="")

    item.refresh_from_db()
    assert item.state == "resolved"
