"""What waits for a reader beside the queue."""

from typing import Any

from django import template

from opsboard.exceptions.models import SubTask

register = template.Library()


@register.simple_tag
def asked_of(person: Any) -> int:
    """How many questions of other teams the reader's team has not answered."""
    return SubTask.objects.for_team(person.team_id).unanswered().count() if person.team_id else 0
