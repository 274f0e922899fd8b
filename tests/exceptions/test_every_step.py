"""Every step there is, for every state and every role, written out a second time from domain.md
F.2 and E.2: by post as people take it, and past all code in the database."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from opsboard.exceptions.guard import as_engine
from opsboard.exceptions.models import Decision, ExceptionItem, Group, State
from opsboard.people.models import Person, Team
from opsboard.people.roles import Role
from tests.cast import NOW, cause, item, person, teams
from tests.exceptions.managing import managed

pytestmark = pytest.mark.usefixtures("world")

BEFORE = {"new", "acknowledged", "in_progress", "waiting_source", "reopened"}
OPEN = BEFORE | {"fix_claimed"}
SETTLED = {"resolved", "waived", "false_positive", "merged"}
UNSETTLED = {state.value for state in State} - SETTLED
WORKERS = {"controller", "billing", "pmo", "project_manager", "integration", "integration_l2"}
# Whoever sees it and may write at all: two read nothing beside their own work (E.2).
READERS = set(Role) - {"auditor", "admin", "resource_manager", "hr_ops"}
# What a person does: from which states, to which, and which roles may where the exception is one
# of time that became no posting, small, and nobody's. None: the state stays.
ACTS = {
    "acknowledge": ({"new", "reopened"}, "acknowledged", WORKERS),
    "start": ({"acknowledged", "waiting_source"}, "in_progress", WORKERS),
    "wait": ({"acknowledged", "in_progress"}, "waiting_source", WORKERS),
    "claim": (BEFORE, "fix_claimed", WORKERS),
    "snooze": (OPEN, "snoozed", WORKERS),
    "wake": ({"snoozed"}, "in_progress", WORKERS),
    "ask": (OPEN, "pending_approval", WORKERS),
    "propose": (OPEN, "pending_approval", WORKERS),
    "approve": ({"pending_approval"}, "waived", {"controller"}),
    "refuse": ({"pending_approval"}, "in_progress", {"controller"}),
    "withdraw": ({"pending_approval"}, "in_progress", READERS - {"executive"}),
    "reopen": ({"resolved", "false_positive"}, "reopened", WORKERS - {"project_manager"}),
    "assign": (UNSETTLED, None, WORKERS - {"project_manager"}),
    "comment": (set(State), None, READERS),
}
WHY = "The client pays in July by agreement; the letter is attached."
SAYS = {
    "wait": {"reason": "team", "waiting_on": "HR ops", "until": "2026-07-03", "note": "A rate"},
    "claim": {"note": "Rate added"},
    "snooze": {"until": "2026-07-03"},
    "ask": {
        "reason_code": "timing",
        "amount": "10",
        "until": "2026-07-08",
        "evidence": "letter 7",
        "narrative": WHY,
    },
    "propose": {"narrative": WHY, "guard": "Skip prepaid work", "evidence": "SOW 3"},
    "approve": {"note": "Letter seen"},
    "refuse": {"note": "No letter there"},
    "reopen": {"note": "It is not mended"},
    "assign": {"to": "me"},
    "comment": {"note": "Seen"},
}
# What only the engine does, and what people reach by other ways than the acts above.
BY_ENGINE = {
    *((state, "resolved") for state in UNSETTLED | {"waived", "false_positive", "merged"}),
    *((state, "merged") for state in OPEN | {"waived", "false_positive"}),
    *((state, "reopened") for state in ("resolved", "waived", "false_positive")),
    ("fix_claimed", "in_progress"),
    ("pending_approval", "in_progress"),
    ("snoozed", "in_progress"),
}
BY_PEOPLE = {
    *((source, to) for sources, to, _ in ACTS.values() if to for source in sources),
    ("pending_approval", "false_positive"),
    *((state, "merged") for state in OPEN),
    ("merged", "in_progress"),
}


def of_role(role):
    """Somebody of that role, of no team that matters here, who sees everything that it may and
    manages the project."""
    given = {"role": role, "zone": "Europe/London", "worker_no": "0007"}
    return Person.objects.get_or_create(username=f"a_{role}", **given)[0]


def standing(state, asked_by=None):
    """An exception of ten dollars that stands there, with what must stand beside it."""
    ended = {"settled_at": NOW} if state in SETTLED else {}
    group = cause(
        state=state,
        value_at_risk=10,
        revenue_at_risk=10,
        severity=1,
        control="TP01",
        project_id=managed("0007"),
        **ended,
    )
    proof = {"resolved_by_run": 1, "resolved_at": NOW} if state == "resolved" else {}
    item(group, 10, state=state, **proof)
    if state == "pending_approval":
        asked(group, asked_by or person("helen"))
    return group


def asked(group, by, state="asked", **more):
    given = {"sort": "waiver", "amount": 10, "narrative": WHY, "reason_code": "timing"}
    ends = NOW + timedelta(days=3)
    said = given | {"asked_by": by, "asked_at": NOW, "expires_at": ends, "state": state}
    return Decision.objects.create(group=group, **said | more)


@pytest.mark.parametrize("act", ACTS)
def test_every_act_is_open_to_these_roles_from_these_states_and_to_nobody_else(client, act):
    sources, target, roles = ACTS[act]
    wrong = []
    for role in Role:
        who = of_role(role)
        client.force_login(who)
        for state in State:
            group = standing(state, asked_by=who if act == "withdraw" else None)
            waits = group.decisions.values_list("pk", flat=True).first()
            said = SAYS.get(act, {}) | {"request": str(waits or "")}
            client.post(f"/exceptions/{group.pk}/{act}/", said)
            expected = role in roles and state in sources
            if took_place(group, state, target) != expected:
                wrong.append((role.value, state.value, "open" if expected else "closed"))
            Group.objects.filter(pk=group.pk).update(key=f"done {group.pk}")
    assert not wrong


def took_place(group, state, target):
    """The group and its item stand there now; or, where the state stays, history says so."""
    item_state = ExceptionItem.objects.get(group=group.pk).state
    group = Group.objects.get(pk=group.pk)
    assert item_state == group.state
    moved = group.state != state
    assert moved in (False, target is not None)
    return moved if target else group.history.exists()


def update(table, pk, state):
    """Past the models; what the row itself needs for the state comes along."""
    proof = ", resolved_by_run = 1" if table == "exceptions_exceptionitem" else ""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update {table} set state = %s{proof} where id = %s", [state, pk])


@pytest.mark.parametrize("by_engine", [False, True], ids=["people", "engine"])
@pytest.mark.parametrize("table", ["exceptions_group", "exceptions_exceptionitem"])
def test_the_database_lets_no_other_step_pass(table, by_engine):
    """With every approval in place, so that only the step itself is in question."""
    allowed = BY_PEOPLE | (BY_ENGINE if by_engine else set())
    wrong = []
    for source in State:
        for target in State:
            group = standing(source)
            approve_everything(group)
            row = group if table == "exceptions_group" else group.items.get()
            passed = tries(table, row.pk, target, by_engine)
            if passed != (source == target or (source, target) in allowed):
                wrong.append((source.value, target.value, passed))
    assert not wrong


def tries(table, pk, target, by_engine):
    try:
        with transaction.atomic():
            if by_engine:
                with as_engine():
                    update(table, pk, target)
            else:
                update(table, pk, target)
    except IntegrityError as error:
        # Any other refusal would prove nothing.
        if "cannot go from" not in str(error):
            raise
        return False
    return True


def approve_everything(group):
    group.decisions.update(state="refused")
    for sort in ("waiver", "false_positive"):
        asked(group, person("helen"), state="approved", sort=sort)


@pytest.mark.parametrize("target", ["waived", "false_positive"])
@pytest.mark.parametrize("state", ["asked", "refused", "withdrawn", "lapsed", "ended", "approved"])
def test_only_an_approval_of_the_same_sort_lets_it_pass(target, state):
    group = standing("pending_approval")
    group.decisions.update(state=state, sort="waiver")
    may = state == "approved" and target == "waived"
    for table, pk in (
        ("exceptions_group", group.pk),
        ("exceptions_exceptionitem", group.items.get().pk),
    ):
        assert tries(table, pk, target, by_engine=False) == may


OWN = {"start", "wait", "claim", "snooze", "wake", "ask", "propose", "assign"}
FROM = {
    "start": "acknowledged",
    "wait": "in_progress",
    "claim": "in_progress",
    "snooze": "in_progress",
    "wake": "snoozed",
    "ask": "in_progress",
    "propose": "in_progress",
    "assign": "in_progress",
}


@pytest.mark.parametrize("act", sorted(OWN))
@pytest.mark.parametrize("who", ["owner", "delegate", "lead", "teammate", "nobody"])
def test_what_somebody_owns_only_they_their_delegate_and_the_lead_move(client, act, who):
    people = {
        name: Person.objects.create(username=name, role="billing", team=teams()["finance"])
        for name in ("owner", "delegate", "lead", "teammate")
    }
    Team.objects.filter(pk="finance").update(lead=people["lead"])
    group = standing(FROM[act])
    given = {"owner": people["owner"], "delegate": people["delegate"]} if who != "nobody" else {}
    Group.objects.filter(pk=group.pk).update(**given)
    reader = people["teammate" if who == "nobody" else who]
    client.force_login(reader)
    response = client.post(f"/exceptions/{group.pk}/{act}/", SAYS.get(act, {}), follow=True)
    moved = Group.objects.get(pk=group.pk).history.exists()
    assert moved == (who != "teammate")
    if not moved:
        assert "owner" in response.content.decode()
