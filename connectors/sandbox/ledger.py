"""The general ledger: summarised journals that tie to every subledger to the cent."""

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal

from connectors.sandbox.calendar import Entity, month_end, month_of
from connectors.sandbox.commercial import Project
from connectors.sandbox.natives import entity_id, native
from connectors.sandbox.systems.organisation import period_name
from connectors.sandbox.world import World

ACCOUNTS = {
    "bank": "1000",
    "receivable": "1100",
    "contract": "1150",
    "payable": "2000",
    "reimbursable": "2100",
    "tax": "2200",
    "labour_clearing": "2300",
    "revenue": "4000",
    "labour": "5000",
    "expense": "5200",
    "subcontract": "5300",
}
# An account, the project that bears or earns it, and the amount.
Part = tuple[str, Project | None, Decimal]
# Accounts that only a subledger may post to.
CONTROL_ACCOUNTS = tuple(
    ACCOUNTS[name] for name in ("receivable", "contract", "labour", "expense", "subcontract")
)


def tell(world: World) -> None:
    _labour(world)
    _expenses(world)
    for charge in world.charges:
        worker, project = charge.order.worker, charge.order.project
        journal(
            world, worker.entity, f"SB-{charge.name}", charge.ends_on, charge.posted_at, "ap",
            [("subcontract", project, charge.amount), ("payable", None, -charge.amount)],
        )  # fmt: skip
    _invoices(world)
    _receipts(world)
    for earning in world.earnings:
        entity = earning.project.entity
        day = month_end(earning.month)
        amount = world.convert(earning.amount, earning.project.currency, entity.currency, day)
        if amount:
            journal(
                world, entity, f"RJ-{earning.name}", day, earning.posted_at, "revenue",
                [("contract", None, amount), ("revenue", earning.project, -amount)],
            )  # fmt: skip


def journal(
    world: World,
    entity: Entity,
    number: str,
    day: date,
    at: datetime,
    module: str,
    lines: list[Part],
    **more: object,
) -> list[str]:
    """A balanced journal; positive amounts are debits. Gives the ids of its lines."""
    ids = []
    for place, (account, project, amount) in enumerate(lines, 1):
        ids.append(f"GL-{number}-{place}")
        fields = {
            "legal_entity": entity_id("erp", entity.code),
            "journal_no": number,
            "line_no": place,
            "account": ACCOUNTS[account],
            "cost_center": native("erp", "cost_center", project.cost_center) if project else "",
            "project": native("erp", "project", project.code) if project else "",
            "period": native("erp", "accounting_period", period_name(entity, month_of(day), "gl")),
            "accounting_date": day,
            "debit": max(Decimal(0), amount),
            "credit": max(Decimal(0), -amount),
            "currency": entity.currency,
            "source_module": module,
            "source_doc": number,
            "batch": number,
            "created_by": "interface",
            "posted_at": at,
            "manual": False,
            "status": "posted",
        }
        world.book.say("erp", "gl_posting", ids[-1], at, fields | more)
    return ids


def labour_journal(batch: str, month: date) -> str:
    """A batch that reaches into two months has a journal in each."""
    return f"{batch}-{month:%m}"


def _labour(world: World) -> None:
    """One journal per batch and month, a debit for every project."""
    sums: dict[tuple[str, date], dict[Project, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    about: dict[tuple[str, date], tuple[Entity, date, datetime]] = {}
    for entry in world.entries:
        if entry.posted_at:
            key = (entry.batch, month_of(entry.day))
            sums[key][entry.project] += entry.cost
            _, day, at = about.get(key, (None, entry.day, entry.posted_at))
            about[key] = (entry.worker.entity, max(day, entry.day), max(at, entry.posted_at))
    for (batch, month), parts in sums.items():
        entity, day, at = about[batch, month]
        lines = _by_project("labour", parts)
        lines.append(("labour_clearing", None, -sum(parts.values(), Decimal(0))))
        journal(world, entity, labour_journal(batch, month), day, at, "project", lines)


def _by_project(account: str, parts: dict[Project, Decimal]) -> list[Part]:
    return [(account, one, parts[one]) for one in sorted(parts, key=lambda one: one.no)]


def _expenses(world: World) -> None:
    groups = defaultdict(list)
    for expense in world.expenses:
        groups[expense.batch, month_of(expense.day)].append(expense)
    for (batch, month), group in groups.items():
        parts: dict[Project, Decimal] = defaultdict(Decimal)
        for expense in group:
            parts[expense.project] += expense.functional
        total = sum(parts.values(), Decimal(0))
        last = max(one.day for one in group)
        at = max(one.posted_at for one in group)
        lines = [*_by_project("expense", parts), ("reimbursable", None, -total)]
        journal(world, group[0].worker.entity, f"{batch}-{month:%m}", last, at, "ap", lines)


def _invoices(world: World) -> None:
    for invoice in world.invoices:
        entity = invoice.project.entity
        net, tax = (
            world.convert(amount, invoice.currency, entity.currency, invoice.issued_on)
            for amount in (invoice.net, invoice.tax)
        )
        lines: list[Part] = [("receivable", None, net + tax), ("contract", None, -net)]
        if tax:
            lines.append(("tax", None, -tax))
        journal(
            world, entity, f"AR-{invoice.name}", invoice.issued_on, invoice.issued_at, "ar", lines
        )


def _receipts(world: World) -> None:
    """Cleared at the invoice's own rate; differences of exchange are left out of this firm."""
    for receipt in world.receipts:
        invoice = receipt.invoice
        entity = invoice.project.entity
        amount = sum(
            world.convert(part, invoice.currency, entity.currency, invoice.issued_on)
            for part in (invoice.net, invoice.tax)
        )
        journal(
            world, entity, f"CR-{receipt.name}", receipt.value_on, receipt.received_at, "ar",
            [("bank", None, Decimal(amount)), ("receivable", None, -Decimal(amount))],
        )  # fmt: skip
