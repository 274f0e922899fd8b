"""House promise 3: whatever happened, judging what changed leaves the same items as judging all."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsboard.controls.models import ControlRun
from opsboard.exceptions.models import Atom, ExceptionItem, Group, State
from opsboard.records.models import Change
from tests.firm import NOW, make_firm

ENTRIES = [f"TE-{n}" for n in range(4)]
LINES = [str(n) for n in range(4)]
WORKERS = ["W1", "W2"]
SETTLED = {"id", "detected_at", "found_by_run", "group_id", "state", "times_reopened"}

entry = st.sampled_from(ENTRIES)
line = st.sampled_from(LINES)
step = st.one_of(
    st.tuples(
        st.just("entry"),
        entry,
        st.sampled_from(["approved", "recalled", "draft"]),
        st.sampled_from(["8", "4.5"]),
        st.sampled_from(WORKERS),
        st.integers(-3, 2),
    ),
    st.tuples(
        st.just("post"), line, entry, st.sampled_from(["8", "4.5", "-8"]), st.integers(-2, 0)
    ),
    st.tuples(st.just("drop_entry"), entry),
    st.tuples(st.just("drop_line"), line),
    st.tuples(st.just("rate"), st.sampled_from(WORKERS), st.booleans()),
    st.tuples(st.just("project"), st.sampled_from(["active", "closed"])),
    st.tuples(st.just("book"), st.sampled_from(WORKERS), st.integers(0, 20)),
    st.tuples(
        st.just("invoice"), st.sampled_from(["1", "2"]), st.sampled_from(["draft", "issued"])
    ),
    st.tuples(st.just("customer"), st.sampled_from(["", "GB1"])),
    st.tuples(st.just("period"), st.sampled_from(["open", "locked"])),
    st.tuples(st.just("fx"), st.integers(-4, 1), st.sampled_from(["1.25", "1.30"])),
    st.tuples(st.just("clock"), st.integers(1, 40)),
    st.tuples(st.just("feed"), st.sampled_from(["psa", "erp"]), st.integers(0, 60)),
    st.just(("judge",)),
)


def enter(firm, source_id, status, hours, worker, days):
    approved = NOW + timedelta(days=days)
    firm.say(
        "time_entry",
        source_id,
        status=status,
        hours=hours,
        worker=worker,
        approved_at=approved if status == "approved" else None,
        bill_currency="GBP" if worker == "W2" else "USD",
    )


def post(firm, source_id, of, hours, days):
    firm.say(
        "project_actual",
        source_id,
        source_key=f"psa:{of}",
        hours=hours,
        posted_at=NOW + timedelta(days=days),
    )


def rate(firm, worker, exists):
    firm.say("cost_rate", f"R-{worker}", worker=worker, is_deleted=not exists)


def book(firm, worker, days):
    ends = NOW.date() + timedelta(days=days)
    firm.say("assignment", f"A-{worker}", worker=worker, ends_on=ends)


def change_money(firm, days, rate):
    day = NOW.date() + timedelta(days=days)
    firm.say("fx_rate", f"F{day}", rate_date=day, rate=rate)


def wait(firm, hours):
    firm.now += timedelta(hours=hours)
    firm.watermark = max(firm.watermark, firm.now)
    firm.read_up_to(firm.watermark)


def judge(firm):
    assert firm.reconcile() == []


ACTS = {
    "entry": enter,
    "post": post,
    "drop_entry": lambda firm, source_id: firm.drop("time_entry", source_id),
    "drop_line": lambda firm, source_id: firm.drop("project_actual", source_id),
    "rate": rate,
    "project": lambda firm, status: firm.say("project", "P1", "erp", status=status),
    "book": book,
    "invoice": lambda firm, number, status: firm.say("invoice", number, status=status),
    "customer": lambda firm, tax_id: firm.say("party", "C1", "erp", tax_id=tax_id),
    "period": lambda firm, status: firm.say("accounting_period", "6", status=status),
    "fx": change_money,
    "clock": wait,
    "feed": lambda firm, system, late: firm.read_up_to(firm.now - timedelta(hours=late), system),
    "judge": judge,
}


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


@pytest.mark.django_db(transaction=True)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(step, min_size=3, max_size=14))
def test_incremental_equals_full(history):
    empty()
    with ExitStack() as stack:
        firm = make_firm(stack).basics()
        firm.say("worker", "W2", "psa", worker_no="W2", name="Ravi Menon")
        firm.say("worker", "W2", "erp", worker_no="W2", name="Ravi Menon")
        firm.reconcile()
        for what, *details in history:
            ACTS[what](firm, *details)
        firm.reconcile()
        followed = state_of_things()
        firm.reconcile(full=True)
        assert followed == state_of_things()


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
