"""Whose a cause is, by rules over business data; what moves it afterwards, and what does not."""

from datetime import timedelta

import pytest
import time_machine

from opsboard.config import config, using
from opsboard.exceptions.engine.escalating import watch
from opsboard.exceptions.models import Group
from opsboard.people.models import Person
from opsboard.people.queries import settle_teams
from tests.cast import NOW, UK, cause, teams

HEAD = """
[firm]
name = "Northquay"
group_currency = "USD"
zone = "Europe/London"
[team.finance]
name = "Finance"
lead = "lead"
[team.integration]
name = "Integration"
"""
REST = '\n[[owner]]\nteam = "finance"\n'


@pytest.fixture(autouse=True)
def instant(db):
    teams()
    with time_machine.travel(NOW, tick=False):
        yield


def rule(**conditions):
    """One rule as the file has it, before the last one without a condition."""
    lines = [f"{name} = {value!r}" for name, value in conditions.items()]
    return HEAD + "\n".join(["[[owner]]", *lines]) + REST


def look(text, at=NOW):
    with using(text):
        settle_teams(config())
        assert watch(at, config())


def somebody(name="omar", team="finance", role="controller", **more):
    return Person.objects.create(username=name, role=role, team_id=team, **more)


@pytest.mark.parametrize(
    ("condition", "value", "said"),
    [
        ("control", ["TP01"], "the control is TP01"),
        ("workflow", ["time_to_posting"], "it belongs to time to posting"),
        ("cause", ["cost_rate_missing"], "the cause is cost rate missing"),
        ("error_class", ["data_quality"], "it is a fault of data quality"),
        ("legal_entity", [UK], "the entity is NQ-UK"),
        ("amount", 5000, "so much is at risk"),
    ],
)
def test_each_condition_finds_its_own_and_says_so(condition, value, said):
    fits = cause(value_at_risk=5000)
    other = cause(
        control="BL01", workflow="billing", cause="tax", error_class="retryable",
        legal_entity="NQ-DE", value_at_risk=4999,
    )  # fmt: skip
    look(rule(team="integration", **{condition: value}))
    fits.refresh_from_db()
    other.refresh_from_db()
    assert (fits.team_id, fits.owner_reason) == ("integration", f"because {said}")
    assert (other.team_id, other.owner_reason) == ("finance", "because no other rule fits")


def test_all_conditions_must_hold_and_the_first_rule_that_fits_wins():
    group = cause()
    look(
        rule(team="integration", control=["TP01"], legal_entity=["NQ-DE"]).replace(REST, "")
        + '\n[[owner]]\nteam = "integration"\nlegal_entity = ["NQ-UK"]\ncontrol = ["TP01"]\n'
        + '[[owner]]\nteam = "finance"\ncontrol = ["TP01"]\n'
        + REST
    )
    group.refresh_from_db()
    assert group.owner_reason == "because the control is TP01 and the entity is NQ-UK"
    assert group.team_id == "integration"


def test_a_rule_that_changes_moves_what_is_open_with_one_line_of_history():
    group, settled = cause(), cause(state="resolved")
    look(HEAD + REST)
    look(rule(team="integration", control=["TP01"]))
    look(rule(team="integration", control=["TP01"]))
    group.refresh_from_db()
    settled.refresh_from_db()
    assert (group.team_id, settled.team_id) == ("integration", "finance")
    line = group.history.get(verb="assigned")
    assert (line.by, line.before, line.after) == (None, "Finance", "Integration")
    assert line.note == "because the control is TP01"


def test_what_a_person_handed_over_stays_when_rules_change():
    helen = somebody("helen")
    group = cause()
    assert group.assign(by=helen, to=helen)
    look(rule(team="integration", control=["TP01"]))
    group.refresh_from_db()
    assert (group.owner, group.assigned_by_hand) == (helen, True)
    assert group.owner_reason == "because helen assigned it"


def test_an_amount_that_grows_moves_the_cause():
    group = cause(value_at_risk=10)
    text = rule(team="integration", amount=5000)
    look(text)
    Group.objects.filter(pk=group.pk).update(value_at_risk=6000)
    # What a turn touched is looked at; nothing else is.
    look(text)
    group.refresh_from_db()
    assert group.team_id == "finance"
    Group.objects.filter(pk=group.pk).update(team=None)
    look(text)
    group.refresh_from_db()
    assert group.team_id == "integration"


