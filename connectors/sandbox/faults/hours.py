"""What hours are worth that wait somewhere, and until when they may wait (domain.md B.2 and C).

The formulas rest on what the systems say, so that another reader of the same records can repeat
them: docs/sandbox.md names the fields.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from connectors.sandbox.calendar import (
    Entity,
    close_day,
    local,
    local_day,
    month_of,
    on_or_after,
    shift,
)
from connectors.sandbox.commercial import Project
from connectors.sandbox.delivery import Assignment
from connectors.sandbox.faults.case import Case, Money
from connectors.sandbox.faults.scene import Scene
from connectors.sandbox.faults.worth import hourly_cost
from connectors.sandbox.natives import native
from connectors.sandbox.systems.projects import plan_name, planned_hours
from connectors.sandbox.time import Entry
from connectors.sandbox.world import World

HORIZON = timedelta(days=30)
OPENS, CLOSES = 9 * 60, 18 * 60


def bill(world: World, entry: Entry) -> Money:
    """The bill value; on a fixed price its share of the price, where progress goes by hours."""
    if entry.billable and entry.project.method == "fixed_price":
        return entry.hours * _hour_of(world, entry.project), entry.project.currency
    return entry.amount, entry.project.currency


def _hour_of(world: World, project: Project) -> Decimal:
    """The allocated price by the hours at completion, which are those of delivery's forecast."""
    own = native("erp", "revenue_schedule", f"{project.no:04}")
    plan = world.book.row(("erp", "revenue_schedule", own))
    hours = sum((line["hours"] for line in _forecast(world, project)), Decimal(0))
    return plan["allocated_price"] / hours if plan and hours else Decimal(0)


def _forecast(world: World, project: Project) -> list[dict]:
    owns = (
        native("psa", "forecast_line", plan_name(project, month))
        for month in project.hours_by_month
    )
    lines = (world.book.row(("psa", "forecast_line", own)) for own in owns)
    return [line for line in lines if line]


def cost(entry: Entry) -> Money:
    return entry.cost, entry.worker.entity.currency


def estimated_cost(scene: Scene, entry: Entry) -> Money:
    return entry.hours * hourly_cost(scene, entry.worker), entry.worker.entity.currency


def claim_hours(
    case: Case, control: str, entry: Entry, subject: str = "", cost_of: Money | None = None
) -> None:
    """What delivered hours are worth to whoever waits for them: their price, and their cost."""
    atom = f"psa:TE-{entry.name}"
    worth = {
        "revenue_at_risk": bill(case.scene.world, entry),
        "cost_at_risk": cost_of or cost(entry),
    }
    for measure, (amount, currency) in worth.items():
        case.claim(control, measure, atom, amount, currency, subject or atom)


def ahead(scene: Scene, booking: Assignment, first: date, last: date) -> Decimal:
    """Hours planned in the next thirty days, as far as they lie between two days."""
    today = scene.as_of.date()
    return planned_hours(booking, max(first, today), min(last, today + HORIZON))


# Process clocks, on the calendar of the entity. Offices are open from 9 to 18.


def days_later(entity: Entity, at: datetime, days: int) -> datetime:
    """So many working days later, at the same time of the day."""
    day = local_day(entity.zone, at)
    return at + (shift(entity.calendar, day, days) - day)


def hours_later(entity: Entity, at: datetime, hours: int) -> datetime:
    """So many business hours later."""
    left = timedelta(hours=hours)
    day = on_or_after(entity.calendar, local_day(entity.zone, at))
    while True:
        starts = max(at, local(entity.zone, day, OPENS))
        ends = local(entity.zone, day, CLOSES)
        if starts + left <= ends:
            return starts + left
        left -= max(ends - starts, timedelta(0))
        day = shift(entity.calendar, day, 1)


def posting_due(entry: Entry) -> datetime:
    """24 hours after the approval; one after 18:00 counts from the next working day on."""
    entity, at = entry.worker.entity, entry.approved_at
    day = local_day(entity.zone, at)
    late = at >= local(entity.zone, day, CLOSES)
    begins = on_or_after(entity.calendar, day + timedelta(days=late))
    counted = at if begins == day else local(entity.zone, begins, OPENS)
    return counted + timedelta(hours=24)


def approval_due(entry: Entry) -> datetime:
    """Three working days after submission; near a close, by noon of WD+1 at the latest."""
    entity, at = entry.worker.entity, entry.submitted_at
    due, month = days_later(entity, at, 3), month_of(entry.day)
    if at < local(entity.zone, close_day(entity.calendar, month, -2), 0):
        return due
    return min(due, local(entity.zone, close_day(entity.calendar, month, 1), 12 * 60))
