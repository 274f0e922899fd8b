"""Who works here: people, teams, and the hours in which they work."""

from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models

from opsboard.people.roles import ROLES, Rights, Role
from opsboard.people.zones import check_zone, place


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
    zone = models.CharField(max_length=40, default="UTC", validators=[check_zone])
    wants_mail = models.BooleanField(default=True)

    # Without a role nobody sees anything.
    REQUIRED_FIELDS = ["email", "role"]

    def __str__(self):
        return self.get_full_name() or self.username

    @property
    def rights(self) -> Rights | None:
        """What the role allows; None without one, or with one that is not known."""
        return ROLES.get(self.role)

    @property
    def sees(self) -> frozenset[str]:
        """The sensitivity classes (domain.md A.5) that this person may see."""
        return self.rights.sees if self.rights else frozenset()

    @property
    def place(self) -> ZoneInfo:
        """The zone in which times are told to this person."""
        return place(self.zone)

    def may(self, act: str) -> bool:
        return self.is_active and self.rights is not None and act in self.rights.may


class BusinessCalendar(models.Model):
    """A calendar of the configuration, and whose it is: the legal entities that it names, else
    those in its zone."""

    name = models.SlugField(primary_key=True)
    zone = models.CharField(max_length=60)
    country = models.CharField(max_length=2, blank=True)
    legal_entities = ArrayField(models.CharField(max_length=40), default=list)
    # How long one business day is.
    day_minutes = models.PositiveIntegerField()


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
