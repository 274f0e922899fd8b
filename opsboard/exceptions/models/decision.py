"""What somebody asked to have decided, and what was decided (domain.md F.1, F.2, F.7)."""

from django.conf import settings
from django.db import models

from opsboard.exceptions.models.group import Group

PERSON = settings.AUTH_USER_MODEL


class Decision(models.Model):
    """A request to waive, to call a false positive, to replay or to compensate; one at a time.

    `amount` is what the requester asks to accept, in the group currency, on the measure that
    weighs most; more than that reopens a waiver.
    """

    class Sort(models.TextChoices):
        WAIVER = "waiver", "Waiver"
        FALSE_POSITIVE = "false_positive", "False positive"
        REPLAY = "replay", "Replay"
        COMPENSATION = "compensation", "Compensation"

    class State(models.TextChoices):
        ASKED = "asked", "Asked"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"
        # Nobody decided, or nobody used it, in the time there was.
        LAPSED = "lapsed", "Lapsed"
        # A waiver that held until its end, or was overtaken; a replay that was carried out.
        ENDED = "ended", "Ended"

    group = models.ForeignKey(Group, models.PROTECT, related_name="decisions")
    sort = models.CharField(max_length=16, choices=Sort)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="asked_decisions")
    asked_at = models.DateTimeField()
    reason_code = models.SlugField(blank=True)
    narrative = models.TextField()
    # A link, a ticket, a journal: what the approver can look at.
    evidence = models.TextField(blank=True)
    # What the reason names: the journal that was posted, the problem record, the other exception.
    journal = models.CharField(max_length=80, blank=True)
    # With a false positive: what is to be changed so that it does not come again.
    guard = models.TextField(blank=True)
    amount = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    items = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)
    renews = models.ForeignKey("self", models.PROTECT, null=True, related_name="renewals")
    # How many must approve, and the roles of which one must (F.2).
    approvals_needed = models.PositiveSmallIntegerField(default=1)
    needs_role = models.CharField(max_length=20, blank=True)
    # The particulars of a replay or a compensation: what is sent, and what the dry run said.
    particulars = models.JSONField(default=dict)
    decided_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group"], condition=models.Q(state="asked"), name="one_request_at_a_time"
            ),
        ]
        indexes = [
            # The decisions of a group, newest first.
            models.Index(fields=["group", "-asked_at"], name="decisions_of_group"),
            # What waits for an approver, and what holds now.
            models.Index(fields=["state", "expires_at"], name="decisions_by_state"),
        ]


class Verdict(models.Model):
    """What one approver said of a request."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="verdicts")
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="verdicts")
    acting_for = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    approves = models.BooleanField()
    note = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "by"], name="one_verdict_per_approver"),
        ]


class Redrive(models.Model):
    """One message of an approved replay, sent again by the middleware, and its answer (F.7)."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        REFUSED = "refused", "Refused"
        SUPERSEDED = "superseded", "Superseded"

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="redrives")
    connection = models.SlugField()
    message = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "message"], name="one_redrive_per_message"),
        ]
