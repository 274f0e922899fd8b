"""What was earned month by month, and the balances that roll forward from it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from connectors.sandbox.billing import monthly
from connectors.sandbox.calendar import close_day, local, month_of
from connectors.sandbox.commercial import Project
from connectors.sandbox.shape import UNTIL
from connectors.sandbox.world import World

METHODS = {
    "time_materials": "as_incurred",
    "tm_capped": "as_incurred",
    "fixed_price": "percent_complete",
    "milestone": "milestone",
    "retainer": "straight_line",
    "managed_service": "straight_line",
}


@dataclass(slots=True, eq=False)
class Earning:
    """One period of a project's revenue. `balance` is earned less billed since the start."""

    project: Project
    month: date
    sequence: int
    amount: Decimal
    invoiced: Decimal
    balance: Decimal
    posted_at: datetime

    @property
    def name(self) -> str:
        return f"{self.project.no:04}-{self.month:%y%m}"


def earnings(world: World) -> list[Earning]:
    """Every closed month of every external project, June being closed in July."""
    earned, billed = _earned(world), _billed(world)
    found = []
    for project in world.external:
        balance = Decimal(0)
        for sequence, month in enumerate(world.months, 1):
            amount, invoiced = earned[project.no, month], billed[project.no, month]
            balance += amount - invoiced
            if month < month_of(UNTIL) and (amount or invoiced or balance):
                entity = project.entity
                posted = local(entity.zone, close_day(entity.calendar, month, 3), 15 * 60)
                found.append(Earning(project, month, sequence, amount, invoiced, balance, posted))
    return found


def _earned(world: World) -> dict[tuple[int, date], Decimal]:
    found: dict[tuple[int, date], Decimal] = defaultdict(Decimal)
    for entry in world.entries:
        if entry.amount is not None:
            found[entry.project.no, month_of(entry.day)] += entry.amount
    for expense in world.expenses:
        found[expense.project.no, month_of(expense.day)] += expense.bill_amount or Decimal(0)
    for event in world.events:
        if event.type == "milestone":
            found[event.project.no, event.earned_in] += event.amount
    _straight(world, found)
    return found


def _straight(world: World, found: dict[tuple[int, date], Decimal]) -> None:
    """Retainers and managed services earn the same every whole month."""
    for project in world.external:
        if project.method in ("retainer", "managed_service"):
            for month in world.months:
                if month >= world.first_month:
                    found[project.no, month] += monthly(project, world)


def _billed(world: World) -> dict[tuple[int, date], Decimal]:
    """By the month in which the invoice was issued."""
    found: dict[tuple[int, date], Decimal] = defaultdict(Decimal)
    for invoice in world.invoices:
        found[invoice.project.no, month_of(invoice.issued_on)] += invoice.net
    return found
