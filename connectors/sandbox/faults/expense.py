"""Charges where none may be, and expenses and subcontracts that are not what they should be."""

from datetime import date, timedelta
from decimal import Decimal

from connectors.sandbox.calendar import local
from connectors.sandbox.expense import Expense
from connectors.sandbox.faults.billing_ripples import book_expense, unpost_expense
from connectors.sandbox.faults.ripples import refuse
from connectors.sandbox.faults.scene import Scene, utc
from connectors.sandbox.faults.spending import claim_expense, expense_due
from connectors.sandbox.natives import entity_id, native
from connectors.sandbox.systems.work import cost_of, receipt_of
from connectors.sandbox.world import CENT

GRACE = timedelta(hours=24)


def charge_on_closed_task(scene: Scene) -> None:
    """Time on a task that delivery had closed."""
    for entry in scene.pick(scene.recent(), scene.count(9)):
        key, task = f"psa:TE-{entry.name}", f"X{entry.name}"
        case = scene.case(
            "TP07", "task_not_postable", f"psa:{native('psa', 'task', task)}", entry.approved_at,
            fix="recode or reject the time",
        )  # fmt: skip
        for system in ("psa", "erp"):
            own = native(system, "task", task)
            case.create(
                system, "wbs_task", own, scene.world.founded + timedelta(days=8),
                legal_entity=entity_id(system, entity_of(entry)),
                project=native(system, "project", entry.project.code),
                task_no=f"{entry.project.code}.{task}", name="Discovery", level=1,
                chargeable=True, billable=entry.billable, status="released",
            )  # fmt: skip
            case.amend(system, "wbs_task", own, utc(date(2026, 6, 1)), status="closed")
        case.rewrite("psa", "time_entry", f"TE-{entry.name}", task=native("psa", "task", task))
        case.rewrite("erp", "project_actual", f"PA-{entry.name}", task=native("erp", "task", task))
        case.subject(key, entry.amount, entry.project.currency)


def entity_of(entry) -> str:
    return entry.project.entity.code


def charge_after_exit(scene: Scene) -> None:
    """A leaver's last days are dated after the last day."""
    gone = {one for one in scene.world.workers if one.last_day}
    last = [
        one
        for one in scene.world.entries
        if one.worker in gone
        and one.posted_at
        and one.day == one.worker.last_day
        and scene.is_free(one)
        and scene.is_free(one.project)
    ]
    for entry in scene.pick(last, scene.count(4), lambda one: one.worker):
        scene.take(entry)
        key, day = f"psa:TE-{entry.name}", entry.day + timedelta(days=3)
        case = scene.case(
            "WL06", "outside_employment", f"hcm:{native('hcm', 'worker', entry.worker.number)}",
            entry.approved_at, measure="cash_at_risk", co=("TP07",),
            fix="correct the date of the time, or the exit in HR",
        )  # fmt: skip
        case.rewrite("psa", "time_entry", f"TE-{entry.name}", work_date=day)
        case.rewrite("erp", "project_actual", f"PA-{entry.name}", work_date=day)
        case.subject(key, entry.cost, entry.worker.entity.currency)


def _recent(scene: Scene) -> list[Expense]:
    """Expenses of June on projects that no other fault has."""
    return [
        one
        for one in scene.world.expenses
        if date(2026, 6, 2) <= one.day <= date(2026, 6, 24)
        and scene.is_free(one)
        and scene.is_free(one.project)
    ]


def expense_unposted(scene: Scene) -> None:
    for expense in scene.pick(_recent(scene), scene.count(31)):
        own = native("psa", "expense_item", expense.name)
        case = scene.case(
            "EX01", "message_dead_lettered", f"middleware:FR-{expense.batch}",
            expense.approved_at, grace=GRACE, measure="cost_at_risk", fix="replay the expense",
        )  # fmt: skip
        unpost_expense(case, expense)
        at = expense.posted_at + timedelta(hours=8)
        message = refuse(case, f"psa:{own}", "timeout", "retryable", at, "dead_lettered")
        case.subject(f"psa:{own}", seen_from=expense_due(expense))
        claim_expense(case, "EX01", expense)
        claim_expense(case, "IN01", expense, message)


