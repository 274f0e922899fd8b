"""What people spent and what subcontractors charged, claimed, approved and posted in time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from connectors.sandbox.calendar import close_day, local, local_day, month_end, month_of, shift
from connectors.sandbox.commercial import Project
from connectors.sandbox.delivery import QUARTERS
from connectors.sandbox.people import Worker
from connectors.sandbox.shape import UNTIL
from connectors.sandbox.time import Entry
from connectors.sandbox.world import CENT, World

TYPES = (
    ("hotel", 140, 90, "Harbour House"), ("rail", 60, 90, "InterRegio"),
    ("flight", 220, 260, "Continental Air"), ("taxi", 18, 30, "City Cab"),
    ("meal", 22, 40, "Corner Kitchen"),
)  # fmt: skip
INPUT_TAX = {
    "NQ-US": ("US-OOS", Decimal(0)),
    "NQ-UK": ("GB-IN", Decimal("0.20")),
    "NQ-DE": ("DE-IN", Decimal("0.19")),
}


@dataclass(slots=True, eq=False)
class Expense:
    """One line of a report. `amount` is as spent, tax included; `functional` the entity's."""

    no: int
    worker: Worker
    project: Project
    day: date
    type: str
    merchant: str
    amount: Decimal
    currency: str
    rate: Decimal
    functional: Decimal
    tax_code: str
    tax: Decimal
    billable: bool
    bill_amount: Decimal | None
    submitted_at: datetime
    approved_at: datetime
    posted_at: datetime
    invoice_line: "object | None" = None

    @property
    def name(self) -> str:
        return f"{self.no:05}"

    @property
    def batch(self) -> str:
        entity = self.worker.entity
        return f"XB-{entity.code[3:]}-{local_day(entity.zone, self.posted_at):%Y%m%d}"


@dataclass(slots=True, eq=False)
class Order:
    """A purchase order for one subcontractor and quarter; `invoiced` grows charge by charge."""

    no: int
    worker: Worker
    project: Project
    starts_on: date
    ends_on: date
    hours: Decimal
    invoiced: Decimal = Decimal(0)

    @property
    def name(self) -> str:
        return f"{self.no:04}"

    @property
    def amount(self) -> Decimal:
        return (self.hours * self.worker.cost_rate).quantize(CENT)


@dataclass(slots=True, eq=False)
class Charge:
    """What a subcontractor charged for half a month on an order."""

    no: int
    order: Order
    starts_on: date
    ends_on: date
    hours: Decimal
    posted_at: datetime

    @property
    def name(self) -> str:
        return f"{self.no:05}"

    @property
    def amount(self) -> Decimal:
        return (self.hours * self.order.worker.cost_rate).quantize(CENT)


def expenses(world: World) -> list[Expense]:
    """Most Tuesdays with a customer leave a receipt."""
    found: list[Expense] = []
    for entry in world.entries:
        travels = entry.day.weekday() == 1 and entry.billable and entry.split == 0
        if travels and world.chance.below(100, "spends", entry.no) < 78:
            found.append(_expense(len(found) + 1, entry, world))
    return found


def _expense(no: int, entry: Entry, world: World) -> Expense:
    entity, chance = entry.worker.entity, world.chance
    type_, least, more, merchant = chance.pick(TYPES, "type", no)
    currency = entity.currency
    if chance.below(100, "abroad", no) < 18:
        currency = chance.pick([c for c in ("USD", "GBP", "EUR", "CHF") if c != currency], "to", no)
    amount = Decimal(least * 100 + chance.below(more * 100, "amount", no)) / 100
    functional = world.convert(amount, currency, entity.currency, entry.day)
    code, share = INPUT_TAX[entity.code] if currency == entity.currency else ("FOREIGN", Decimal(0))
    billable = entry.project.by_time and chance.below(10, "rebill", no) < 7
    submitted = entry.submitted_at + timedelta(minutes=5)
    posted = entry.posted_at or entry.approved_at
    return Expense(
        no=no,
        worker=entry.worker,
        project=entry.project,
        day=entry.day,
        type=type_,
        merchant=f"{merchant} {1 + chance.below(40, 'shop', no)}",
        amount=amount,
        currency=currency,
        rate=world.spot(currency, entity.currency, entry.day),
        functional=functional,
        tax_code=code,
        tax=(amount * share / (1 + share)).quantize(CENT),
        billable=billable,
        bill_amount=_rebilled(world, functional, entry) if billable else None,
        submitted_at=submitted,
        approved_at=entry.approved_at + timedelta(minutes=7),
        posted_at=posted + timedelta(minutes=20),
    )


def _rebilled(world: World, functional: Decimal, entry: Entry) -> Decimal:
    return world.convert(
        functional, entry.worker.entity.currency, entry.project.currency, entry.day
    )


def orders(world: World) -> list[Order]:
    """Two orders each, one a quarter, for contractors who are not paid by a standard rate."""
    found: list[Order] = []
    for worker in world.workers:
        if not worker.is_contractor or worker.by_role_standard:
            continue
        for quarter, (_, end) in QUARTERS.items():
            mine = worker.projects.get(quarter, [])
            if mine:
                starts, ends = mine[0].starts_on, min(end, mine[0].ends_on)
                months = Decimal((ends - starts).days) / 30
                found.append(
                    Order(
                        no=len(found) + 1,
                        worker=worker,
                        project=mine[0].project,
                        starts_on=starts if quarter == 1 else max(starts, QUARTERS[2][0]),
                        ends_on=ends,
                        hours=(months * 190).quantize(Decimal(1)),
                    )
                )
    return found


def charges(world: World) -> list[Charge]:
    """Half-monthly charges for the hours that were approved on the order's project."""
    hours: dict[tuple[int, int, date], Decimal] = {}
    for entry in world.entries:
        if entry.worker.is_contractor and not entry.project.is_internal:
            key = (entry.worker.no, entry.project.no, _half(entry.day))
            hours[key] = hours.get(key, Decimal(0)) + entry.hours
    found: list[Charge] = []
    for order in world.orders:
        for start, end in _halves(order.starts_on, min(order.ends_on, UNTIL)):
            worked = hours.get((order.worker.no, order.project.no, start))
            if worked:
                posted = _charged(order, start, end)
                found.append(Charge(len(found) + 1, order, start, end, worked, posted))
    return found


def _half(day: date) -> date:
    return day.replace(day=1 if day.day <= 15 else 16)


def _halves(start: date, end: date) -> Iterator[tuple[date, date]]:
    day = _half(start)
    while day <= end:
        last = day.replace(day=15) if day.day == 1 else month_end(day)
        yield day, last
        day = last + timedelta(days=1)


def _charged(order: Order, start: date, end: date) -> datetime:
    """Two working days after the half month, and at a month's end on WD+1."""
    entity = order.worker.entity
    if start.day == 16:
        return local(entity.zone, close_day(entity.calendar, month_of(start), 1), 16 * 60)
    return local(entity.zone, shift(entity.calendar, end, 2), 11 * 60)
