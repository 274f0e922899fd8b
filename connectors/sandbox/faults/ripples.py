"""What follows of itself when time is not posted or not billed: totals, invoices, books.

The systems stay consistent with each other in everything that is not the fault itself.
"""

from datetime import date, datetime
from decimal import Decimal

from connectors.sandbox.billing import SALES_TAX, Line
from connectors.sandbox.calendar import month_end, month_of
from connectors.sandbox.commercial import Project
from connectors.sandbox.faults.case import Case
from connectors.sandbox.ledger import labour_journal
from connectors.sandbox.natives import native
from connectors.sandbox.systems.money import inputs_at
from connectors.sandbox.time import Entry
from connectors.sandbox.world import CENT


def unpost(case: Case, entry: Entry) -> None:
    """The entry was approved and sent, but the ERP never took it."""
    batch = f"FR-{entry.batch}"
    case.add("middleware", "flow_run", batch, records_in=-1, rejected=1)
    _without_posting(case, entry)
    case.truncate("psa", "time_entry", f"TE-{entry.name}", entry.approved_at)


def unapprove(case: Case, entry: Entry) -> None:
    """The entry still waits for its approver; nothing was sent."""
    _unsent(case, entry)
    case.truncate("psa", "time_entry", f"TE-{entry.name}", entry.submitted_at)


def unwrite(case: Case, entry: Entry) -> None:
    """The entry was never written, nor counted when revenue took in the hours of its month."""
    _unsent(case, entry)
    uncount(case, entry)
    case.remove("psa", "time_entry", f"TE-{entry.name}")


def uncount(case: Case, entry: Entry) -> None:
    """Delivery no longer had the entry when revenue took in the hours of its month."""
    own = native("erp", "revenue_schedule", f"{entry.project.no:04}")
    since = inputs_at(entry.project.entity, month_of(entry.day))
    history = case.book.history(("erp", "revenue_schedule", own))
    if any(at >= since and said.get("progress_hours") is not None for at, said in history):
        case.add("erp", "revenue_schedule", own, since=since, progress_hours=-entry.hours)


def _unsent(case: Case, entry: Entry) -> None:
    for message in messages_of(case, entry):
        case.remove("middleware", "integration_message", message)
    if not entry.posted_at:
        return
    case.add(
        "middleware", "flow_run", f"FR-{entry.batch}", records_out=-1, records_in=-1,
        hours_out=-entry.hours, hours_in=-entry.hours, amount_out=-entry.cost,
        amount_in=-entry.cost,
    )  # fmt: skip
    _without_posting(case, entry)


def messages_of(case: Case, entry: Entry) -> list[str]:
    """The posting's message and the approval's that caused it; or the approval's alone."""
    book = case.scene.world.book
    last = case.scene.world.message_of[f"psa:TE-{entry.name}"]
    row = book.row(("middleware", "integration_message", last))
    return [one for one in (last, row["causation_id"]) if one] if row else []


def _without_posting(case: Case, entry: Entry) -> None:
    case.remove("erp", "project_actual", f"PA-{entry.name}")
    book_labour(case, entry, -entry.cost)
    if isinstance(entry.invoice_line, Line) and entry.amount is not None:
        key = f"psa:TE-{entry.name}"
        unbill(case, entry.invoice_line, key, entry.amount, entry.hours)
        unearn(case, entry.project, month_of(entry.day), entry.amount)


def book_labour(case: Case, entry: Entry, amount: Decimal) -> None:
    """Move the summarised labour journal by a cost, debit and credit."""
    number = labour_journal(entry.batch, month_of(entry.day))
    move_journal(case, number, entry.project, amount)


def move_journal(case: Case, number: str, project: Project, amount: Decimal) -> None:
    """Add to the debit of a project, and to the closing credit."""
    book, place = case.scene.world.book, 1
    bearer = native("erp", "project", project.code)
    while row := book.row(("erp", "gl_posting", f"GL-{number}-{place}")):
        # The credit is all that bears no project.
        if row["project"] in (bearer, ""):
            side = {"debit": amount} if row["project"] else {"credit": amount}
            case.add("erp", "gl_posting", f"GL-{number}-{place}", **side)
        place += 1


