"""The states and severities of an exception, and which of them count as unsettled."""

from django.db import models
from django.db.models import ExpressionWrapper, Q


class State(models.TextChoices):
    """The states of domain.md F.1."""

    NEW = "new", "New"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    IN_PROGRESS = "in_progress", "In progress"
    WAITING = "waiting_source", "Waiting"
    FIX_CLAIMED = "fix_claimed", "Fix claimed"
    PENDING = "pending_approval", "Waits for approval"
    SNOOZED = "snoozed", "Snoozed"
    REOPENED = "reopened", "Reopened"
    RESOLVED = "resolved", "Resolved on proof"
    WAIVED = "waived", "Waived"
    FALSE_POSITIVE = "false_positive", "False positive"
    MERGED = "merged", "Merged"


# Nobody works on these, and no total counts them.
SETTLED = [State.RESOLVED, State.WAIVED, State.FALSE_POSITIVE, State.MERGED]
UNSETTLED = [state for state in State if state not in SETTLED]
# What "open" means in domain.md F.1: somebody may work on it now.
WORKABLE = [
    State.NEW,
    State.ACKNOWLEDGED,
    State.IN_PROGRESS,
    State.WAITING,
    State.FIX_CLAIMED,
    State.REOPENED,
]
BEFORE_CLAIM = [state for state in WORKABLE if state != State.FIX_CLAIMED]
# The stored column that says so: indexes and statements name it, not the states.
OPEN = Q(is_unsettled=True)


def unsettled() -> models.GeneratedField:
    """`is_unsettled`, kept by the database from `state`."""
    return models.GeneratedField(
        expression=ExpressionWrapper(~Q(state__in=SETTLED), models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )


class Severity(models.IntegerChoices):
    LOW = 1, "Low"
    MEDIUM = 2, "Medium"
    HIGH = 3, "High"
    CRITICAL = 4, "Critical"


class BreachCause(models.TextChoices):
    """Why a deadline passed unmet, as whoever claims the fix afterwards says it (domain.md F.5)."""

    OTHERS = "waited_for_others", "Others had to act first"
    UNSEEN = "seen_too_late", "It was seen too late"
    CAPACITY = "too_much_work", "There was too much else to do"
    UNCLEAR = "unclear_what_to_do", "It was not clear what to do, or whose it was"
    SYSTEM = "system_was_down", "A system or a feed was down"
    HARD = "harder_than_thought", "The fix was harder than thought"


class Match(models.TextChoices):
    """How sure the two sides are of each other (domain.md 0.11)."""

    EXACT = "exact", "Exact"
    DERIVED = "derived", "Derived"
    SUGGESTED = "suggested", "Suggested"
