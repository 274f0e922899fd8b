"""Causes that keep coming back, and the permanent fixes that were promised (domain.md F.3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max

from opsboard.exceptions.models import Group, Problem
from opsboard.exceptions.wording import cause_title

OFTEN, WITHIN = 3, timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Recurring:
    """A cause of a workflow that came up so often lately."""

    workflow: str
    cause: str
    groups: int
    last: datetime

    @property
    def title(self) -> str:
        return cause_title(self.cause)


def recurring(person: Any, now: datetime) -> list[Recurring]:
    """What calls for a permanent fix, and has none promised yet; most often first."""
    groups = Group.objects.visible_to(person).filter(detected_at__gt=now - WITHIN)
    often = groups.filter(split_from=None).values("workflow", "cause")
    often = often.annotate(groups=Count("pk"), last=Max("detected_at")).filter(groups__gte=OFTEN)
    promised = set(Problem.objects.filter(closed_at=None).values_list("workflow", "cause"))
    rows = often.order_by("-groups", "cause")
    return [Recurring(**row) for row in rows if (row["workflow"], row["cause"]) not in promised]


def kind_of(group: Any, now: datetime) -> dict[str, Any]:
    """How many causes of this kind came up lately, and the fix that was promised, if any."""
    alike = Group.objects.filter(workflow=group.workflow, cause=group.cause, split_from=None)
    open_one = Problem.objects.filter(
        workflow=group.workflow, cause=group.cause, closed_at=None
    ).select_related("owner")
    count = alike.filter(detected_at__gt=now - WITHIN).count()
    return {"count": count, "proposes": count >= OFTEN, "problem": open_one.first()}
