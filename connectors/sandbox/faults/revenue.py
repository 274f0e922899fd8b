"""Revenue, books and cash that do not tie (domain.md C.6 and C.7)."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from connectors.sandbox.commercial import Project
from connectors.sandbox.faults.billing_money import close_of, row_of
from connectors.sandbox.faults.billing_ripples import unreceive
from connectors.sandbox.faults.case import Case
from connectors.sandbox.faults.scene import Scene, utc
from connectors.sandbox.ledger import journal
from connectors.sandbox.natives import native
from connectors.sandbox.revenue import Earning
from connectors.sandbox.world import CENT

JUNE = date(2026, 6, 1)
LITTLE = Decimal(2000)


def _june(scene: Scene) -> list[Earning]:
    return [
        one
        for one in scene.world.earnings
        if one.month == JUNE
        and one.amount
        and one.project not in scene.shut
        and scene.is_free(one.project)
    ]


def _schedule(project: Project) -> str:
    return native("erp", "revenue_schedule", f"{project.no:04}")


def unrecognised(scene: Scene) -> None:
    """June was earned and not recognised."""
    # A month that earned little is within what revenue may differ by.
    much = [one for one in _june(scene) if one.amount > LITTLE]
    for earning in scene.pick(much, scene.count(5), lambda one: ("revenue", one.project)):
        key = f"erp:{_schedule(earning.project)}"
        due = close_of(earning.project.entity, JUNE, 4)
        case = scene.case(
            "RV01", "revenue_not_run", key, earning.posted_at, grace=due - earning.posted_at,
            measure="misstatement", fix="release the revenue run of the contract",
        )  # fmt: skip
        recognised = row_of(case, "revenue_event", earning.name)["recognised"]
        case.remove("erp", "revenue_event", native("erp", "revenue_event", earning.name))
        for place in (1, 2):
            case.remove("erp", "gl_posting", f"GL-RJ-{earning.name}-{place}")
        case.subject(key, recognised, earning.project.currency)


def schedule_on_hold(scene: Scene) -> None:
    """An active contract whose revenue plan was put on hold without a word."""
    for earning in scene.pick(_june(scene), scene.count(2), lambda one: ("revenue", one.project)):
        key, at = f"erp:{_schedule(earning.project)}", utc(date(2026, 6, 10))
        case = scene.case(
            "RV02", "schedule_on_hold", key, at, grace=timedelta(days=2), measure="misstatement",
            fix="release the schedule, or say why not",
        )  # fmt: skip
        case.amend("erp", "revenue_schedule", _schedule(earning.project), at, status="on_hold")
        case.subject(key, earning.amount, earning.project.currency)


def inputs_differ(scene: Scene) -> None:
    """The progress that revenue used is not that of the PSA."""
    fixed = [one for one in _june(scene) if not one.project.by_time]
    for earning in scene.pick(fixed, scene.count(4), lambda one: ("revenue", one.project)):
        own, entity = _schedule(earning.project), earning.project.entity
        at, due = utc(date(2026, 7, 2), 8), close_of(entity, JUNE, 2)
        case = scene.case(
            "RV03", "progress_input", f"erp:{own}", at, grace=due - at,
            measure="misstatement", fix="publish the inputs again",
        )  # fmt: skip
        row = scene.world.book.row(("erp", "revenue_schedule", own)) or {}
        right = row["progress_hours"]
        hours = (right * Decimal("0.85")).quantize(Decimal("0.01"))
        case.amend("erp", "revenue_schedule", own, at, progress_hours=hours)
        # As much of what progress has earned so far as the input is short of hours.
        earned = row["allocated_price"] * row["progress_fraction"]
        effect = (earned * (right - hours) / right).quantize(CENT, ROUND_HALF_UP)
        case.subject(f"erp:{own}", effect, earning.project.currency)


def rollforward_break(scene: Scene) -> None:
    """A closing balance that nobody's movements explain."""
    for earning in scene.pick(_june(scene), scene.count(2), lambda one: ("revenue", one.project)):
        own, due = (
            native("erp", "revenue_event", earning.name),
            close_of(earning.project.entity, JUNE, 4),
        )
        case = scene.case(
            "RV04", "untyped_movement", f"erp:{_schedule(earning.project)}", earning.posted_at,
            grace=due - earning.posted_at, measure="misstatement",
            fix="find and type the movement",
        )  # fmt: skip
        gap = Decimal("6400.00")
        row = row_of(case, "revenue_event", earning.name)
        side = "deferred_balance" if row["deferred_balance"] else "unbilled_balance"
        case.add("erp", "revenue_event", own, **{side: gap})
        case.subject(f"erp:{_schedule(earning.project)}", gap, earning.project.currency)


