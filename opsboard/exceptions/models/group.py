"""What the queue shows one row of: a cause, with everything that hangs on it."""

from datetime import date

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, F, Q, When

from opsboard.exceptions.models.deciding import Deciding
from opsboard.exceptions.models.helping import Helping
from opsboard.exceptions.models.joining import Joining
from opsboard.exceptions.models.recording import Recording
from opsboard.exceptions.models.redriving import Redriving
from opsboard.exceptions.models.waiting import Waiting
from opsboard.exceptions.models.words import words_of
from opsboard.exceptions.models.working import Working
from opsboard.exceptions.queries import Groups
from opsboard.exceptions.states import OPEN, SETTLED, Severity, State, unsettled
from opsboard.people.models import Team

# Stand for "late" and "no deadline" where a day is expected; both sort where they belong.
LATE = date.min
NEVER = date.max
QUEUES = {
    "queue_by_due": [],
    "queue_of_team": ["team"],
    "queue_of_owner": ["owner"],
    "queue_of_state": ["state"],
    "queue_of_control": ["control"],
    "queue_of_cause": ["cause"],
    "queue_of_severity": ["severity"],
}


class Group(Working, Waiting, Deciding, Joining, Helping, Redriving, Recording, models.Model):
    """Items with one root cause: one owner, one deadline, one row of the queue (domain.md F.3).

    Amounts are in the group currency, each atom counted once (0.5).
    """

    key = models.TextField()
    workflow = models.SlugField(db_index=False)
    control = models.CharField(max_length=8)
    cause = models.SlugField(db_index=False)
    root_entity = models.TextField(blank=True)
    title = models.TextField()
    legal_entity = models.CharField(max_length=40, blank=True)
    # Project and customer of the child that speaks for it: ownership rests on them.
    project_id = models.BigIntegerField(null=True)
    party_id = models.BigIntegerField(null=True)
    error_class = models.SlugField(db_index=False)
    state = models.CharField(max_length=16, choices=State, default=State.NEW)
    is_unsettled = unsettled()
    severity = models.PositiveSmallIntegerField(choices=Severity, default=Severity.LOW)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="groups", db_index=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="owned_groups",
        db_index=False,
    )
    # "Yours because …": the conditions that fitted, or who handed it over, and who stands in.
    owner_reason = models.CharField(max_length=240, blank=True)
    # Who acts for the owner while the owner is away (E.3, rule 7); the engine keeps it.
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="delegated_groups",
        db_index=False,
    )
    # True once a person assigned it: rules no longer move it.
    assigned_by_hand = models.BooleanField(default=False)
    detected_at = models.DateTimeField()
    acknowledge_by = models.DateTimeField(null=True)
    # The earlier of the two: the end of the time people have, and the close that needs it (B.4).
    due_at = models.DateTimeField(null=True)
    # The day of the deadline where its calendar is, LATE once it was breached, NEVER without one;
    # kept by a trigger (sql/tally.sql).
    due_on = models.DateField(default=NEVER, db_default=NEVER)
    sla_at = models.DateTimeField(null=True)
    cutoff_at = models.DateTimeField(null=True)
    # The deadline while the engine has not seen it pass: so few of these lie in the past that the
    # database looks for them by this column, and not through all that is open.
    awaited_at = models.GeneratedField(
        expression=Case(
            When(Q(state__in=SETTLED) | Q(breached_at__gte=F("due_at")), then=None),
            default=F("due_at"),
        ),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )
    settled_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    children = models.PositiveIntegerField(default=0)
    revenue_at_risk = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    cost_at_risk = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    cash_at_risk = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    misstatement = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    exposure_only = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    # Sum over atoms of max(revenue, cash): the same money at two stages (0.5).
    value_at_risk = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    is_estimated = models.BooleanField(default=False)
    # How many of its children can no longer be posted into their period (0.8, CO-L).
    unrecorded = models.PositiveIntegerField(default=0)
    # When its deadline passed unmet: IN11, an event of this group and no work item of its own.
    breached_at = models.DateTimeField(null=True)
    # Why, once it was late: asked of whoever claims the fix (F.5).
    breach_cause = models.SlugField(blank=True, db_default="", db_index=False)
    # The last step of the ladder that was told, in percent of the time there was (F.5).
    escalated = models.PositiveSmallIntegerField(db_default=0)
    # How often people handed it on; the third time goes to the controller (F.2).
    handed_on = models.PositiveSmallIntegerField(db_default=0)
    # When the ladder is to be looked at again; null is at once.
    escalates_at = models.DateTimeField(null=True)
    # Since when no person owns it.
    unowned_since = models.DateTimeField(null=True)
    # At least this severe, because a person said so (0.6).
    raised_to = models.PositiveSmallIntegerField(choices=Severity, db_default=1)
    # The resolution clock: since when, and which share of the time there is (F.2: half after a
    # waiver). Null is detection.
    clock_from = models.DateTimeField(null=True)
    clock_share = models.DecimalField(max_digits=3, decimal_places=2, db_default=1)
    # Whose working time was counted, and as of which version of that calendar (F.4).
    calendar = models.SlugField(blank=True, db_default="", db_index=False)
    calendar_version = models.CharField(max_length=16, blank=True, db_default="")
    # What decided the deadline, in words; and what it rests on: while that is the same, the
    # stored instants stay, whatever became of the calendar since.
    due_reason = models.CharField(max_length=160, blank=True, db_default="")
    due_basis = models.CharField(max_length=160, blank=True, db_default="")
    # While the clock pauses: since when, why, and when it goes on by itself. `due_at` stands for
    # the longest pause; ending it sooner brings the deadline back (F.2).
    paused_at = models.DateTimeField(null=True)
    pause_ends_at = models.DateTimeField(null=True)
    pause_reason = models.SlugField(blank=True, db_default="", db_index=False)
    # Working minutes of the pauses that are over, on its calendar.
    paused_minutes = models.IntegerField(db_default=0)
    # Whom it waits for, and what was asked of them.
    waiting_on = models.CharField(max_length=120, blank=True, db_default="")
    waiting_until = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    snoozes = models.PositiveSmallIntegerField(db_default=0)
    waived_until = models.DateTimeField(null=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged", db_index=False
    )
    split_from = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="split_off", db_index=False
    )

    words = words_of("control", "legal_entity", "cause", "title", "root_entity")

    objects = Groups.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=OPEN, name="one_unsettled_group_per_cause"
            ),
        ]
        # Each is planned for by every statement and written with every change: no others than
        # these, and none for a reference of its own.
        indexes = [
            # The queue by due day, then money: whole, and of what readers choose.
            *(
                models.Index(
                    fields=[*of, "due_on", "-value_at_risk", "id"], condition=OPEN, name=name
                )
                for name, of in QUEUES.items()
            ),
            # The same for readers who may not know the order of the money.
            models.Index(fields=["due_on", "id"], condition=OPEN, name="queue_by_day"),
            # Late since the engine last looked.
            models.Index(fields=["awaited_at"], name="queue_turning_late"),
            # The queue by money, and the newest first.
            models.Index(fields=["-value_at_risk", "-id"], condition=OPEN, name="queue_by_money"),
            models.Index(fields=["-id"], condition=OPEN, name="queue_by_age"),
            # Few are misstated, so one would look long for a page of them.
            models.Index(
                fields=["due_on", "-value_at_risk", "id"],
                condition=OPEN & Q(misstatement__gt=0),
                name="queue_of_misstated",
            ),
            # Where several choices together leave few; one of them may be left out (skip scan).
            models.Index(
                fields=["severity", "state", "team", "workflow", "legal_entity"],
                condition=OPEN,
                name="queue_of_choices",
            ),
            # What was accepted, dismissed or merged, the newest first.
            models.Index(fields=["state", "-id"], condition=~OPEN, name="groups_settled_as"),
            # The same by money; those of the last days are told by the index alone.
            models.Index(
                fields=["state", "-value_at_risk", "-id"],
                condition=~OPEN,
                include=["settled_at"],
                name="groups_settled_by_money",
            ),
            models.Index(fields=["cause"], condition=~OPEN, name="groups_settled_of_cause"),
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="groups_merged_into",
            ),
            models.Index(
                fields=["split_from"],
                condition=Q(split_from__isnull=False),
                name="groups_split_from",
            ),
            GinIndex(fields=["words"], condition=OPEN, name="groups_by_word"),
            # What the ladder looks at, what a changed project moves, and what delegates act on.
            models.Index(fields=["escalates_at"], condition=OPEN, name="groups_to_escalate"),
            models.Index(fields=["project_id"], condition=OPEN, name="groups_of_project"),
            models.Index(
                fields=["delegate"],
                condition=models.Q(is_unsettled=True, delegate__isnull=False),
                name="queue_of_delegate",
            ),
            # What was resolved lately, and what was seen before of a cause.
            models.Index(
                fields=["-settled_at", "-id"],
                condition=Q(state=State.RESOLVED),
                name="groups_settled",
            ),
            models.Index(fields=["key", "-settled_at"], name="groups_of_cause"),
        ]

    def __str__(self):
        return self.title
