"""What an expense is worth that waits somewhere (domain.md C.4)."""

from datetime import datetime, timedelta

from connectors.sandbox.calendar import close_day, local, month_of
from connectors.sandbox.expense import Expense
from connectors.sandbox.faults.case import Case, Money
from connectors.sandbox.natives import native


def claim_expense(
    case: Case, control: str, expense: Expense, subject: str = "", cost: Money | None = None
) -> None:
    """Its bill value, and its cost without the tax that is recovered, as it was spent."""
    atom = f"psa:{native('psa', 'expense_item', expense.name)}"
    worth = {
        "revenue_at_risk": (expense.bill_amount, expense.project.currency),
        "cost_at_risk": cost or (expense.amount - expense.tax, expense.currency),
    }
    for measure, (amount, currency) in worth.items():
        case.claim(control, measure, atom, amount, currency, subject or atom)


def booked_cost(expense: Expense) -> Money:
    """The same in the currency of the books. Only what was spent at home has tax to recover."""
    return expense.functional - expense.tax, expense.worker.entity.currency


def expense_due(expense: Expense) -> datetime:
    """24 hours after the approval; what was approved before WD+1 18:00 is posted by then."""
    entity, at = expense.worker.entity, expense.approved_at
    closes = local(entity.zone, close_day(entity.calendar, month_of(expense.day), 1), 18 * 60)
    usual = at + timedelta(hours=24)
    return min(usual, closes) if at < closes else usual
