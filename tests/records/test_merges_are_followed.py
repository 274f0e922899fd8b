"""Controls that judge only what changed see a merge, and its undoing, like any other change."""

from datetime import timedelta

import pytest

from opsboard.controls.models import ControlRun
from opsboard.records.decisions import merge, undo
from opsboard.records.models import CrossReference
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)


def thing(system, native_id, kind):
    return CrossReference.objects.get(kind=kind, system=system, native_id=native_id).entity


def reconcile(firm, code):
    """Judge what changed, then everything: both must say the same.

    A rate that now is another person's makes ST01 look at everything by itself.
    """
    firm.now += timedelta(minutes=15)
    firm.read_up_to(firm.now)
    firm.reconcile(code)
    run = ControlRun.objects.latest("id")
    assert (run.mode, run.reason) in [("incremental", ""), ("full", "cost_rate changed")]
    found = firm.subjects(code)
    firm.reconcile(code, full=True)
    assert firm.subjects(code) == found
    return found


@pytest.fixture
def aisha(transactional_db):
    return cast.person("aisha")


def test_two_people_who_are_one_share_a_cost_rate(committed_firm, aisha):
    firm = committed_firm
    firm.say("worker", "W2", "psa", worker_no="P-2", name="Lena Vogt")
    firm.say("worker", "H2", "erp", worker_no="E-2", name="Lena Vogt")
    firm.say("cost_rate", "R2", "erp", worker="H2")
    firm.say("assignment", "A2", worker="W2")
    firm.reconcile("ST01")
    assert firm.subjects("ST01") == ["psa:A2"]

    done = merge(thing("psa", "W2", "worker"), thing("erp", "H2", "worker"), by=aisha, at=firm.now)
    assert reconcile(firm, "ST01") == []
    undo(done, by=aisha, at=firm.now)
    assert reconcile(firm, "ST01") == ["psa:A2"]


def test_a_worker_number_that_comes_late_is_followed_too(committed_firm):
    firm = committed_firm
    firm.say("worker", "W2", "psa", worker_no=" ", name="Lena Vogt")
    firm.say("worker", "H2", "erp", worker_no="E-2", name="Lena Vogt")
    firm.say("cost_rate", "R2", "erp", worker="H2")
    firm.say("assignment", "A2", worker="W2")
    firm.reconcile("ST01")
    assert firm.subjects("ST01") == ["psa:A2"]

    firm.say("worker", "W2", "psa", worker_no="E-2", name="Lena Vogt")
    assert reconcile(firm, "ST01") == []


def test_the_cause_of_an_item_follows_the_project_that_it_is_about(committed_firm, aisha):
    firm = committed_firm
    firm.say("project", "P2", "psa", code="HARB", name="Quarry")
    firm.say("project", "Q2", "erp", code="NQ-2", name="Quarry")
    firm.say("time_entry", "TE-2", project="P2")
    firm.reconcile("TP01")
    [item] = firm.items("TP01")
    assert item.cause == "project_missing"

    merge(thing("psa", "P2", "project"), thing("erp", "Q2", "project"), by=aisha, at=firm.now)
    assert reconcile(firm, "TP01") == ["psa:TE-2"]
    [item] = firm.items("TP01")
    assert item.cause == "unknown"
