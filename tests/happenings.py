"""What can happen to a tiny firm, in any order: the acts of a history, and how each is done."""

from datetime import timedelta

from hypothesis import strategies as st

from opsboard.records import decisions
from opsboard.records.models import Entity, Merge
from opsboard.sync.models import RefusedRow
from tests.firm import NOW
from tests.saying import sayings

ENTRIES = [f"TE-{n}" for n in range(4)]
LINES = [str(n) for n in range(4)]
WORKERS = ["W1", "W2"]
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
    st.tuples(st.just("say"), sayings()),
    st.tuples(st.just("say"), sayings()),
    st.tuples(st.just("out_of_order"), sayings()),
    st.tuples(st.just("twice"), sayings()),
    st.tuples(st.just("take_back"), sayings()),
    st.tuples(st.just("refuse"), sayings()),
    st.just(("dismiss",)),
    st.tuples(st.just("merge"), st.sampled_from(["worker", "project", "party"])),
    st.just(("undo",)),
    st.tuples(st.just("message"), entry, st.sampled_from(["dead_lettered", "rejected", "applied"])),
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
    assert firm.reconcile(*firm.codes) == []


def message(firm, of, outcome):
    firm.say(
        "integration_message",
        f"M-{of}",
        "middleware",
        message_id=f"M-{of}",
        source="psa",
        target="erp",
        flow="time_posting",
        subject_kind="time_entry",
        subject_key=f"psa:{of}",
        outcome=outcome,
        emitted_at=firm.now,
    )


def say(firm, saying):
    kind, source_id, system, said = saying
    firm.say(kind, source_id, system, **said)


def out_of_order(firm, saying):
    """The newer word comes first, and the older one after it."""
    kind, source_id, system, said = saying
    older, newer = next(firm.versions), next(firm.versions)
    firm.say(kind, source_id, system, **said, source_version=newer)
    firm.say(kind, source_id, system, source_version=older)


def twice(firm, saying):
    kind, source_id, system, said = saying
    version = next(firm.versions)
    for _ in range(2):
        firm.say(kind, source_id, system, **said, source_version=version)


def take_back(firm, saying):
    kind, source_id, system, _ = saying
    firm.drop(kind, source_id, system)


def refuse(firm, saying):
    kind, source_id, system, said = saying
    hints = {name: value for name, value in said.items() if isinstance(value, str)}
    RefusedRow.objects.get_or_create(
        stream=firm.stream(system, kind),
        fingerprint=f"{system}{kind}{source_id}",
        state=RefusedRow.State.OPEN,
        defaults={
            "source_id": source_id,
            "reason": "cannot be read",
            "row": "{}",
            "hints": hints,
            "refused_at": firm.now,
        },
    )


def dismiss(firm):
    RefusedRow.objects.update(state=RefusedRow.State.DISMISSED)


def merge(firm, kind):
    """Two things of a kind become one, under whatever native ids."""
    several = list(Entity.objects.filter(kind=kind, merged_into=None).order_by("id")[:2])
    if len(several) == 2:
        decisions.merge(several[1], several[0], by=firm.steward, at=firm.now)


def undo(firm):
    done = Merge.objects.filter(undone_at=None, parent=None).order_by("-id").first()
    if done:
        decisions.undo(done, by=firm.steward, at=firm.now)


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
    "message": message,
    "say": say,
    "out_of_order": out_of_order,
    "twice": twice,
    "take_back": take_back,
    "refuse": refuse,
    "dismiss": dismiss,
    "merge": merge,
    "undo": undo,
}
