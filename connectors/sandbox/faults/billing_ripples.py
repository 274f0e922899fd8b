"""What follows of itself when an invoice does not go out, or was never made."""

from datetime import date, datetime, timedelta

from connectors.sandbox.billing import Invoice
from connectors.sandbox.calendar import month_of
from connectors.sandbox.expense import Expense
from connectors.sandbox.faults.case import Case
from connectors.sandbox.faults.ripples import carry, move_journal, unbill, unearn
from connectors.sandbox.faults.scene import Scene
from connectors.sandbox.natives import native
from connectors.sandbox.systems.work import billed_at

SINCE = date(2026, 6, 2)


def issued(scene: Scene, since: date = SINCE) -> list[Invoice]:
    """Invoices that went out in June or July, of projects that no other fault has."""
    return [
        one
        for one in scene.world.invoices
        if one.issued_on >= since and scene.is_free(one) and scene.is_free(one.project)
    ]


def unpaid(scene: Scene) -> list[Invoice]:
    """What nobody has paid yet and still has its first line: its total may yet be another."""
    paid = {one.invoice for one in scene.world.receipts}
    held = scene.world.book.pages["erp", "invoice_line"]
    free = [one for one in issued(scene) if one not in paid]
    return [one for one in free if f"INL-{one.lines[0].name}" in held]


def unissue(case: Case, invoice: Invoice, until: datetime) -> None:
    """The invoice got no further than it was at `until`: nobody outside finance ever saw it."""
    own = native("erp", "invoice", invoice.name)
    net = (case.book.row(("erp", "invoice", own)) or {"net": invoice.net})["net"]
    case.truncate("erp", "invoice", own, until)
    for system in ("crm", "psa"):
        case.remove(system, "invoice", native(system, "invoice", invoice.name))
    for place in (1, 2, 3):
        if case.book.history(("erp", "gl_posting", f"GL-AR-{invoice.name}-{place}")):
            case.remove("erp", "gl_posting", f"GL-AR-{invoice.name}-{place}")
    _unpaid(case, invoice)
    _unbilled(case, invoice)
    carry(case, invoice.project, month_of(invoice.issued_on), net)


def uninvoice(case: Case, invoice: Invoice) -> None:
    """Nobody ever made the invoice."""
    unissue(case, invoice, invoice.drafted_at)
    case.remove("erp", "invoice", native("erp", "invoice", invoice.name))
    for line in invoice.lines:
        case.remove("erp", "invoice_line", native("erp", "invoice_line", line.name))
        if line.event:
            _untrigger(case, line.event.name, line.event.ready_at)


def _untrigger(case: Case, event: str, ready_at: datetime) -> None:
    for system, lag in (("psa", timedelta(0)), ("erp", timedelta(minutes=20))):
        case.truncate(system, "billing_event", native(system, "billing_event", event),
                      ready_at + lag)  # fmt: skip
    for system, lag in (("erp", timedelta(0)), ("psa", timedelta(minutes=30))):
        case.truncate(system, "billing_schedule", native(system, "billing_schedule", event),
                      ready_at + lag)  # fmt: skip


def unreceive(case: Case, name: str) -> None:
    """The receipt is there, but was not applied."""
    case.remove("erp", "receipt_application", native("erp", "receipt_application", name))


def _unpaid(case: Case, invoice: Invoice) -> None:
    """No money came for what was not sent."""
    for receipt in case.scene.world.receipts:
        if receipt.invoice is invoice:
            case.remove("erp", "receipt", native("erp", "receipt", receipt.name))
            unreceive(case, receipt.name)
            for place in (1, 2):
                case.remove("erp", "gl_posting", f"GL-CR-{receipt.name}-{place}")


def _unbilled(case: Case, invoice: Invoice) -> None:
    _wait_on(case, invoice)
    before = invoice.issued_at - timedelta(seconds=1)
    for line in invoice.lines:
        for entry in line.entries:
            case.truncate("psa", "time_entry", f"TE-{entry.name}", before)
        for expense in line.expenses:
            own = native("psa", "expense_item", expense.name)
            case.truncate("psa", "expense_item", own, before)
        if line.event:
            name = line.event.name
            for system in ("psa", "erp"):
                event, plan = native(system, "billing_event", name), "billing_schedule"
                case.truncate(system, "billing_event", event, before)
                case.truncate(system, plan, native(system, plan, name), before)


def _wait_on(case: Case, invoice: Invoice) -> None:
    """What other faults claim on its time until it is billed, they claim for good."""
    until = {
        f"psa:TE-{entry.name}": billed_at(entry) for line in invoice.lines for entry in line.entries
    }
    for other in case.scene.cases:
        for claim in other.truth.claims:
            if claim.until and claim.until == until.get(claim.atom):
                claim.until = None


def unpost_expense(case: Case, expense: Expense) -> None:
    """Approved, but in neither leg of the ERP; the books and totals go without it."""
    case.remove("erp", "expense_item", native("erp", "expense_item", expense.name))
    case.remove("erp", "project_actual", f"PA-X{expense.name}")
    own = native("psa", "expense_item", expense.name)
    case.truncate("psa", "expense_item", own, expense.approved_at)
    case.add("middleware", "flow_run", f"FR-{expense.batch}", records_in=-1, rejected=1)
    book_expense(case, expense, -expense.functional)
    line = expense.invoice_line
    if expense.bill_amount is not None and line is not None:
        unbill(case, line, f"psa:{own}", expense.bill_amount, expense.amount * 0)
        unearn(case, expense.project, month_of(expense.day), expense.bill_amount)


def book_expense(case: Case, expense: Expense, amount) -> None:
    number = f"{expense.batch}-{month_of(expense.day):%m}"
    move_journal(case, number, expense.project, amount)
