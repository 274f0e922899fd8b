"""Telling people: a delivery row stands before anything is sent; nothing is lost or sent twice."""

from django.conf import settings
from django.db import models

from opsboard.alerts.queries import Deliveries
from opsboard.exceptions.models import Group, History


class Delivery(models.Model):
    """One mail to one person. `about` makes it unique: the same news is never told twice.

    While `sending`, `not_before` is the lease: when it is over, the sender is taken for dead.
    A held one has `sent_at` once a digest has told of it.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"
        HELD = "held"
        DROPPED = "dropped"

    class Sort(models.TextChoices):
        INSTANT = "instant"
        DIGEST = "digest"
        STREAM = "stream"
        REQUEST = "request"
        VERDICT = "verdict"
        HELP = "help"
        MENTION = "mention"

    sort = models.CharField(max_length=8, choices=Sort)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="deliveries")
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="deliveries")
    because = models.ForeignKey(History, models.SET_NULL, null=True, related_name="deliveries")
    about = models.CharField(max_length=200)
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200)
    subject = models.CharField(max_length=200, blank=True)
    last_error = models.TextField(blank=True)

    objects = Deliveries.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "about"], name="tell_once"),
        ]
        indexes = [
            # What is to be sent now, and what a killed sender left.
            models.Index(
                fields=["not_before", "id"],
                condition=models.Q(state__in=["waiting", "sending"]),
                name="deliveries_due",
            ),
            # The last digest of a reader, and the mails of a day.
            models.Index(fields=["person", "sort", "-created_at"], name="deliveries_of_reader"),
        ]
