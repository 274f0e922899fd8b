"""What waits in front of a project that cannot be posted to, or cannot be billed."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from connectors.sandbox.commercial import Project
from connectors.sandbox.expense import Expense
from connectors.sandbox.faults.billing_ripples import unpost_expense
from connectors.sandbox.faults.case import Case
from connectors.sandbox.faults.hours import claim_hours, posting_due
from connectors.sandbox.faults.ripples import refuse
from connectors.sandbox.faults.spending import booked_cost, claim_expense, expense_due
from connectors.sandbox.faults.time import RETRIES, lost
from connectors.sandbox.faults.worth import is_posted
from connectors.sandbox.natives import native
from connectors.sandbox.time import Entry

STILL_TO_BILL = ("planned", "completed", "accepted", "ready")


def wait(case: Case, entry: Entry, project: str) -> None:
    """Refused; what is approved by now counts."""
    case.scene.take(entry)
    assert entry.posted_at
    key = lost(case, entry, "project_not_postable", "business_rule", entry.posted_at, "rejected")
    case.child("TP01", key, posting_due(entry))
    claim_hours(case, "TP01", entry)
    _pile_up(case, entry, project)


def lie_there(case: Case, entry: Entry, project: str) -> None:
    """If another fault lost it before, the closed project now comes first among its causes.

    It comes in once the project is open, also when what lost it is mended before.
    """
    if not entry.posted_at or is_posted(case.scene, entry):
        return
    key = f"psa:TE-{entry.name}"
    case.stand_before(key)
    case.child("TP01", key, posting_due(entry))
    message = f"middleware:{case.scene.world.message_of[key]}"
    case.child("IN01", message, entry.posted_at + RETRIES)
    for control, subject in (("TP01", key), ("IN01", message)):
        claim_hours(case, control, entry, subject)
    _pile_up(case, entry, project)


def _pile_up(case: Case, entry: Entry, project: str) -> None:
    """What is approved by now waits for the project, and makes it grave."""
    if entry.approved_at <= case.scene.as_of:
        claim_hours(case, "PS02", entry, project)
        case.bound("PS02", project, "high")


def leave(case: Case, expense: Expense, project: str) -> None:
    """An expense that waits in front of the same door."""
    key = f"psa:{native('psa', 'expense_item', expense.name)}"
    unpost_expense(case, expense)
    at = expense.posted_at
    message = refuse(case, key, "project_not_postable", "business_rule", at)
    claim_expense(case, "IN01", expense, message)
    case.child("EX01", key, expense_due(expense))
    claim_expense(case, "EX01", expense)
    if expense.approved_at <= case.scene.as_of:
        claim_expense(case, "PS02", expense, project, booked_cost(expense))


def claim_unbilled(case: Case, project: Project, until: date) -> None:
    """What was posted and not billed, and the events until a day: nobody can bill it now."""
    subject, waiting = case.truth.subject_keys[0], list(_waiting(case, project, until))
    for own, amount in waiting:
        case.claim("PS03", "revenue_at_risk", f"psa:{own}", amount, project.currency, subject)


def _waiting(case: Case, project: Project, until: date) -> Iterator[tuple[str, Decimal | None]]:
    world, as_of = case.scene.world, case.scene.as_of
    work = [("time_entry", f"TE-{one.name}") for one in world.entries if one.project is project]
    work += [
        ("expense_item", native("psa", "expense_item", one.name))
        for one in world.expenses
        if one.project is project
    ]
    for kind, own in work:
        row = world.book.row(("psa", kind, own), as_of)
        if row and row["status"] == "posted" and row["billable"]:
            yield own, row["bill_amount"]
    for event in world.events:
        own = native("psa", "billing_event", event.name)
        row = world.book.row(("psa", "billing_event", own), as_of)
        if event.project is project and row and row["status"] in STILL_TO_BILL:
            done = row.get("completed_at")
            if (done.date() if done else row["planned_on"]) <= until:
                yield own, row["amount"]
