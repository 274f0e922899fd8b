"""What is asked of another team, what is put on record, and faults that keep coming back."""

from typing import Any, Self

from django.conf import settings
from django.db import models, transaction

from opsboard.clock import now
from opsboard.exceptions.models.group import Group
from opsboard.people.models import Team

PERSON = settings.AUTH_USER_MODEL


class SubTasks(models.QuerySet):
    def unanswered(self) -> Self:
        return self.filter(state="open")

    def for_team(self, team: Any) -> Self:
        return self.filter(team=team) if team else self.none()


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

    objects = SubTasks.as_manager()

    class Meta:
        indexes = [
            # What a team was asked and has not answered.
            models.Index(
                fields=["team", "due_at"],
                condition=models.Q(state="open"),
                name="subtasks_of_team",
            ),
        ]

    @transaction.atomic
    def take(self, *, by: Any) -> bool:
        """Say who does it. False when somebody else did, or it is over."""
        mine = SubTask.objects.filter(pk=self.pk, state=self.State.OPEN, taken_by=None)
        if not mine.update(taken_by=by):
            return False
        self.group.hear(self, "helped", by=by, note="")
        return True

    def reply(self, *, by: Any, answer: str) -> bool:
        """Say what was done; the group stays open until the engine sees it clear."""
        ends = {"answered_by": by, "answered_at": now(), "answer": answer}
        return self._end(self.State.DONE, "answered", by=by, note=answer, **ends)

    def withdraw(self, *, by: Any, note: str = "") -> bool:
        """It is not needed any more."""
        return self._end(self.State.WITHDRAWN, "unasked", by=by, note=note)

    @transaction.atomic
    def _end(self, state: str, verb: str, *, by: Any, note: str, **changes: Any) -> bool:
        """False when it ended first; then nothing changed."""
        mine = SubTask.objects.filter(pk=self.pk, state=self.State.OPEN)
        if not mine.update(state=state, **changes):
            return False
        self.group.hear(self, verb, by=by, note=note)
        return True


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
