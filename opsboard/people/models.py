"""Who works here: people, teams, and the hours in which they work."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models

from opsboard.people.roles import ROLES, Role


class Team(models.Model):
    """A queue of work with people behind it; every exception belongs to exactly one."""

    slug = models.SlugField(primary_key=True)
    name = models.CharField(max_length=80)
    does = models.CharField(max_length=120, blank=True)
    calendar = models.SlugField(default="default")

    def __str__(self):
        return self.name


class Person(AbstractUser):
    """Someone who signs in. `entities` limits what they see; empty means every legal entity."""

    role = models.CharField(max_length=20, choices=[(role, ROLES[role].title) for role in Role])
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="people")
    entities = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    worker_no = models.CharField(max_length=80, blank=True)
    zone = models.CharField(max_length=40, default="UTC")
    wants_mail = models.BooleanField(default=True)

    def __str__(self):
        return self.get_full_name() or self.username

    @property
    def sees(self) -> frozenset[str]:
        """The sensitivity classes (domain.md A.5) that this person may see."""
        return ROLES[self.role].sees if self.role else frozenset()

    def may(self, act: str) -> bool:
        return self.is_active and bool(self.role) and act in ROLES[self.role].may


class WorkInterval(models.Model):
    """One stretch of working time of a calendar, with the minutes that came before it.

    Working time is set-based: a deadline is found by one look-up on `minutes_before`, in SQL.
    """

    calendar = models.SlugField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    minutes_before = models.IntegerField()
    # Midnight where the calendar is: a night's approval belongs to the day that has begun.
    day_begins_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "starts_at"], name="one_interval_per_start"
            ),
        ]
        indexes = [
            # From worked minutes to an instant: exceptions/sql/due.sql.
            models.Index(fields=["calendar", "minutes_before"], name="interval_by_minutes"),
        ]