def expense_duplicate(scene: Scene) -> None:
    """The same receipt a second time, on another report, taken into the books."""
    for expense in scene.pick(_recent(scene), scene.count(8)):
        second = native("psa", "expense_item", f"{expense.name}-B")
        case = scene.case(
            "EX02", "duplicate", f"psa:{second}", expense.approved_at, measure="cash_at_risk",
            fix="recover or reject the second claim",
        )  # fmt: skip
        again = {
            "report_no": f"XR-{expense.worker.no:04}-B{expense.no}", "billable": False,
            "bill_amount": None, "bill_currency": "", "correlation_id": f"expense-{expense.no}-B",
        }  # fmt: skip
        approval = {"approved_at": expense.approved_at, "status": "posted"}
        case.create(
            "psa", "expense_item", second, expense.approved_at,
            **receipt_of(expense, "psa") | again | approval,
        )  # fmt: skip
        case.create(
            "erp", "expense_item", native("erp", "expense_item", f"{expense.name}-B"),
            expense.posted_at, **receipt_of(expense, "erp") | again | approval,
        )  # fmt: skip
        line = {"source_key": f"psa:{second}", "billable": False, "bill_amount": None}
        case.create(
            "erp", "project_actual", f"PA-X{expense.name}-B", expense.posted_at,
            **cost_of(expense) | line,
        )  # fmt: skip
        book_expense(case, expense, expense.functional)
        case.subject(f"psa:{second}", expense.functional, expense.worker.entity.currency)


def expense_tax_missing(scene: Scene) -> None:
    taxed = [one for one in _recent(scene) if one.tax]
    for expense in scene.pick(taxed or _recent(scene), scene.count(14)):
        own = native("psa", "expense_item", expense.name)
        case = scene.case(
            "EX03", "tax_code_missing", f"psa:{own}", expense.approved_at,
            measure="misstatement", fix="set the tax code in the expense tool",
        )  # fmt: skip
        for system in ("psa", "erp"):
            case.rewrite(
                system, "expense_item", native(system, "expense_item", expense.name),
                tax_code="", tax_amount=None,
            )  # fmt: skip
        case.subject(f"psa:{own}", expense.tax, expense.currency)


def expense_wrong_rate(scene: Scene) -> None:
    """Converted with the rate upside down."""
    abroad = [one for one in _recent(scene) if one.currency != one.worker.entity.currency]
    for expense in scene.pick(abroad, scene.count(11)):
        own = native("erp", "expense_item", expense.name)
        wrong = (expense.amount / expense.rate).quantize(CENT)
        case = scene.case(
            "IN10", "fx_rate_inverted", f"erp:{own}", expense.posted_at, measure="misstatement",
            fix="correct the rate and revalue",
        )  # fmt: skip
        inverted = (1 / expense.rate).quantize(Decimal("0.000001"))
        case.rewrite("erp", "expense_item", own, amount_functional=wrong, fx_rate=inverted)
        difference = wrong - expense.functional
        case.add(
            "erp", "project_actual", f"PA-X{expense.name}", cost_amount=difference,
            cost_amount_functional=difference,
        )  # fmt: skip
        book_expense(case, expense, difference)
        case.subject(f"erp:{own}", abs(difference), expense.worker.entity.currency)


def subcontract_uncaptured(scene: Scene) -> None:
    """A subcontractor's June was charged, but never reached the project."""
    june = [one for one in scene.world.charges if one.starts_on == date(2026, 6, 16)]
    june = june or [one for one in scene.world.charges if one.starts_on == date(2026, 6, 1)]
    for charge in scene.pick(june, scene.count(7)):
        order, entity = charge.order, charge.order.worker.entity
        root = f"procurement:{native('procurement', 'purchase_commitment', order.name)}"
        case = scene.case(
            "EX04", "accrual_missing", root, local(entity.zone, charge.ends_on, 18 * 60),
            grace=timedelta(days=2), measure="cost_at_risk", fix="receive, accrue, or code it",
        )  # fmt: skip
        case.truncate("erp", "supplier_charge", f"VI-{charge.name}",
                      charge.posted_at - timedelta(hours=1))  # fmt: skip
        case.remove("erp", "project_actual", f"PA-S{charge.name}")
        for place in (1, 2):
            case.remove("erp", "gl_posting", f"GL-SB-{charge.name}-{place}")
        case.subject(root, charge.amount, entity.currency)
