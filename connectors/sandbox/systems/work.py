"""Time, expenses and subcontracting: what delivery recorded, and the ERP's project ledger of it."""

from datetime import datetime, timedelta
from typing import Any

from connectors.sandbox.calendar import local
from connectors.sandbox.delivery import task_id
from connectors.sandbox.expense import INPUT_TAX, Charge, Expense, Order
from connectors.sandbox.natives import entity_id, native
from connectors.sandbox.systems.customers import vendor_code
from connectors.sandbox.systems.vocabulary import LOCAL
from connectors.sandbox.time import Entry
from connectors.sandbox.world import CENT, World

# Words that many records share are written once.
SUBMITTED = {"status": "submitted"}
POSTED = {"status": "posted"}
BILLED = {"status": "billed"}
TOLD_BACK = timedelta(minutes=10)


def tell(world: World) -> None:
    for entry in world.entries:
        _time(world, entry)
        if entry.posted_at:
            _labour(world, entry)
    for expense in world.expenses:
        _expense(world, expense)
    for order in world.orders:
        _order(world, order)
    for charge in world.charges:
        _charge(world, charge)


def approver_of(entry: Entry | Expense) -> str:
    """The project's manager, or the worker's own where they would approve themselves."""
    lead = entry.project.manager
    chosen = entry.worker.manager if lead is entry.worker else lead
    return native("psa", "worker", chosen.number) if chosen else ""


def timecard(entry: Entry) -> dict[str, Any]:
    """An entry as the PSA holds it when the day is over."""
    entity, project, rate = entry.worker.entity, entry.project, entry.rate
    return {
        "legal_entity": entity_id("psa", entity.code),
        "correlation_id": f"time-{entry.name}",
        "worker": native("psa", "worker", entry.worker.number),
        "project": native("psa", "project", project.code),
        "task": native("psa", "task", task_id(project, entry.task)),
        "assignment": native("psa", "assignment", f"{entry.assignment.no:04}")
        if entry.assignment
        else "",
        "split_no": entry.split,
        "work_date": entry.day,
        "hours": entry.hours,
        "type": "leave" if entry.category == "leave" else "regular",
        "billable": entry.billable,
        "utilization_category": LOCAL["psa"][entry.category],
        "bill_rate": rate,
        "bill_currency": project.currency if rate is not None else "",
        "bill_amount": entry.amount,
        "cost_rate": entry.worker.cost_rate,
        "cost_currency": entity.currency,
        "period": f"{entry.day:%Y-%m}",
        "status": "draft",
    }


def _time(world: World, entry: Entry) -> None:
    """Draft in the evening, submitted, approved, told back as posted, and billed in the end."""
    say, own = world.book.say, f"TE-{entry.name}"
    evening = local(entry.worker.entity.zone, entry.day, 14 * 60 + 45)
    say("psa", "time_entry", own, min(evening, entry.submitted_at), timecard(entry))
    handed_in = SUBMITTED | {"submitted_at": entry.submitted_at}
    say("psa", "time_entry", own, entry.submitted_at, handed_in)
    approval = {
        "status": "approved", "approved_at": entry.approved_at, "approver": approver_of(entry),
    }  # fmt: skip
    say("psa", "time_entry", own, entry.approved_at, approval)
    if entry.posted_at:
        say("psa", "time_entry", own, entry.posted_at + TOLD_BACK, POSTED)
    if entry.invoice_line:
        say("psa", "time_entry", own, billed_at(entry), BILLED)


def billed_at(entry: Any) -> datetime:
    return entry.invoice_line.invoice.issued_at + timedelta(hours=1)