def unbill(case: Case, line: Line, key: str, net: Decimal, hours: Decimal) -> None:
    """Take a source off its invoice line, and its money off the invoice everywhere."""
    invoice, world = line.invoice, case.scene.world
    own = native("erp", "invoice_line", line.name)
    row = world.book.row(("erp", "invoice_line", own))
    if not row or key not in row["source_keys"]:
        return
    share = SALES_TAX.get(invoice.party.tax_code, Decimal(0))
    tax = row["tax_amount"] - ((row["net"] - net) * share).quantize(CENT)
    if row["source_keys"] == (key,):
        case.remove("erp", "invoice_line", own)
    else:
        case.drop("erp", "invoice_line", own, "source_keys", key)
        case.add("erp", "invoice_line", own, net=-net, quantity=-hours, tax_amount=-tax)
    move_invoice(case, line, -net, -tax)


def move_invoice(case: Case, line: Line, net: Decimal, tax: Decimal) -> None:
    """Change an invoice's totals in every copy, its journal, and what is earned but not billed."""
    invoice, world = line.invoice, case.scene.world
    entity = invoice.project.entity
    parts = [
        world.convert(amount, invoice.currency, entity.currency, invoice.issued_on)
        for amount in (net, tax)
    ]
    for system in ("erp", "crm", "psa"):
        case.add(
            system, "invoice", native(system, "invoice", invoice.name), net=net, tax=tax,
            gross=net + tax, open_amount=net + tax, net_functional=parts[0],
            tax_functional=parts[1], gross_functional=parts[0] + parts[1],
        )  # fmt: skip
    number = f"GL-AR-{invoice.name}"
    case.add("erp", "gl_posting", f"{number}-1", debit=parts[0] + parts[1])
    case.add("erp", "gl_posting", f"{number}-2", credit=parts[0])
    if tax:
        case.add("erp", "gl_posting", f"{number}-3", credit=parts[1])
    if net and world.book.history(("erp", "gl_posting", f"{number}-1")):
        carry(case, invoice.project, month_of(invoice.issued_on), -net)


def unearn(case: Case, project: Project, month: date, amount: Decimal) -> None:
    """Recognise less in a month, carry the balance forward, and move the journal."""
    world = case.scene.world
    name = f"{project.no:04}-{month:%y%m}"
    if not world.book.history(("erp", "revenue_event", native("erp", "revenue_event", name))):
        return
    case.add("erp", "revenue_event", native("erp", "revenue_event", name), recognised=-amount)
    carry(case, project, month, -amount)
    functional = world.convert(amount, project.currency, project.entity.currency, month_end(month))
    case.add("erp", "gl_posting", f"GL-RJ-{name}-1", debit=-functional)
    case.add("erp", "gl_posting", f"GL-RJ-{name}-2", credit=-functional)


def carry(case: Case, project: Project, month: date, change: Decimal) -> None:
    """Earned less billed moves from a month on: unbilled when positive, deferred when not."""
    world = case.scene.world
    for later in world.months:
        own = native("erp", "revenue_event", f"{project.no:04}-{later:%y%m}")
        row = world.book.row(("erp", "revenue_event", own))
        if later >= month and row:
            balance = row["unbilled_balance"] - row["deferred_balance"] + change
            unbilled, deferred = max(Decimal(0), balance), max(Decimal(0), -balance)
            case.add(
                "erp", "revenue_event", own,
                unbilled_balance=unbilled - row["unbilled_balance"],
                deferred_balance=deferred - row["deferred_balance"],
            )  # fmt: skip


def refuse(
    case: Case,
    key: str,
    error: str,
    error_class: str,
    at: datetime,
    outcome: str = "rejected",
    message: str = "",
) -> str:
    """The message that carried the record was refused, or died after its last attempt.

    Gives the message's key, on which IN01 says what the record in it is worth. Of a record with
    several messages, `message` names another than the first.
    """
    message = message or case.scene.world.message_of[key]
    row = case.scene.world.book.row(("middleware", "integration_message", message))
    assert row
    case.truncate("middleware", "integration_message", message, row["emitted_at"])
    case.amend(
        "middleware", "integration_message", message, at,
        outcome=outcome, error_code=error, error_class=error_class,
        attempts=5 if outcome == "dead_lettered" else 1,
    )  # fmt: skip
    case.child("IN01", f"middleware:{message}", at)
    return f"middleware:{message}"
