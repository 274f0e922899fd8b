"""Who must decide what (domain.md E.2, F.2), and who may not though the role would (E.3)."""

from datetime import timedelta

import pytest

from opsboard.controls.models import Control, ControlVersion
from opsboard.exceptions.deciding import requests, separation
from opsboard.people.absences import announce
from opsboard.people.roles import DECIDE, ROLES, WORK, Role, conflict
from opsboard.records.models import TABLES
from tests.cast import NOW, cause, item
from tests.exceptions.requesting import asking, somebody

pytestmark = pytest.mark.usefixtures("world")
T1, T2, T3 = 5_000, 25_000, 100_000
# Amount, control, waivers in a row before: how many approve, and which roles are among them.


def breaks_nothing(group, person):
    pass


def asked_for_it(group, person):
    group.decisions.update(asked_by=person)


def edited_the_subject(group, person):
    subject = item(group, 10).subject
    record("time_entry", key=subject, source_updated_by=person.email.upper())


def edited_the_root(group, person):
    record("worker", canonical_id=4711, source_updated_by=person.get_full_name())
    type(group).objects.filter(pk=group.pk).update(root_entity="worker:4711")


def changed_the_control(group, person):
    version(group.control, 2, NOW - timedelta(days=29), person.get_full_name())


def is_the_worker(group, person):
    record("worker", canonical_id=12, worker_no=person.worker_no)
    item(group, 10, worker_id=12)


def is_the_root(group, person):
    record("worker", canonical_id=4712, worker_no=person.worker_no)
    type(group).objects.filter(pk=group.pk).update(root_entity="worker:4712")


def administers(group, person):
    person.is_superuser = True
    person.save()


def record(kind, **said):
    table = TABLES[kind]
    given = {"key": f"psa:{kind}", "system": "psa", "system_role": "psa", "source_id": "1"}
    table.objects.create(**blank(table) | given | said)


def blank(table):
    """Something for every column that wants one."""
    from django.db import models

    empty = {models.TextField: "x", models.CharField: "x", models.BooleanField: False}
    empty |= {models.DateField: NOW.date(), models.DateTimeField: NOW}
    return {
        field.name: empty.get(type(field), 1)
        for field in table._meta.concrete_fields
        if not field.null
        and not field.primary_key
        and field.db_default is models.NOT_PROVIDED
        and not field.is_relation
    }


def version(control, number, at, approved_by):
    one, _ = Control.objects.get_or_create(
        code=control, defaults={"slug": control, "title": control}
    )
    ControlVersion.objects.create(
        control=one,
        version=number,
        recorded_at=at,
        effective_from=at.date(),
        approved_by=approved_by,
    )


RULES = {
    breaks_nothing: "",
    asked_for_it: "asked for it; someone else must approve.",
    edited_the_subject: "last changed the record behind it",
    edited_the_root: "last changed the record behind it",
    changed_the_control: "changed this control within the last 30 days",
    is_the_worker: "own time, expenses, pay or access",
    is_the_root: "own time, expenses, pay or access",
    administers: "neither works nor approves",
}


@pytest.fixture
def helen(db):
    return somebody(
        "controller",
        "helen",
        first_name="Helen",
        last_name="Marsh",
        email="helen@example.com",
        worker_no="W-77",
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("how", ["herself", "by her delegate", "for somebody else"])
def test_a_rule_holds_for_whoever_decides_and_for_whose_place_they_take(helen, rule, how):
    group = cause(value_at_risk=10)
    decision = asking(group)
    rule(group, helen)
    decision.refresh_from_db()
    other = somebody("controller", "other", email="other@example.com", worker_no="W-78")
    who = {"herself": (helen, None), "by her delegate": (other, helen)}.get(how, (helen, other))
    said = separation.against(who[0], decision, acting_for=who[1])
    assert RULES[rule] in said
    assert bool(said) == bool(RULES[rule])
    # Nobody else is stopped by it.
    assert not separation.against(other, decision)


def test_a_change_of_a_control_is_forgotten_after_thirty_days_and_its_first_version_is_none(helen):
    decision = asking(cause(value_at_risk=10))
    version("TP01", 1, NOW - timedelta(days=1), "Helen Marsh")
    version("TP01", 2, NOW - timedelta(days=31), "helen")
    assert not separation.against(helen, decision)


def test_whoever_stands_in_for_an_approver_decides_in_their_place(helen):
    decision = asking(cause(value_at_risk=10))
    sofia = somebody("billing", "sofia")
    assert requests.reason_against("approve", sofia, decision)
    announce(
        person=helen, by=helen, at=NOW, delegate=sofia, starts_on=NOW.date(), ends_on=NOW.date()
    )
    assert requests.acting_for(sofia, decision) == helen
    assert requests.reason_against("approve", sofia, decision) == ""


def test_nobody_decides_their_own_request_through_somebody_elses_place(helen):
    sofia = somebody("billing", "sofia")
    decision = asking(cause(value_at_risk=10), by=sofia)
    announce(
        person=helen, by=helen, at=NOW, delegate=sofia, starts_on=NOW.date(), ends_on=NOW.date()
    )
    assert requests.reason_against("approve", sofia, decision).startswith("You asked for it")


def test_no_role_holds_two_duties_that_are_kept_apart():
    for role, rights in ROLES.items():
        assert not conflict(role, role), role
        if "administer" in rights.may:
            assert not rights.may & (WORK | DECIDE)
        if "execute" in rights.may:
            assert "approve" not in rights.may


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("admin", "controller"),
        ("admin", "billing"),
        ("integration_l2", "controller"),
        ("integration_l2", "revenue"),
        ("auditor", "controller"),
    ],
)
def test_these_two_never_meet_in_one_person(one, other):
    assert conflict(Role(one), Role(other))
    assert conflict(Role(other), Role(one))


def test_colleagues_may_stand_in_for_each_other():
    assert not conflict(Role.BILLING, Role.CONTROLLER)
    assert not conflict(Role.INTEGRATION, Role.INTEGRATION_L2)
