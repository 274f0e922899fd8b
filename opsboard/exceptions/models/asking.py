"""What is asked of another team, what is put on record, and faults that keep coming back."""

from django.conf import settings
from django.db import models

from opsboard.exceptions.models.group import Group
from opsboard.people.models import Team

PERSON = settings.AUTH_USER_MODEL


class SubTask(models.Model):
    """Work that another team does for a group; the group stays where it is (domain.md F.6)."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        WITHDRAWN = "withdrawn", "Withdrawn"

    group = models.ForeignKey(Group, models.PROTECT, related_name="subtasks")
    team = models.ForeignKey(Team, models.PROTECT, related_name="subtasks")
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    what = models.TextField()
    due_at = models.DateTimeField()
    taken_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="subtasks")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        indexes = [
            # What a team was asked and has not answered.
            models.Index(
                fields=["team", "due_at"],
                condition=models.Q(state="open"),
                name="subtasks_of_team",
            ),
        ]


class Evidence(models.Model):
    """A file that somebody put on record; it is stored outside the web root and never changed."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="evidence_files")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Problem(models.Model):
    """A cause that keeps coming back, and the permanent fix somebody promised (domain.md F.3)."""

    cause = models.SlugField()
    workflow = models.SlugField()
    title = models.TextField()
    owner = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    due_on = models.DateField()
    opened_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "cause"],
                condition=models.Q(closed_at=None),
                name="one_open_problem_per_cause",
            ),
        ]
