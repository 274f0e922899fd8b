"""Who owns a cause, and what moves it: rules, people who leave, entities, controls that end."""

from decimal import Decimal

import pytest

from opsboard.config import using
from opsboard.controls.models import ControlRun
from opsboard.exceptions.models import Atom, Group, State
from opsboard.people.models import Person
from tests.firm import CONFIGURATION


@pytest.fixture
def helen(db):
    return Person.objects.create(username="helen", first_name="Helen", role="controller")


def test_a_hand_assignment_stays_while_the_person_does(firm, helen):
    firm.say("time_entry", "TE-1")
    firm.reconcile("TP01")
    group = Group.objects.get()
    assert group.assign(by=helen, to=helen)
    firm.reconcile("TP01")
    assert Group.objects.get().owner == helen

    helen.is_active = False
    helen.save()
    firm.reconcile("TP01")
    group = Group.objects.get()
    assert (group.owner, group.team_id, group.assigned_by_hand) == (None, "finance", False)
    assert group.owner_reason == "because no other rule fits"


def test_one_cause_in_two_entities_is_two_pieces_of_work(firm):
    """Scope, owner and calendar belong to an entity; nobody bound to one misses his half."""
    for system in ("psa", "erp"):
        firm.say("legal_entity", "E2", system, code="NQ-US", name="Northquay US")
    firm.say("party", "C2", "erp", code="C2", legal_name="Penhallow", tax_id="")
    firm.say("invoice", "1", party="C2")
    firm.say("invoice", "2", party="C2", legal_entity="E2")
    firm.reconcile("BL01")

    groups = {group.legal_entity: group for group in Group.objects.all()}
    assert set(groups) == {"NQ-UK", "NQ-US"}
    assert {group.title for group in groups.values()} == {"Penhallow has no tax identifier"}
    for entity in groups:
        bounded = Person(username=entity, role="controller", entities=[entity])
        assert list(Group.objects.visible_to(bounded)) == [groups[entity]]


def test_a_severity_that_rises_is_a_line_of_history(firm):
    firm.say("time_entry", "TE-1")
    firm.reconcile("TP01")
    firm.say("time_entry", "TE-1", bill_rate="20000")
    firm.reconcile("TP01")

    group = Group.objects.get()
    line = group.history.get(verb="severity")
    assert (line.before, line.after) == ("low", "critical")
    assert group.value_at_risk == Decimal(160_000)
    firm.reconcile("TP01")
    assert group.history.filter(verb="severity").count() == 1


def test_a_control_that_is_switched_off_lets_go_of_everything(firm):
    firm.say("time_entry", "TE-1")
    firm.reconcile("TP01")
    assert Atom.objects.exists()

    with using(CONFIGURATION + '\n[control.TP01]\nstatus = "retired"\n'):
        firm.reconcile("TP01")
    group = Group.objects.get()
    assert group.state == State.RESOLVED
    assert not Atom.objects.exists()
    assert ControlRun.objects.filter(control="TP01", reason="switched off").count() == 1
    item = group.items.get()
    assert item.history.latest("id").after == "control switched off"

    firm.reconcile("TP01")
    assert firm.subjects("TP01") == ["psa:TE-1"]
