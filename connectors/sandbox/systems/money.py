"""Billing plans, events, invoices, receipts and revenue, as the systems hold them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from connectors.sandbox.billing import LAST_PLANNED, Event, Invoice, Line
from connectors.sandbox.calendar import Entity, close_day, midnight, month_end, month_of
from connectors.sandbox.cash import Receipt
from connectors.sandbox.commercial import Contract
from connectors.sandbox.natives import entity_id, native
from connectors.sandbox.revenue import METHODS, Earning
from connectors.sandbox.shape import UNTIL
from connectors.sandbox.systems import plans
from connectors.sandbox.systems.organisation import period_name
from connectors.sandbox.world import World

COPIES = (("crm", timedelta(hours=1)), ("psa", timedelta(hours=2)))
RULES = {"milestone": "milestone", "recurring": "recurring"}
MILLIONTH = Decimal("0.000001")


def tell(world: World) -> None:
    for event in world.events:
        _schedule(world, event)
        _event(world, event)
    for change in world.changes:
        if not change.project.by_time:
            _extension(world, change)
    plans.tell(world)
    for invoice in world.invoices:
        _invoice(world, invoice)
    for receipt in world.receipts:
        _receipt(world, receipt)
    _revenue_schedules(world)
    for earning in world.earnings:
        _earning(world, earning)


def contract_of(thing: Any) -> Contract:
    """The contract behind an invoice, event or earning."""
    return thing.project.contract


def _schedule(world: World, event: Event) -> None:
    contract = contract_of(event)
    for system, lag in (("erp", timedelta(0)), ("psa", timedelta(minutes=30))):
        own = native(system, "billing_schedule", event.name)
        world.say(
            system, "billing_schedule", own, world.founded + lag,
            legal_entity=entity_id(system, event.project.entity.code),
            contract=native(system, "contract", contract.number),
            project=native(system, "project", event.project.code), line_no=1,
            sequence=event.sequence, rule=RULES[event.type], planned_on=event.planned_on,
            amount=event.amount, currency=event.project.currency,
            tax_code=contract.party.tax_code, status="planned",
        )  # fmt: skip
        if event.invoice:
            world.say(system, "billing_schedule", own, event.completed_at + lag, status="due")
            drafted, issued = event.invoice.drafted_at, event.invoice.issued_at
            world.say(system, "billing_schedule", own, drafted + lag, status="released")
            world.say(system, "billing_schedule", own, issued + lag, status="billed")


def _event(world: World, event: Event) -> None:
    """Planned, done, accepted where that is asked for, ready, released, invoiced."""
    contract = contract_of(event)
    for system, lag in (("psa", timedelta(0)), ("erp", timedelta(minutes=20))):
        own = native(system, "billing_event", event.name)
        says: list[tuple[datetime, dict[str, Any]]] = []
        if event.invoice:
            says.append((event.completed_at, {"status": "completed",
                                              "completed_at": event.completed_at}))  # fmt: skip
            if event.accepted_at:
                says.append((event.accepted_at, {"status": "accepted",
                                                 "accepted_at": event.accepted_at}))  # fmt: skip
            bill = native(system, "invoice", event.invoice.name)
            says += [
                (event.ready_at, {"status": "ready", "trigger_at": event.ready_at}),
                (event.invoice.drafted_at, {"status": "released"}),
                (event.invoice.issued_at, {"status": "invoiced", "invoice": bill}),
            ]
        world.say(
            system, "billing_event", own, world.founded + timedelta(hours=1) + lag,
            legal_entity=entity_id(system, event.project.entity.code),
            correlation_id=f"billing-{event.name}",
            project=native(system, "project", event.project.code),
            contract=native(system, "contract", contract.number), contract_line="1",
            billing_schedule=native(system, "billing_schedule", event.name),
            name=f"Instalment {event.sequence}", type=event.type,
            acceptance_required=event.accepted_at is not None, planned_on=event.planned_on,
            amount=event.amount, currency=event.project.currency,
            tax_code=contract.party.tax_code, rate_ref="price",
            period=f"{event.planned_on:%Y-%m}", status="planned",
        )  # fmt: skip
        for at, fields in says:
            world.say(system, "billing_event", own, at + lag, **fields)


def _extension(world: World, change: Any) -> None:
    """What a change order adds to a fixed price: one more line, after the planned ones."""
    contract = contract_of(change)
    for system, lag in (("erp", timedelta(hours=3)), ("psa", timedelta(hours=1))):
        world.say(
            system, "billing_schedule", native(system, "billing_schedule", f"C{change.name}"),
            change.approved_at + lag,
            legal_entity=entity_id(system, change.project.entity.code),
            contract=native(system, "contract", contract.number),
            project=native(system, "project", change.project.code), line_no=2, sequence=change.no,
            rule="date", planned_on=month_end(LAST_PLANNED) + timedelta(days=15),
            amount=change.delta, currency=change.project.currency,
            tax_code=contract.party.tax_code, status="planned",
        )  # fmt: skip


def header(world: World, invoice: Invoice, system: str) -> dict[str, Any]:
    contract, entity = contract_of(invoice), invoice.project.entity
    net, tax = invoice.net, invoice.tax
    functional = [
        world.convert(amount, invoice.currency, entity.currency, invoice.issued_on)
        for amount in (net, tax)
    ]
    return {
        "legal_entity": entity_id(system, entity.code),
        "correlation_id": f"invoice-{invoice.name}",
        "draft_no": f"D-{invoice.name}",
        "party": native(system, "party", invoice.party.code),
        "project": native(system, "project", invoice.project.code),
        "contract": native(system, "contract", contract.number),
        "planned_on": invoice.planned_on,
        "currency": invoice.currency,
        "net": net,
        "tax": tax,
        "gross": net + tax,
        "net_functional": functional[0],
        "tax_functional": functional[1],
        "gross_functional": sum(functional),
        "type": "invoice",
    }


def _invoice(world: World, invoice: Invoice) -> None:
    own = native("erp", "invoice", invoice.name)
    draft = header(world, invoice, "erp")
    reviewed = invoice.drafted_at + timedelta(minutes=90)
    issue = issuing(invoice)
    for at, fields in (
        (invoice.drafted_at, draft | {"status": "draft"}),
        (reviewed, {"status": "in_review"}),
        (invoice.approved_at, {"status": "approved"}),
        (invoice.issued_at, issue | {"status": "issued", "delivery_status": "sent"}),
        (invoice.delivered_at, {"status": "delivered", "delivery_status": "delivered"}),
    ):
        world.say("erp", "invoice", own, at, **fields, status_since=at)
    for line in invoice.lines:
        _line(world, line)
    for system, lag in COPIES:
        copy = native(system, "invoice", invoice.name)
        seen = header(world, invoice, system) | issue
        world.say(
            system, "invoice", copy, invoice.issued_at + lag, **seen,
            status="issued", delivery_status="sent", status_since=invoice.issued_at,
        )  # fmt: skip
        world.say(
            system, "invoice", copy, invoice.delivered_at + lag, status="delivered",
            delivery_status="delivered", status_since=invoice.delivered_at,
        )  # fmt: skip


def issuing(invoice: Invoice) -> dict[str, Any]:
    return {
        "number": invoice.number,
        "issued_on": invoice.issued_on,
        "due_on": invoice.due_on,
        "open_amount": invoice.gross,
    }


def _line(world: World, line: Line) -> None:
    invoice = line.invoice
    hours = line.hours
    world.say(
        "erp", "invoice_line", native("erp", "invoice_line", line.name), invoice.drafted_at,
        legal_entity=entity_id("erp", invoice.project.entity.code),
        invoice=native("erp", "invoice", invoice.name), line_no=line.no, description=line.text,
        source_keys=line.source_keys, project=native("erp", "project", invoice.project.code),
        quantity=hours or Decimal(1),
        unit_price=line.entries[0].rate if line.entries else line.net, net=line.net,
        tax_code=invoice.party.tax_code, tax_amount=line.tax, currency=invoice.currency,
        revenue_element="services",
    )  # fmt: skip


def _receipt(world: World, receipt: Receipt) -> None:
    invoice = receipt.invoice
    own = native("erp", "receipt", receipt.name)
    world.say(
        "erp", "receipt", own, receipt.received_at,
        legal_entity=entity_id("erp", invoice.project.entity.code),
        receipt_no=f"RC-{receipt.name}", party=native("erp", "party", invoice.party.code),
        value_on=receipt.value_on, amount=invoice.gross, unapplied=invoice.gross,
        currency=invoice.currency, method="transfer", bank_ref=invoice.number, status="received",
    )  # fmt: skip
    world.say("erp", "receipt", own, receipt.applied_at, unapplied=Decimal(0), status="applied")
    world.say(
        "erp", "receipt_application", native("erp", "receipt_application", receipt.name),
        receipt.applied_at, legal_entity=entity_id("erp", invoice.project.entity.code),
        receipt=own, invoice=native("erp", "invoice", invoice.name), sequence=1,
        amount=invoice.gross, currency=invoice.currency, applied_at=receipt.applied_at,
        status="applied",
    )  # fmt: skip
    for system, lag in (("erp", timedelta(0)), *COPIES):
        world.say(
            system, "invoice", native(system, "invoice", invoice.name), receipt.applied_at + lag,
            status="paid", open_amount=Decimal(0), status_since=receipt.applied_at,
        )  # fmt: skip


def _revenue_schedules(world: World) -> None:
    """Inputs of progress are refreshed at every close, on WD+1, from what the PSA says."""
    extra = {change.project.no: change.delta for change in world.changes}
    earned = {(one.project.no, one.month): one.amount for one in world.earnings}
    for project in world.external:
        assert project.contract
        own = native("erp", "revenue_schedule", f"{project.no:04}")
        value = project.contract.value
        if not project.by_time:
            value += extra.get(project.no, Decimal(0))
        world.say(
            "erp", "revenue_schedule", own,
            max(world.founded, midnight(project.starts_on)) + timedelta(hours=8),
            legal_entity=entity_id("erp", project.entity.code),
            contract=native("erp", "contract", project.contract.number),
            obligation=f"services {project.phase}",
            project=native("erp", "project", project.code), method=METHODS[project.method],
            allocated_price=value, currency=project.currency, starts_on=project.starts_on,
            ends_on=project.ends_on, status="in_progress",
        )  # fmt: skip
        hours, recognised = Decimal(0), Decimal(0)
        before = month_of(world.shape.starts_on, -1)
        # What ran before the firm's first day began it without hours, and that was said too.
        for month in (before, *world.months):
            recognised += earned.get((project.no, month), Decimal(0))
            hours += project.hours_by_month.get(month, Decimal(0))
            at = inputs_at(project.entity, month)
            if month_end(month) < UNTIL and (hours or project.starts_on < month == before):
                share = min(Decimal(1), recognised / value) if value else Decimal(0)
                world.say(
                    "erp", "revenue_schedule", own, at,
                    progress_hours=hours, progress_fraction=share.quantize(MILLIONTH),
                )  # fmt: skip


def inputs_at(entity: Entity, month: date) -> datetime:
    """When revenue takes in the progress of a month, on WD+1 of its close."""
    return midnight(close_day(entity.calendar, month, 1)) + timedelta(hours=19)


def _earning(world: World, earning: Earning) -> None:
    entity, balance = earning.project.entity, earning.balance
    period = period_name(entity, earning.month, "gl")
    world.say(
        "erp", "revenue_event", native("erp", "revenue_event", earning.name), earning.posted_at,
        legal_entity=entity_id("erp", entity.code),
        revenue_schedule=native("erp", "revenue_schedule", f"{earning.project.no:04}"),
        period=native("erp", "accounting_period", period), sequence=earning.sequence,
        accounting_date=month_end(earning.month), planned=earning.amount,
        recognised=earning.amount, deferred_balance=max(Decimal(0), -balance),
        unbilled_balance=max(Decimal(0), balance), currency=earning.project.currency,
        posted_at=earning.posted_at, status="posted",
    )  # fmt: skip
