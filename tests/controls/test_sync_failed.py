from decimal import Decimal

import pytest

from opsboard.exceptions.models import Exposure


def failed(firm, name="1", **said):
    said = {
        "subject_key": "psa:TE-1",
        "subject_version": 1,
        "idempotency_key": f"psa|{name}",
        "outcome": "dead_lettered",
        "error_code": "timeout",
        "source_updated_at": "2026-06-09T09:00:00+00:00",
        **said,
    }
    firm.say("integration_message", name, message_id=name, **said)


@pytest.fixture
def carried(firm):
    """The entry that the messages carry."""
    firm.basics()
    firm.say("time_entry", "TE-1")
    return firm


def test_it_finds_a_message_that_was_lost(carried):
    failed(carried)
    carried.reconcile("IN01")

    [item] = carried.items("IN01")
    assert item.subject == "middleware:1"
    assert item.title == "Time posting of psa:TE-1 to erp was lost: timeout"
    assert item.cause == "message_dead_lettered"
    assert item.revenue_at_risk == Decimal(1200)
    assert item.cost_at_risk == Decimal(480)


def test_its_money_sits_on_the_entry_it_carries(carried):
    failed(carried)
    carried.reconcile("IN01", "TP01")

    atoms = Exposure.objects.filter(item__control="IN01").values_list("atom", "measure", "amount")
    assert set(atoms) == {
        ("psa:TE-1", "revenue_at_risk", Decimal(1200)),
        ("psa:TE-1", "cost_at_risk", Decimal(480)),
    }


@pytest.mark.parametrize("outcome", ["", "accepted", "applied", "duplicate_ignored", "superseded"])
def test_what_arrived_is_under_way_or_was_rightly_ignored_is_no_failure(carried, outcome):
    failed(carried, outcome=outcome)
    carried.reconcile("IN01")

    assert carried.subjects("IN01") == []


def test_a_refusal_hangs_under_what_its_entry_lacks(carried):
    carried.drop("cost_rate", "R1")
    failed(carried, outcome="rejected", error_code="no_cost_rate")
    carried.reconcile("IN01", "TP01")

    assert {item.cause for item in carried.items("IN01")} == {"cost_rate_missing"}
    assert carried.items("IN01")[0].group_id == carried.items("TP01")[0].group_id


def test_a_payload_that_does_not_fit_is_the_schema_s(carried):
    failed(carried, outcome="quarantined", error_code="unknown_field:grade", legal_entity="")
    carried.reconcile("IN01", "IN04")

    [item] = carried.items("IN01")
    assert item.cause == "schema_not_registered"
    assert item.root_entity == carried.items("IN04")[0].root_entity


def test_billing_messages_are_of_medium_weight_at_least(firm):
    firm.say("billing_event", "BE-1", amount="1")
    failed(firm, subject_kind="billing_event", subject_key="psa:BE-1")
    failed(firm, "2", subject_kind="worker", subject_key="hcm:W1")
    firm.reconcile("IN01")

    assert [item.severity for item in firm.items("IN01")] == [2, 1]


def test_a_second_run_changes_nothing(carried):
    failed(carried)
    carried.reconcile("IN01")
    [before] = carried.items("IN01")
    carried.reconcile("IN01")
    [after] = carried.items("IN01")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


@pytest.mark.parametrize(
    ("said", "is_mended"),
    [
        ({"idempotency_key": "psa|1"}, True),
        ({"subject_version": 2}, True),
        ({"subject_version": 1}, False),
        ({"subject_version": 2, "target": "payroll"}, False),
        ({"subject_version": 2, "flow": "time_approval"}, False),
        ({"subject_version": 2, "outcome": "accepted"}, False),
    ],
)
def test_only_the_same_message_or_a_newer_version_applied_clears_the_item(carried, said, is_mended):
    failed(carried)
    carried.reconcile("IN01")
    [item] = carried.items("IN01")
    failed(carried, "2", **{"outcome": "applied", "error_code": "", **said})
    carried.reconcile("IN01")

    item.refresh_from_db()
    assert (item.state == "resolved") is is_mended
