"""What a record refers to may arrive after it; the items follow all the same."""

import pytest

from opsboard.controls.models import ControlRun

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_legal_entity_that_arrives_late_is_taken_over_by_the_items(committed_firm):
    committed_firm.say("time_entry", "TE-1", legal_entity="E2")
    committed_firm.say("accounting_period", "6", legal_entity="E2", status="locked")
    committed_firm.reconcile("TP01")
    [item] = committed_firm.items("TP01")
    assert (item.legal_entity, item.cause) == ("", "unknown")

    for system in ("psa", "erp"):
        committed_firm.say("legal_entity", "E2", system, code="NQ-DE", name="Northquay GmbH")
    committed_firm.reconcile("TP01")
    [item] = committed_firm.items("TP01")
    assert (item.legal_entity, item.cause) == ("NQ-DE", "period_locked")


@pytest.mark.parametrize(
    ("kind", "reference", "said"),
    [
        ("project", "project", {"code": "P9", "name": "Quarry"}),
        ("worker", "worker", {"worker_no": "W9", "name": "Lena Vogt"}),
    ],
)
def test_a_project_or_person_that_arrives_late_changes_the_cause(
    committed_firm, kind, reference, said
):
    committed_firm.say("cost_rate", "R9", worker="X9")
    committed_firm.say("time_entry", "TE-1", **{reference: "X9"})
    committed_firm.say(kind, "X9", "psa", **said)
    committed_firm.reconcile("TP01")
    [item] = committed_firm.items("TP01")
    assert item.cause == f"{kind}_missing"

    committed_firm.say(kind, "X9", "erp", **said)
    committed_firm.reconcile("TP01")
    assert ControlRun.objects.latest("id").mode == "incremental"
    [item] = committed_firm.items("TP01")
    assert item.cause == "unknown"
