"""Time that does not reach the ledger, or reaches it wrongly (the first rows of domain.md G.3)."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from connectors.sandbox.faults.case import Case
from connectors.sandbox.faults.hours import (
    approval_due,
    before_lock,
    bill,
    claim_hours,
    cost,
    hours_later,
    posting_due,
)
from connectors.sandbox.faults.ripples import (
    book_labour,
    refuse,
    unapprove,
    uncount,
    unpost,
    unwrite,
)
from connectors.sandbox.faults.scene import LATE_JUNE, Scene
from connectors.sandbox.systems.work import actual, approver_of
from connectors.sandbox.time import Entry

GRACE = timedelta(hours=24)
RETRIES = timedelta(hours=8, minutes=36)


def lost(case: Case, entry: Entry, error: str, error_class: str, at: datetime, outcome: str) -> str:
    """The posting never came in: its message says so at once, and is worth what it carries."""
    key = f"psa:TE-{entry.name}"
    with case.about(key):
        unpost(case, entry)
        message = refuse(case, key, error, error_class, at, outcome)
    claim_hours(case, "IN01", entry, message)
    return key


def never_posted(case: Case, entry: Entry) -> None:
    """A message of it died after its last retry, and the entry is missing in the ledger."""
    assert entry.posted_at
    died = entry.posted_at + RETRIES
    key = lost(case, entry, "timeout", "retryable", died, "dead_lettered")
    case.subject(key, seen_from=posting_due(entry))
    claim_hours(case, "TP01", entry)


def posting_lost(scene: Scene) -> None:
    """A posting message dies after its last retry."""
    for entry in scene.pick(scene.recent(), scene.count(40)):
        case = scene.case(
            "TP01", "message_dead_lettered", f"middleware:FR-{entry.batch}", _posted(entry),
            grace=GRACE,
            fix="replay the posting message",
        )  # fmt: skip
        never_posted(case, entry)


def posting_burst(scene: Scene) -> None:
    """One night's batch loses a run of messages at once."""
    nights: dict[str, list[Entry]] = defaultdict(list)
    for entry in scene.recent(LATE_JUNE[0], date(2026, 6, 26)):
        nights[entry.batch].append(entry)
    if not nights:
        return
    batch = max(sorted(nights), key=lambda name: len(nights[name]))
    gone = scene.pick(nights[batch], scene.count(120))
    case = scene.case(
        "TP01", "message_dead_lettered", f"middleware:FR-{batch}", _posted(gone[0]), grace=GRACE,
        fix="replay the lost part of the batch, with approval",
    )  # fmt: skip
    for entry in gone:
        never_posted(case, entry)


def _posted(entry: Entry):
    assert entry.posted_at
    return entry.posted_at


def period_refused(scene: Scene) -> None:
    """Time of May that was approved after May had been locked is refused."""
    for entry in scene.pick(scene.recent(date(2026, 6, 1), date(2026, 6, 5)), scene.count(22)):
        case = scene.case(
            "TP08", "period_locked", f"erp:{entry.worker.entity.code}-2605", _posted(entry),
            fix="accrue, or post in the current period keeping the service date",
        )  # fmt: skip
        at = _posted(entry)
        key = lost(case, entry, "period_locked", "business_rule", at, "rejected")
        own = f"TE-{entry.name}"
        case.rewrite("psa", "time_entry", own, work_date=_may(entry), period="2026-05", late=True)
        case.subject(key)
        case.child("TP01", key, posting_due(entry))
        case.child("TP11", key, entry.approved_at)
        for control in ("TP08", "TP01"):
            claim_hours(case, control, entry)
        for amount, currency in (bill(scene.world, entry), cost(entry)):
            case.claim("TP11", "misstatement", key, amount, currency)


def _may(entry: Entry) -> date:
    """The same weekday of the last week of May, all of them working days everywhere."""
    return date(2026, 5, 26) + timedelta(days=entry.day.weekday() % 4)


def period_override(scene: Scene) -> None:
    """Somebody with the permission posts into a locked month all the same."""
    free = [one for one in scene.recent(date(2026, 6, 1), date(2026, 6, 12)) if not one.amount]
    for entry in scene.pick(free, scene.count(2)):
        case = scene.case(
            "TP08", "period_locked", f"erp:{entry.worker.entity.code}-2605", _posted(entry),
            measure="misstatement", fix="document who allowed it, and review",
        )  # fmt: skip
        day = _may(entry)
        case.rewrite(
            "erp", "project_actual", f"PA-{entry.name}", work_date=day, accounting_date=day,
            source_updated_by="j.override",
        )  # fmt: skip
        case.rewrite("psa", "time_entry", f"TE-{entry.name}", work_date=day, period="2026-05")
        key = f"erp:PA-{entry.name}"
        case.subject(key)
        # May is closed, and was never opened again.
        case.bound("TP08", key, "critical")
        case.claim("TP08", "misstatement", f"psa:TE-{entry.name}", *cost(entry), key)


def posted_twice(scene: Scene) -> None:
    """The same entry is applied twice, since a repeated message was not recognised."""
    early = [one for one in scene.recent() if before_lock(one)]
    for entry in scene.pick(early, scene.count(28)):
        case = scene.case(
            "TP04", "double_posting", f"psa:TE-{entry.name}", _posted(entry) + GRACE,
            measure="misstatement", fix="reverse the surplus line, mend the duplicate check",
        )  # fmt: skip
        _again(case, entry)


