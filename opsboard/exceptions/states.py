"""The states and severities of an exception, and which of them count as unsettled."""

from django.db import models


class State(models.TextChoices):
    """The states of domain.md F.1 that people and engine use so far."""

    NEW = "new", "New"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    IN_PROGRESS = "in_progress", "In progress"
    FIX_CLAIMED = "fix_claimed", "Fix claimed"
    REOPENED = "reopened", "Reopened"
    RESOLVED = "resolved", "Resolved on proof"


UNSETTLED = [s for s in State if s != State.RESOLVED]
BEFORE_CLAIM = [State.NEW, State.ACKNOWLEDGED, State.IN_PROGRESS, State.REOPENED]
OPEN = models.Q(state__in=UNSETTLED)


class Severity(models.IntegerChoices):
    LOW = 1, "Low"
    MEDIUM = 2, "Medium"
    HIGH = 3, "High"
    CRITICAL = 4, "Critical"


class Match(models.TextChoices):
    """How sure the two sides are of each other (domain.md 0.11)."""

    EXACT = "exact", "Exact"
    DERIVED = "derived", "Derived"
    SUGGESTED = "suggested", "Suggested"
