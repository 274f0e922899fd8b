"""Who works here: people, teams, and the hours in which they work."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models

from opsboard.people.roles import ROLES, Rights, Role
from opsboard.people.zones import check_zone, place

# How long somebody may act for somebody else (domain.md E.3, rule 7).
MOST_DAYS = 14


class Team(models.Model):
    """A queue of work with people behind it; every exception belongs to exactly one."""

    slug = models.SlugField(primary_key=True)
    name = models.CharField(max_length=80)
    does = models.CharField(max_length=120, blank=True)
    calendar = models.SlugField(default="default")
    # Who may hand its work on, hears when it is late, and takes what nobody takes.
    lead = models.ForeignKey("Person", models.SET_NULL, null=True, blank=True, related_name="leads")

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


class Absence(models.Model):
    """Somebody is away, the first and the last day included, in that person's own zone.

    Whoever stands in acts for them on what they own, for fourteen days at most (domain.md E.3,
    rule 7); without anybody their work escalates.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="absences")
    delegate = models.ForeignKey(Person, models.PROTECT, null=True, related_name="stands_in")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="absence_has_days"
            ),
            models.CheckConstraint(
                condition=models.Q(delegate=None)
                | models.Q(ends_on__lt=models.F("starts_on") + timedelta(days=MOST_DAYS)),
                name="delegation_ends_in_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(delegate=models.F("person")), name="nobody_stands_in_for_self"
            ),
        ]
        indexes = [
            # Who is away now.
            models.Index(
                fields=["ends_on"], condition=models.Q(withdrawn_at=None), name="absences_now"
            ),
        ]


class BusinessCalendar(models.Model):
    """A calendar of the configuration, and whose it is: the legal entities that it names, else
    those in its zone."""

    name = models.SlugField(primary_key=True)
    zone = models.CharField(max_length=60)
    country = models.CharField(max_length=2, blank=True)
    legal_entities = ArrayField(models.CharField(max_length=40), default=list)
    # How long one business day is.
    day_minutes = models.PositiveIntegerField()
    # Changes with its hours, its country and what is known of that country's holidays.
    version = models.CharField(max_length=16, db_default="")


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