def batch_replayed(scene: Scene) -> None:
    """A whole batch is sent again and taken again."""
    batches: dict[str, list[Entry]] = defaultdict(list)
    for entry in filter(before_lock, scene.recent()):
        batches[entry.batch].append(entry)
    if not batches:
        return
    wanted = scene.count(35)
    name = max(sorted(batches), key=lambda one: min(len(batches[one]), wanted))
    chosen = scene.pick(batches[name], wanted)
    case = scene.case(
        "TP04", "double_posting", f"middleware:FR-{name}", _posted(chosen[0]) + GRACE,
        measure="misstatement", fix="reverse the second batch, keep idempotency keys longer",
    )  # fmt: skip
    for entry in chosen:
        _again(case, entry)


def _again(case: Case, entry: Entry) -> None:
    """A second ledger line for the same key, and the second message that made it."""
    at = _posted(entry) + GRACE
    own = f"PA-{entry.name}-2"
    case.create("erp", "project_actual", own, at, **actual(entry) | {"posted_at": at})
    book_labour(case, entry, entry.cost)
    book, place = case.book, ("middleware", "integration_message")
    message = case.scene.world.message_of[f"psa:TE-{entry.name}"]
    row = dict(book.row((*place, message)) or {})
    for name in ("source_id", "source_version", "source_updated_at", "source_updated_by"):
        row.pop(name, None)
    row |= {
        "message_id": f"{message}-2", "emitted_at": at, "received_at": at, "applied_at": at,
        "target_ref": f"erp:{own}",
    }  # fmt: skip
    case.create(*place, f"{message}-2", at, **row)
    key, second = f"psa:TE-{entry.name}", f"middleware:{message}-2"
    case.subject(key, seen_from=at)
    case.child("IN06", second, at)
    for amount, currency in ((entry.amount, entry.project.currency), cost(entry)):
        case.claim("TP04", "misstatement", key, amount, currency)
        case.claim("IN06", "misstatement", key, amount, currency, second)


def posted_wrong(scene: Scene) -> None:
    """The ledger holds other hours, or another price, than what was approved."""
    billed = [one for one in scene.recent() if one.amount]
    for place, entry in enumerate(scene.pick(billed, scene.count(45))):
        key, due = f"psa:TE-{entry.name}", max(_posted(entry), entry.approved_at + GRACE)
        case = scene.case(
            "TP02", "posted_mismatch", key, _posted(entry), grace=due - _posted(entry),
            measure="misstatement", fix="reverse and post again from the PSA",
        )  # fmt: skip
        assert entry.amount is not None
        if place % 3 == 2:
            less = entry.amount - entry.amount * 9 / 10
            _misstate(case, entry, bill_amount=-less)
            case.subject(key, less, entry.project.currency)
        else:
            rate, price = entry.worker.cost_rate, entry.amount / entry.hours
            _misstate(
                case, entry, hours=-1, cost_amount=-rate, cost_amount_functional=-rate,
                bill_amount=-price,
            )  # fmt: skip
            book_labour(case, entry, -rate)
            case.subject(key, price, entry.project.currency)
            case.risk(rate, entry.worker.entity.currency)


def _misstate(case: Case, entry: Entry, **deltas) -> None:
    case.add("erp", "project_actual", f"PA-{entry.name}", **deltas)


def recalled(scene: Scene) -> None:
    """The PSA takes back what the ledger already holds."""
    free = [one for one in scene.recent() if not one.amount]
    for entry in scene.pick(free, scene.count(6)):
        at = _posted(entry) + timedelta(days=1)
        key, due = f"erp:PA-{entry.name}", hours_later(entry.worker.entity, at, 4)
        case = scene.case(
            "TP03", "recalled_after_posting", key, at, grace=due - at,
            measure="misstatement", co=("MD09",), fix="reverse the line, or approve with evidence",
        )  # fmt: skip
        case.amend("psa", "time_entry", f"TE-{entry.name}", at, status="recalled")
        uncount(case, entry)
        case.subject(key)
        case.claim("TP03", "misstatement", f"psa:TE-{entry.name}", *cost(entry), key)


def approver_stuck(scene: Scene) -> None:
    """Two approvers decide nothing for eight working days."""
    waiting: dict[str, list[Entry]] = defaultdict(list)
    for entry in scene.recent(date(2026, 6, 15), date(2026, 6, 26)):
        waiting[approver_of(entry)].append(entry)
    busiest = sorted(waiting, key=lambda name: (-len(waiting[name]), name))
    for approver in scene.pick(busiest[:6], 2):
        entries = sorted(waiting[approver], key=lambda one: one.no)[: scene.count(90)]
        scene.take(*entries)
        first = min(one.submitted_at for one in entries)
        due = min(approval_due(one) for one in entries)
        case = scene.case(
            "TP05", "approver_bottleneck", f"psa:{approver}",
            first, grace=due - first, fix="delegate, or let an alternate approve",
        )  # fmt: skip
        for entry in entries:
            unapprove(case, entry)
            key = f"psa:TE-{entry.name}"
            case.subject(key, *bill(scene.world, entry), seen_from=approval_due(entry))


def timesheet_missing(scene: Scene) -> None:
    """A week that somebody worked and never wrote down."""
    for worker in scene.pick(scene.staff(), scene.count(16)):
        monday = date(2026, 6, 15 if worker.no % 2 else 22)
        week = [
            one
            for one in scene.world.entries
            if one.worker is worker
            and monday <= one.day < monday + timedelta(days=5)
            and scene.is_free(one)
        ]
        if not week:
            continue
        scene.take(*week)
        key = f"psa:RES-{worker.number}/{monday.isocalendar().year}-W{monday.isocalendar().week}"
        case = scene.case(
            "TP06", "timesheet_missing", key, week[-1].submitted_at, grace=timedelta(days=2),
            is_estimated=True, fix="the worker submits, or the manager by proxy",
        )  # fmt: skip
        for entry in week:
            unwrite(case, entry)
            case.subject(key, entry.amount, entry.project.currency)
