"""Owners found through what systems say of projects and customers, moved when they say else."""

import pytest

from opsboard.config import using
from opsboard.exceptions.models import Group
from opsboard.people.models import Person
from tests.firm import CONFIGURATION


def ruled(condition):
    head, rest = CONFIGURATION.split("[[owner]]", 1)
    return f'{head}[[owner]]\nteam = "people"\n{condition}\n[[owner]]{rest}'


def owned(firm, condition):
    with using(ruled(condition)):
        firm.reconcile("TP01")
    return Group.objects.get()


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ('practice = ["Tax", "Audit"]', "the practice is Audit"),
        ('client = ["Penhallow Water"]', "the client is Penhallow Water"),
        ('client = ["C-7"]', "the client is C-7"),
        ('project_manager = ["W-0007"]', "the project manager is W-0007"),
    ],
)
def test_practice_client_and_manager_are_found_through_the_project(firm, condition, said):
    firm.say("worker", "W7", "psa", worker_no="W-0007")
    firm.say("party", "C7", "psa", code="C-7", legal_name="Penhallow Water")
    firm.say("project", "P1", "psa", practice="Audit", party="C7", project_manager="W7")
    firm.say("time_entry", "TE-1")
    group = owned(firm, condition)
    assert (group.team_id, group.owner_reason) == ("people", f"because {said}")


def test_a_near_miss_is_somebody_elses(firm):
    firm.say("project", "P1", "psa", practice="Audit")
    firm.say("time_entry", "TE-1")
    assert owned(firm, 'practice = ["Tax"]').team_id == "finance"


@pytest.fixture
def managers(db):
    return [
        Person.objects.create(username=name, role="project_manager", worker_no=number)
        for name, number in (("pia", "W-0007"), ("paul", "W-0008"))
    ]


def test_a_manager_who_changes_hands_the_open_cause_on(committed_firm, managers):
    firm, (pia, paul) = committed_firm, managers
    for key, number in (("W7", "W-0007"), ("W8", "W-0008")):
        firm.say("worker", key, "psa", worker_no=number)
    firm.say("project", "P1", "psa", project_manager="W7")
    firm.say("time_entry", "TE-1")
    rule = 'workflow = ["time_to_posting"]\nperson = "project_manager"'
    group = owned(firm, rule)
    assert (group.owner, group.team_id) == (pia, "people")
    assert group.owner_reason == "because it belongs to time to posting; as manager of the project"
    assert owned(firm, rule).history.filter(verb="assigned").count() == 0

    firm.say("project", "P1", "psa", project_manager="W8")
    group = owned(firm, rule)
    assert group.owner == paul
    line = group.history.get(verb="assigned")
    assert (line.before, line.after, line.by) == ("pia", "paul", None)


def test_a_manager_who_gets_an_account_later_gets_the_cause(committed_firm):
    firm = committed_firm
    firm.say("worker", "W7", "psa", worker_no="W-0007")
    firm.say("project", "P1", "psa", project_manager="W7")
    firm.say("time_entry", "TE-1")
    rule = 'workflow = ["time_to_posting"]\nperson = "project_manager"'
    assert owned(firm, rule).owner is None
    pia = Person.objects.create(username="pia", role="project_manager", worker_no="W-0007")
    assert owned(firm, rule).owner == pia


def test_only_what_a_changed_project_carries_is_looked_at_again(committed_firm):
    firm = committed_firm
    for number in ("1", "2"):
        firm.say("project", f"P{number}", "psa", practice="Tax")
        firm.say("project", f"P{number}", "erp")
        firm.say("time_entry", f"TE-{number}", project=f"P{number}")
    with using(ruled('practice = ["Tax"]')):
        firm.reconcile("TP01")
        assert set(Group.objects.values_list("team_id", flat=True)) == {"people"}
        Group.objects.update(owner_reason="because nobody looked")
        firm.say("project", "P2", "psa", practice="Audit")
        firm.reconcile("TP01")
    reasons = set(Group.objects.values_list("team_id", "owner_reason"))
    assert reasons == {
        ("people", "because nobody looked"),
        ("finance", "because no other rule fits"),
    }
