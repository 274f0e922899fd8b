"""Billing events and invoices: every trigger is followed in time, every hour billed once."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from connectors.sandbox.calendar import (
    close_day,
    local,
    month_of,
    months_between,
    on_or_after,
    shift,
)
from connectors.sandbox.commercial import Party, Project
from connectors.sandbox.expense import Expense
from connectors.sandbox.shape import UNTIL
from connectors.sandbox.time import Entry
from connectors.sandbox.world import CENT, World

LAST_PLANNED = date(2026, 8, 1)
SALES_TAX = {"GB-STD": Decimal("0.20"), "DE-STD": Decimal("0.19")}


@dataclass(slots=True, eq=False)
class Event:
    """A milestone, or a retainer's date. `accepted_at` is None where nobody need accept."""

    no: int
    project: Project
    sequence: int
    type: str
    planned_on: date
    amount: Decimal
    completed_at: datetime
    accepted_at: datetime | None
    ready_at: datetime
    invoice: "Invoice | None" = None

    @property
    def name(self) -> str:
        return f"{self.no:04}"

    @property
    def earned_in(self) -> date:
        return month_of(self.planned_on)


@dataclass(slots=True, eq=False)
class Line:
    """One line: a person's week, their expenses of the month, or an event."""

    invoice: "Invoice"
    no: int
    text: str
    entries: list[Entry] = field(default_factory=list)
    expenses: list[Expense] = field(default_factory=list)
    event: Event | None = None

    @property
    def name(self) -> str:
        return f"{self.invoice.no:05}-{self.no}"

    @property
    def net(self) -> Decimal:
        if self.event:
            return self.event.amount
        worked = sum((one.amount or Decimal(0) for one in self.entries), Decimal(0))
        return worked + sum((one.bill_amount or Decimal(0) for one in self.expenses), Decimal(0))

    @property
    def hours(self) -> Decimal:
        return sum((one.hours for one in self.entries), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return (self.net * SALES_TAX.get(self.invoice.party.tax_code, Decimal(0))).quantize(CENT)

    @property
    def source_keys(self) -> tuple[str, ...]:
        keys = [f"psa:TE-{one.name}" for one in self.entries]
        keys += [f"psa:EX-{one.name}" for one in self.expenses]
        return tuple(keys + ([f"psa:BE-{self.event.name}"] if self.event else []))


@dataclass(slots=True, eq=False)
class Invoice:
    """From draft to delivery; `month` is the period of the work."""

    no: int
    project: Project
    month: date
    planned_on: date
    drafted_at: datetime
    approved_at: datetime
    issued_at: datetime
    issued_on: date
    lines: list[Line] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.no:05}"

    @property
    def number(self) -> str:
        return f"{self.project.entity.code[3:]}-26-{self.no:05}"

    @property
    def party(self) -> Party:
        assert self.project.contract
        return self.project.contract.party

    @property
    def currency(self) -> str:
        return self.project.currency

    @property
    def net(self) -> Decimal:
        return sum((line.net for line in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return sum((line.tax for line in self.lines), Decimal(0))

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax

    @property
    def due_on(self) -> date:
        return self.issued_on + timedelta(days=self.party.terms)

    @property
    def delivered_at(self) -> datetime:
        return self.issued_at + timedelta(minutes=20)


def set_terms(world: World) -> None:
    """Contract values and caps follow from the work, with room left under every cap."""
    for project in world.external:
        contract = project.contract
        assert contract
        total = sum(project.value_by_month.values(), Decimal(0))
        if project.by_time:
            contract.value += _thousands(total * Decimal("1.9"))
        else:
            contract.value = monthly(project, world) * len(
                months_between(world.first_month, LAST_PLANNED)
            )
        if contract.method == "tm_capped":
            contract.cap = contract.value


def monthly(project: Project, world: World) -> Decimal:
    """What a month of a fixed engagement is worth, about that of its hours."""
    whole = months_between(world.first_month, date(2026, 6, 1))
    total = sum((project.value_by_month.get(month, Decimal(0)) for month in whole), Decimal(0))
    return max(Decimal(3000), _thousands(total / len(whole)))


def _thousands(amount: Decimal) -> Decimal:
    return (amount / 1000).quantize(Decimal(1)) * 1000


def events(world: World) -> list[Event]:
    found: list[Event] = []
    for project in world.external:
        if project.by_time:
            continue
        every = 3 if project.method == "managed_service" else 1
        months = months_between(world.first_month, LAST_PLANNED)
        for place, month in enumerate(months):
            if every == 1 or month.month % 3 == 1 or place == 0:
                amount = monthly(project, world) * min(every, 3 - (month.month - 1) % 3)
                event = _event(len(found) + 1, project, place + 1, month, amount)
                found.append(event)
    return found


def _event(no: int, project: Project, sequence: int, month: date, amount: Decimal) -> Event:
    entity = project.entity
    advance = project.method in ("retainer", "managed_service")
    day = on_or_after(entity.calendar, month if advance else month.replace(day=16 + project.no % 6))
    done = local(entity.zone, day, (8 if advance else 15) * 60)
    accepted = None if advance else local(entity.zone, shift(entity.calendar, day, 1), 11 * 60)
    return Event(
        no=no,
        project=project,
        sequence=sequence,
        type="recurring" if advance else "milestone",
        planned_on=day,
        amount=amount,
        completed_at=done,
        accepted_at=accepted,
        ready_at=(accepted or done) + timedelta(minutes=45),
    )


def invoices(world: World) -> list[Invoice]:
    """One invoice per engagement and month of time, and one per event."""
    found: list[Invoice] = []
    for project, month, entries, expenses in _periods(world):
        found.append(_time_invoice(len(found) + 1, project, month, entries, expenses))
    for event in world.events:
        if event.planned_on <= UNTIL:
            event.invoice = _event_invoice(len(found) + 1, event)
            found.append(event.invoice)
    return found


def _periods(world: World) -> Iterator[tuple[Project, date, list[Entry], list[Expense]]]:
    entries: dict[tuple[int, date], list[Entry]] = defaultdict(list)
    expenses: dict[tuple[int, date], list[Expense]] = defaultdict(list)
    for entry in world.entries:
        if entry.amount is not None:
            entries[entry.project.no, _cycle(entry.project, entry.day, world)].append(entry)
    for expense in world.expenses:
        if expense.billable:
            expenses[expense.project.no, _cycle(expense.project, expense.day, world)].append(
                expense
            )
    known = {project.no: project for project in world.external}
    for no, month in sorted(entries):
        if month < month_of(UNTIL):
            yield known[no], month, entries[no, month], expenses[no, month]


def _cycle(project: Project, day: date, world: World) -> date:
    """The month whose close bills the day; the days before the first whole month join it."""
    month = max(month_of(day), world.first_month)
    if project.contract and project.contract.quarterly:
        return month_of(month, 2 - (month.month - 1) % 3)
    return month


def _time_invoice(
    no: int, project: Project, month: date, entries: list[Entry], expenses: list[Expense]
) -> Invoice:
    """Drafted on WD+3, issued on WD+4."""
    zone, calendar = project.entity.zone, project.entity.calendar
    draft, issue = close_day(calendar, month, 3), close_day(calendar, month, 4)
    invoice = Invoice(
        no=no,
        project=project,
        month=month,
        planned_on=issue,
        drafted_at=local(zone, draft, 9 * 60 + no % 60),
        approved_at=local(zone, draft, 15 * 60 + no % 90),
        issued_at=local(zone, issue, 10 * 60 + no % 120),
        issued_on=issue,
    )
    weeks: dict[tuple[int, int], Line] = {}
    for entry in entries:
        key = (entry.worker.no, entry.day.isocalendar().week)
        if key not in weeks:
            text = f"{entry.worker.name}, week {key[1]}"
            weeks[key] = Line(invoice, len(weeks) + 1, text)
        weeks[key].entries.append(entry)
        entry.invoice_line = weeks[key]
    invoice.lines = list(weeks.values())
    if expenses:
        line = Line(invoice, len(invoice.lines) + 1, "Expenses", expenses=expenses)
        invoice.lines.append(line)
        for expense in expenses:
            expense.invoice_line = line
    return invoice


def _event_invoice(no: int, event: Event) -> Invoice:
    """Drafted the working day after the event is ready, issued a day later."""
    entity = event.project.entity
    draft = shift(entity.calendar, event.ready_at.date(), 1)
    issue = shift(entity.calendar, draft, 1)
    invoice = Invoice(
        no=no,
        project=event.project,
        month=event.earned_in,
        planned_on=issue,
        drafted_at=local(entity.zone, draft, 10 * 60 + no % 60),
        approved_at=local(entity.zone, draft, 15 * 60 + no % 60),
        issued_at=local(entity.zone, issue, 11 * 60 + no % 60),
        issued_on=issue,
    )
    text = f"Instalment {event.sequence}, {event.project.name}"
    invoice.lines = [Line(invoice, 1, text, event=event)]
    return invoice
