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
from connectors.sandbox.time import Entry, locked_at
from connectors.sandbox.world import World

HORIZON = timedelta(days=29)
OPENS, CLOSES = 9 * 60, 18 * 60


def bill(world: World, entry: Entry) -> Money:
    """The bill value; on a fixed price its share of the price, where progress goes by hours."""
    if entry.billable and entry.project.method == "fixed_price":
        return entry.hours * fixed_hour(world, entry.project), entry.project.currency
    return entry.amount, entry.project.currency


def fixed_hour(world: World, project: Project) -> Decimal:
    """What an hour of a fixed price is worth: the price by the hours at completion.

    Those are the hours of delivery's forecast. Where progress is not by hours it is worth nothing.
    """
    if project.method != "fixed_price":
        return Decimal(0)
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
    """Hours planned for thirty days, between two days, from the first that may still be posted."""
    since = max(first, booking.starts_on, open_from(scene, booking.project.entity))
    return planned_hours(booking, since, min(last, since + HORIZON))


def open_from(scene: Scene, entity: Entity) -> date:
    """The first day of the first month that is open for the project interface."""
    month = month_of(scene.as_of.date(), -2)
    while locked_at(entity, month) <= scene.as_of:
        month = month_of(month, 1)
    return month


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
    """24 hours after the approval; one after 18:00 counts from the next working day on.

    What was approved before 18:00 of WD+1 is due by then.
    """
    entity, at = entry.worker.entity, entry.approved_at
    day = local_day(entity.zone, at)
    late = at >= local(entity.zone, day, CLOSES)
    begins = on_or_after(entity.calendar, day + timedelta(days=late))
    counted = at if begins == day else local(entity.zone, begins, OPENS)
    lock = locked_at(entity, month_of(entry.day))
    due = counted + timedelta(hours=24)
    return min(due, lock) if at < lock else due


def approval_due(entry: Entry) -> datetime:
    """Three working days after submission; near a close, by noon of WD+1 at the latest."""
    entity, at = entry.worker.entity, entry.submitted_at
    due, month = days_later(entity, at, 3), month_of(entry.day)
    noon = local(entity.zone, close_day(entity.calendar, month, 1), 12 * 60)
    return min(due, noon) if at < noon else due


def before_lock(entry: Entry) -> bool:
    """Whether what is posted for it a day or two later still meets an open period."""
    assert entry.posted_at
    lock = locked_at(entry.worker.entity, month_of(entry.day))
    return entry.posted_at + timedelta(days=2) < lock
