"""What budgets say of months that are still to come."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from connectors.sandbox.calendar import month_end
from connectors.sandbox.natives import native
from connectors.sandbox.systems.projects import plan_name, planned_hours
from tests.sandbox.firms import twin

JULY = date(2026, 7, 1)


def test_no_month_under_way_is_budgeted_below_what_is_booked_for_it():
    world, booked = twin().world, defaultdict(Decimal)
    for booking in world.assignments:
        booked[booking.project] += planned_hours(booking, JULY, month_end(JULY))

    less = {}
    for project, hours in booked.items():
        own = native("erp", "budget_line", plan_name(project, JULY))
        row = world.book.row(("erp", "budget_line", own))
        if hours and (row is None or row["hours"] < hours):
            less[project.code] = hours, row and row["hours"]
    assert booked
    assert less == {}