def test_the_least_loaded_of_a_team_is_picked_by_severity_and_stays():
    first, second = somebody("first"), somebody("second")
    cause(owner=first, severity=4, assigned_by_hand=True)
    groups = [cause(severity=severity) for severity in (1, 1, 3, 2)]
    text = HEAD + REST + 'pick = "least_loaded"\n'
    look(text)
    owners = {}
    for group in groups:
        group.refresh_from_db()
        owners[group.pk] = group.owner
    # The heaviest first: 3 and 2 to the second (who then bears 5 to 4), 1 and 1 to the first.
    assert [owners[group.pk] for group in groups] == [first, first, second, second]
    assert group.owner_reason == "because no other rule fits; least to do in the team"

    somebody("third")
    cause(severity=4)
    Group.objects.filter(assigned_by_hand=False).update(severity=2)
    look(text)
    for group in groups:
        group.refresh_from_db()
        assert group.owner == owners[group.pk]


def test_only_who_may_do_the_work_and_sees_the_entity_is_picked():
    somebody("gone", is_active=False)
    somebody("reader", role="auditor")
    somebody("elsewhere", entities=["NQ-DE"])
    somebody("other-work", role="hr_ops")
    somebody("other-team", team="integration")
    able = somebody("able", role="billing")
    group = cause()
    look(HEAD + REST + 'pick = "least_loaded"\n')
    group.refresh_from_db()
    assert group.owner == able


def test_a_person_named_by_a_rule_owns_it_unless_gone_and_gets_it_when_back():
    omar = somebody(is_active=False)
    group = cause()
    text = HEAD + REST + 'person = "omar"\n'
    look(text)
    group.refresh_from_db()
    assert (group.owner, group.team_id) == (None, "finance")
    Person.objects.update(is_active=True)
    look(text)
    group.refresh_from_db()
    assert group.owner == omar
    assert group.history.get(verb="assigned").after == "omar"


def test_whoever_leaves_leaves_nothing_behind_not_even_what_was_handed_to_them():
    helen, omar = somebody("helen"), somebody("omar")
    handed, picked = cause(), cause()
    handed.assign(by=helen, to=omar)
    text = HEAD + REST + 'pick = "least_loaded"\n'
    look(text)
    picked.refresh_from_db()
    assert picked.owner == helen
    Person.objects.filter(pk=omar.pk).update(is_active=False)
    look(text)
    handed.refresh_from_db()
    assert (handed.owner, handed.assigned_by_hand) == (helen, False)


def test_what_nobody_takes_for_two_working_hours_goes_to_the_lead():
    lead = somebody("lead")
    group = cause(detected_at=NOW)
    look(HEAD + REST)
    group.refresh_from_db()
    assert (group.owner, group.unowned_since) == (None, NOW)
    look(HEAD + REST, NOW + timedelta(minutes=119))
    group.refresh_from_db()
    assert (group.owner, group.escalated) == (None, 0)
    look(HEAD + REST, NOW + timedelta(minutes=121))
    group.refresh_from_db()
    assert (group.owner, group.escalated) == (lead, 100)
    assert group.owner_reason == "because no other rule fits; nobody had taken it in time"
    assert group.history.get(verb="escalated").note == "Nobody had taken it in time."
    assert group.history.filter(verb="assigned").count() == 1
    look(HEAD + REST, NOW + timedelta(minutes=300))
    assert group.history.filter(verb__in=["assigned", "escalated"]).count() == 2


def test_without_a_lead_of_its_own_the_team_that_owns_the_rest_answers():
    lead = somebody("lead")
    group = cause(detected_at=NOW)
    text = rule(team="integration", control=["TP01"])
    look(text)
    look(text, NOW + timedelta(hours=3))
    group.refresh_from_db()
    assert (group.owner, group.team_id) == (lead, "integration")


def test_nothing_that_changed_costs_no_look_at_any_group():
    """The groups whose owner is decided again are those that something changed for."""
    group = cause()
    text = HEAD + REST
    look(text)
    Group.objects.filter(pk=group.pk).update(owner_reason="untouched")
    look(text)
    group.refresh_from_db()
    assert group.owner_reason == "untouched"
    somebody("new")
    look(text)
    group.refresh_from_db()
    assert group.owner_reason == "because no other rule fits"
