"""One finding that somebody must act on."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from opsboard.exact import Exact
from opsboard.exceptions.models.group import Group
from opsboard.exceptions.models.words import words_of
from opsboard.exceptions.queries import Items
from opsboard.exceptions.states import OPEN, Match, Severity, State, unsettled


class ExceptionItem(models.Model):
    """A finding that somebody owns. The engine opens and resolves it; nobody else does."""

    control = models.CharField(max_length=8)
    subject = models.TextField()
    group = models.ForeignKey(
        Group, models.PROTECT, null=True, related_name="items", db_index=False
    )
    state = models.CharField(max_length=16, choices=State, default=State.NEW)
    is_unsettled = unsettled()
    severity = models.PositiveSmallIntegerField(choices=Severity, default=Severity.LOW)
    # Before age adds to it, and the most that it may become (0.6).
    base_severity = models.PositiveSmallIntegerField(choices=Severity, default=Severity.LOW)
    highest_severity = models.PositiveSmallIntegerField(choices=Severity, default=Severity.CRITICAL)
    # How the two sides were matched (0.11); what is only suggested a person confirms.
    match_strength = models.CharField(max_length=9, choices=Match, default=Match.EXACT)
    # Its period is locked: accrue it, or post it in the current one (0.8, CO-L).
    unrecorded = models.BooleanField(default=False)
    title = models.TextField()
    workflow = models.SlugField(db_index=False)
    error_class = models.SlugField(blank=True, db_index=False)
    cause = models.SlugField(blank=True, db_index=False)
    root_entity = models.TextField(blank=True)
    cause_title = models.TextField(blank=True)
    # (family, root cause, root entity): items with one key hang on one group (0.9).
    group_key = models.TextField(blank=True)
    group_control = models.CharField(max_length=8, blank=True)
    group_workflow = models.SlugField(blank=True, db_index=False)
    legal_entity = models.CharField(max_length=40, blank=True)
    project_id = models.BigIntegerField(null=True)
    worker_id = models.BigIntegerField(null=True)
    party_id = models.BigIntegerField(null=True)
    service_date = models.DateField(null=True)
    look_at = models.DateTimeField()
    detected_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    # Runs on data read after the claim that still found it (F.1: the second one returns it).
    claim_runs = models.PositiveSmallIntegerField(default=0)
    times_reopened = models.PositiveSmallIntegerField(default=0)
    found_by_run = models.BigIntegerField()
    resolved_by_run = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    # Every cost amount, and the part of a misstatement that is cost, is in this one.
    cost_currency = models.CharField(max_length=3, blank=True)
    # Transaction currency, as the control gave them.
    revenue_at_risk = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    cost_at_risk = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    cash_at_risk = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    misstatement = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    misstatement_cost = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    exposure_only = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    is_estimated = models.BooleanField(default=False)
    # To the group currency: spot of the as-of date, kept so that the number can be re-performed.
    fx_rate = models.DecimalField(max_digits=18, decimal_places=10, null=True)
    fx_date = models.DateField(null=True)
    cost_fx_rate = models.DecimalField(max_digits=18, decimal_places=10, null=True)
    # What severity rests on: the largest measure, of whatever class; never shown to anybody.
    amount_at_risk = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    # max(revenue, cash) in the group currency, as lists show and order it (0.5).
    value_at_risk = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    evidence = models.JSONField(default=dict, decoder=Exact)

    words = words_of("subject", references=("worker_id", "project_id", "party_id"))

    objects = Items.as_manager()

    class Meta:
        constraints = [
            # Re-detection updates the row, also one that is waived; there is never a second (F.3).
            models.UniqueConstraint(
                fields=["control", "subject"],
                condition=~models.Q(state=State.RESOLVED),
                name="one_live_item_per_subject",
            ),
            models.CheckConstraint(
                condition=models.Q(state="resolved", resolved_by_run__isnull=False)
                | ~models.Q(state="resolved"),
                name="resolved_only_by_a_run",
            ),
        ]
        # Every index is written with every item; there are no others than these.
        indexes = [
            # The children of a group, largest first.
            models.Index(fields=["group", "-value_at_risk", "id"], name="items_of_group"),
            # What hangs on a cause: regrouping.
            models.Index(fields=["group_key"], condition=OPEN, name="items_by_cause"),
            # What is called so, or is about what is called so.
            GinIndex(fields=["words"], name="items_by_word"),
            # Has this subject been here before?
            models.Index(fields=["control", "subject", "-resolved_at"], name="items_of_subject"),
        ]