def actual(entry: Entry) -> dict[str, Any]:
    """The ledger line of an entry."""
    entity, project = entry.worker.entity, entry.project
    return {
        "legal_entity": entity_id("erp", entity.code),
        "correlation_id": f"time-{entry.name}",
        "source_key": f"psa:TE-{entry.name}",
        "txn_type": "labour",
        "project": native("erp", "project", project.code),
        "task": native("erp", "task", task_id(project, entry.task)),
        "worker": native("erp", "worker", entry.worker.number),
        "work_date": entry.day,
        "accounting_date": entry.day,
        "hours": entry.hours,
        "cost_amount": entry.cost,
        "cost_currency": entity.currency,
        "cost_amount_functional": entry.cost,
        "bill_amount": entry.amount,
        "bill_currency": project.currency if entry.amount is not None else "",
        "billable": entry.billable,
        "batch_id": entry.batch,
        "posted_at": entry.posted_at,
        "status": "posted",
    }


def _labour(world: World, entry: Entry) -> None:
    assert entry.posted_at
    world.book.say("erp", "project_actual", f"PA-{entry.name}", entry.posted_at, actual(entry))


def _expense(world: World, expense: Expense) -> None:
    """The report in the PSA, its payable in the ERP, and the project's share of the cost."""
    own, leg = native("psa", "expense_item", expense.name), "expense_item"
    world.say("psa", leg, own, expense.submitted_at, **receipt_of(expense, "psa"), **SUBMITTED)
    world.say(
        "psa", leg, own, expense.approved_at,
        status="approved", approved_at=expense.approved_at, approver=approver_of(expense),
    )  # fmt: skip
    world.say("psa", leg, own, expense.posted_at + TOLD_BACK, **POSTED)
    payable = native("erp", "expense_item", expense.name)
    world.say(
        "erp", leg, payable, expense.posted_at,
        **receipt_of(expense, "erp"), approved_at=expense.approved_at, **POSTED,
    )  # fmt: skip
    world.say("erp", "project_actual", f"PA-X{expense.name}", expense.posted_at, **cost_of(expense))
    if expense.invoice_line:
        world.say("psa", leg, own, billed_at(expense), **BILLED)


def receipt_of(expense: Expense, system: str) -> dict[str, Any]:
    project, entity = expense.project, expense.worker.entity
    return {
        "legal_entity": entity_id(system, entity.code),
        "correlation_id": f"expense-{expense.name}",
        "report_no": f"XR-{expense.worker.no:04}-{expense.day:%y%m%d}",
        "line_no": 1,
        "worker": native(system, "worker", expense.worker.number),
        "project": native(system, "project", project.code),
        "task": native(system, "task", task_id(project, "1")),
        "expense_type": expense.type,
        "spent_on": expense.day,
        "amount": expense.amount,
        "currency": expense.currency,
        "fx_rate": expense.rate,
        "amount_functional": expense.functional,
        "tax_code": expense.tax_code,
        "tax_amount": expense.tax,
        "recoverable": bool(expense.tax),
        "billable": expense.billable,
        "bill_amount": expense.bill_amount,
        "bill_currency": project.currency if expense.billable else "",
        "receipt_ref": f"RCT-{expense.no * 7919 % 1_000_003:07}",
        "merchant": expense.merchant,
        "submitted_at": expense.submitted_at,
        "period": f"{expense.day:%Y-%m}",
    }


def cost_of(expense: Expense) -> dict[str, Any]:
    project, entity = expense.project, expense.worker.entity
    return {
        "legal_entity": entity_id("erp", entity.code),
        "correlation_id": f"expense-{expense.name}",
        "source_key": f"psa:{native('psa', 'expense_item', expense.name)}",
        "txn_type": "expense",
        "project": native("erp", "project", project.code),
        "task": native("erp", "task", task_id(project, "1")),
        "worker": native("erp", "worker", expense.worker.number),
        "work_date": expense.day,
        "accounting_date": expense.day,
        "hours": 0 * CENT,
        "cost_amount": expense.functional,
        "cost_currency": entity.currency,
        "cost_amount_functional": expense.functional,
        "bill_amount": expense.bill_amount,
        "bill_currency": project.currency if expense.billable else "",
        "billable": expense.billable,
        "batch_id": expense.batch,
        "posted_at": expense.posted_at,
        "status": "posted",
    }