def change_untreated(scene: Scene) -> None:
    """Approved, and no revenue accountant has decided what it means."""
    free = [one for one in scene.world.changes if scene.is_free(one)]
    for change in scene.pick(free, scene.count(3)):
        key = f"crm:{native('crm', 'change_order', change.name)}"
        case = scene.case(
            "RV08", "treatment_undecided", key, change.approved_at, grace=timedelta(days=3),
            measure="misstatement", fix="decide the treatment and post its entry",
        )  # fmt: skip
        for system in ("crm", "psa", "erp"):
            own = native(system, "change_order", change.name)
            case.truncate(system, "change_order", own, change.approved_at + timedelta(hours=1))
        case.subject(key, change.delta, change.project.currency)


def manual_journal(scene: Scene) -> None:
    """Somebody wrote into an account that only the subledger may move."""
    entity = scene.world.external[0].entity
    at, day = utc(date(2026, 6, 29), 15), date(2026, 6, 29)
    case = scene.case(
        "RV06", "manual_journal", "erp:GL-MJ-001-1", at, grace=timedelta(hours=4),
        measure="misstatement", fix="reverse the journal",
    )  # fmt: skip
    amount = Decimal("18750.00")
    _write_journal(case, entity, day, at, amount)
    case.subject("erp:GL-MJ-001-1", amount, entity.currency)


def _write_journal(case: Case, entity, day, at, amount) -> None:
    lines = [("contract", "", amount), ("payable", "", -amount)]
    ids = journal(
        case.scene.world, entity, "MJ-001", day, at, "gl", lines, manual=True,
        created_by="k.accountant",
    )  # fmt: skip
    for own in ids:
        case.made(("erp", "gl_posting", own))


def receivable_stale(scene: Scene) -> None:
    """Sales still sees an invoice as open that was paid."""
    paid = [
        one
        for one in scene.world.receipts
        if one.applied_at < utc(date(2026, 6, 30))
        and scene.is_free(one)
        and scene.is_free(one.invoice)
        and scene.is_free(one.invoice.project)
    ]
    for receipt in scene.pick(paid, scene.count(12)):
        own = native("crm", "invoice", receipt.invoice.name)
        case = scene.case(
            "AR01", "copy_stale", f"erp:{native('erp', 'invoice', receipt.invoice.name)}",
            receipt.applied_at, grace=timedelta(hours=24), measure="cash_at_risk",
            fix="replay the status",
        )  # fmt: skip
        case.truncate("crm", "invoice", own, receipt.applied_at)
        # The money is in the bank: of what is still open, nothing is at risk.
        case.subject(case.truth.root_entity)


def cash_unapplied(scene: Scene) -> None:
    """Money came, and nobody said for what."""
    came = [
        one
        for one in scene.world.receipts
        if date(2026, 6, 8) <= one.value_on <= date(2026, 6, 26)
        and scene.is_free(one)
        and scene.is_free(one.invoice)
        and scene.is_free(one.invoice.project)
    ]
    for receipt in scene.pick(came, scene.count(6)):
        own = native("erp", "receipt", receipt.name)
        case = scene.case(
            "AR02", "receipt_unmatched", f"erp:{own}", receipt.received_at,
            grace=timedelta(days=2), measure="cash_at_risk", fix="apply the receipt",
        )  # fmt: skip
        unreceive(case, receipt.name)
        case.truncate("erp", "receipt", own, receipt.received_at)
        for system in ("erp", "crm", "psa"):
            invoice = native(system, "invoice", receipt.invoice.name)
            case.truncate(system, "invoice", invoice, receipt.applied_at - timedelta(minutes=1))
        case.subject(f"erp:{own}", receipt.invoice.gross, receipt.invoice.currency)
