"""House promise 3: whatever happened, judging what changed leaves the same items as judging all."""

import os
from contextlib import ExitStack
from threading import Thread

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsboard.controls.catalogue import catalogue
from opsboard.controls.models import ControlRun
from opsboard.exceptions.models import Atom, ExceptionItem, Group, State
from opsboard.people.models import Person
from opsboard.records.models import Change
from tests.firm import make_firm
from tests.happenings import ACTS, ENTRIES, enter, judge, post, step

# Every control that judges what changed is asked in some of the examples, a handful at a time.
# Each takes seconds: where a submission is judged, as many as there are controls' shares, twice.
EXAMPLES = 12 if os.environ.get("CI") else 32
SHARES = 6
ASKED = sorted(
    code for code, one in catalogue().items() if one.status == "live" and not one.always_full
)
SETTLED = {"id", "detected_at", "found_by_run", "group_id", "state", "times_reopened"}


def state_of_things():
    """Everything that must not depend on how it was judged."""
    items = {}
    for item in ExceptionItem.objects.exclude(state=State.RESOLVED):
        row = {k: v for k, v in item.__dict__.items() if not k.startswith("_") and k not in SETTLED}
        items[item.control, item.subject] = row | {"group": item.group.key}
    groups = {
        group.key: (
            group.children,
            group.severity,
            group.value_at_risk,
            group.cost_at_risk,
            group.misstatement,
            group.title,
            group.team_id,
        )
        for group in Group.objects.exclude(state=State.RESOLVED)
    }
    atoms = {
        atom.atom: {k: v for k, v in atom.__dict__.items() if not k.startswith("_")}
        for atom in Atom.objects.all()
    }
    return items, groups, atoms


def empty():
    """Between examples: rows of the world go, configuration stays."""
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public'")
        names = [name for (name,) in cursor.fetchall() if name.split("_")[0] in ROOMS]
        cursor.execute(f"truncate {', '.join(names)} restart identity cascade")


ROOMS = {"records", "controls", "exceptions", "sync", "people", "audit"}


def started(stack, share):
    """A firm in which something stands already, judged once by a share of the controls."""
    firm = make_firm(stack).basics()
    firm.steward = Person.objects.create_user("steward")
    firm.codes = [*ASKED[share::SHARES], "TP01"]
    firm.say("worker", "W2", "psa", worker_no="W2", name="Ravi Menon")
    firm.say("worker", "W2", "erp", worker_no="W2", name="Ravi Menon")
    firm.say("party", "C2", "erp", code="C2", legal_name="Penhallow Water plc")
    judge(firm)
    return firm


@pytest.mark.django_db(transaction=True)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.integers(0, SHARES - 1), st.lists(step, min_size=3, max_size=12))
def test_incremental_equals_full(share, history):
    empty()
    with ExitStack() as stack:
        firm = started(stack, share)
        for what, *details in history:
            ACTS[what](firm, *details)
        judge(firm)
        followed = state_of_things()
        assert firm.reconcile(*firm.codes, full=True) == []
        assert followed == state_of_things()


def test_a_share_of_the_controls_is_asked_in_every_example():
    assert set().union(*(ASKED[share::SHARES] for share in range(SHARES))) == set(ASKED)


@pytest.mark.django_db(transaction=True)
def test_two_engines_at_once_leave_what_one_would_have_left(committed_firm):
    """Each takes the lock of a control before its snapshot."""
    firm = committed_firm
    codes = ["TP01", "TP02", "TP04", "ST01", "BL08"]
    failed = []

    def engine():
        try:
            failed.extend(firm.reconcile(*codes))
        finally:
            connection.close()

    for round_no in range(3):
        for name in ENTRIES[: round_no + 2]:
            enter(firm, name, "approved", "8", "W1", -3 - round_no)
        post(firm, str(round_no), ENTRIES[round_no], "8", -1)
        engines = [Thread(target=engine) for _ in range(2)]
        for one in engines:
            one.start()
        for one in engines:
            one.join()
    assert failed == []
    followed = state_of_things()
    assert firm.reconcile(*codes, full=True) == []
    assert followed == state_of_things()
    assert firm.subjects("TP01") == ["psa:TE-3"]


@pytest.mark.django_db(transaction=True)
def test_a_small_change_is_judged_alone(committed_firm):
    for name in ENTRIES:
        committed_firm.say("time_entry", name)
    committed_firm.reconcile("TP01")
    committed_firm.say("project_actual", "1", source_key="psa:TE-2")
    committed_firm.reconcile("TP01")

    run = ControlRun.objects.filter(control="TP01").latest("id")
    assert (run.mode, run.judged, run.matched) == ("incremental", 1, 1)
    assert run.based_on.mode == "full"
    assert committed_firm.subjects("TP01") == ["psa:TE-0", "psa:TE-1", "psa:TE-3"]
    assert not Change.objects.exists()