def _order(world: World, order: Order) -> None:
    """Procurement's order, the plan in the PSA and the commitment in the ERP."""
    known = max(world.founded, local(order.worker.entity.zone, order.starts_on, 0))
    known -= timedelta(days=8)
    for system, lag in (("procurement", 0), ("psa", 90), ("erp", 120)):
        worker, project = order.worker, order.project
        kind = "purchase_commitment"
        own = native(system, kind, order.name)
        buyer = system if system != "psa" else ""
        world.say(
            system, kind, own, known + timedelta(minutes=lag),
            legal_entity=entity_id(system, worker.entity.code), po_no=f"PO-{order.name}",
            line_no=1, vendor=native(buyer, "vendor", vendor_code(worker)) if buyer else "",
            project=native(system, "project", project.code) if system != "procurement" else "",
            worker=native(system, "worker", worker.number), quantity=order.hours, unit="hour",
            rate=worker.cost_rate, amount=order.amount, currency=worker.entity.currency,
            starts_on=order.starts_on, ends_on=order.ends_on, received=0 * CENT,
            invoiced=0 * CENT, remaining=order.amount, approved_at=known, status="open",
        )  # fmt: skip


def _charge(world: World, charge: Charge) -> None:
    """Received, matched and posted to the project; the order's balances follow everywhere."""
    order, worker = charge.order, charge.order.worker
    day_before = charge.posted_at - timedelta(hours=20)
    order.invoiced += charge.amount
    for system, own in (("erp", f"VI-{charge.name}"), ("procurement", f"VC-{charge.name}")):
        world.say(
            system, "supplier_charge", own, day_before,
            **invoice_of(charge, system), status="received",
        )  # fmt: skip
        world.say(
            system, "supplier_charge", own, charge.posted_at,
            status="posted", posted_at=charge.posted_at,
        )  # fmt: skip
    for system in ("procurement", "psa", "erp"):
        world.say(
            system, "purchase_commitment", native(system, "purchase_commitment", order.name),
            charge.posted_at, received=order.invoiced, invoiced=order.invoiced,
            remaining=order.amount - order.invoiced, status="partially_received",
        )  # fmt: skip
    world.say(
        "erp", "project_actual", f"PA-S{charge.name}", charge.posted_at,
        legal_entity=entity_id("erp", worker.entity.code), source_key=f"erp:VI-{charge.name}",
        txn_type="subcontract", project=native("erp", "project", order.project.code),
        task=native("erp", "task", task_id(order.project, "1")),
        worker=native("erp", "worker", worker.number), work_date=charge.ends_on,
        accounting_date=charge.ends_on, hours=0 * CENT, cost_amount=charge.amount,
        cost_currency=worker.entity.currency, cost_amount_functional=charge.amount,
        billable=False, batch_id=f"SB-{charge.name}", posted_at=charge.posted_at, status="posted",
    )  # fmt: skip


def invoice_of(charge: Charge, system: str) -> dict[str, Any]:
    order, worker = charge.order, charge.order.worker
    code, share = INPUT_TAX[worker.entity.code]
    erp = system == "erp"
    return {
        "legal_entity": entity_id(system, worker.entity.code),
        "vendor": native(system, "vendor", vendor_code(worker)),
        "doc_no": f"R-{charge.name}",
        "line_no": 1,
        "purchase_commitment": native(system, "purchase_commitment", order.name),
        "project": native("erp", "project", order.project.code) if erp else "",
        "worker": native(system, "worker", worker.number),
        "service_from": charge.starts_on,
        "service_to": charge.ends_on,
        "document_on": charge.ends_on,
        "amount": charge.amount,
        "tax_code": code,
        "tax_amount": (charge.amount * share).quantize(CENT),
        "currency": worker.entity.currency,
    }
