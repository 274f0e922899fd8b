"""The answers somebody must act on: items, the groups they hang on, their money, their history."""

from typing import Any

from django.conf import settings
from django.db import models, transaction

from opsboard.audit import log as audit
from opsboard.clock import now
from opsboard.exact import Exact
from opsboard.exceptions.queries import Groups, Items
from opsboard.exceptions.states import BEFORE_CLAIM, OPEN, UNSETTLED, Match, Severity, State
from opsboard.people.models import Team


class Group(models.Model):
    """Items with one root cause: one owner, one deadline, one row of the queue (domain.md F.3).

    Amounts are in the group currency, each atom counted once (0.5).
    """

    key = models.TextField()
    workflow = models.SlugField()
    control = models.CharField(max_length=8)
    cause = models.SlugField()
    root_entity = models.TextField(blank=True)
    title = models.TextField()
    legal_entity = models.CharField(max_length=40, blank=True)
    error_class = models.SlugField()
    state = models.CharField(max_length=14, choices=State, default=State.NEW)
    severity = models.PositiveSmallIntegerField(choices=Severity, default=Severity.LOW)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="groups")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="owned_groups"
    )
    owner_reason = models.CharField(max_length=160, blank=True)
    # True once a person assigned it: rules no longer move it.
    assigned_by_hand = models.BooleanField(default=False)
    detected_at = models.DateTimeField()
    acknowledge_by = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
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

    objects = Groups.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=OPEN, name="one_unsettled_group_per_cause"
            ),
        ]
        indexes = [
            # The queue by due instant, then money, whole and per team and owner.
            models.Index(
                fields=["due_at", "-value_at_risk", "id"], condition=OPEN, name="queue_by_due"
            ),
            models.Index(
                fields=["team", "due_at", "-value_at_risk", "id"],
                condition=OPEN,
                name="queue_of_team",
            ),
            models.Index(
                fields=["owner", "due_at", "-value_at_risk", "id"],
                condition=OPEN,
                name="queue_of_owner",
            ),
            # The queue by money.
            models.Index(fields=["-value_at_risk", "-id"], condition=OPEN, name="queue_by_money"),
            # What was resolved lately, and what was seen before of a cause.
            models.Index(fields=["-settled_at", "-id"], name="groups_settled"),
            models.Index(fields=["key", "-settled_at"], name="groups_of_cause"),
        ]

    def __str__(self):
        return self.title

    def acknowledge(self, *, by: Any) -> bool:
        """Accept the work. False when somebody moved the group first; then nothing changed."""
        return self._move([State.NEW, State.REOPENED], State.ACKNOWLEDGED, "acknowledged", by=by)

    def claim(self, *, by: Any, note: str) -> bool:
        """Say that it is corrected; only a run on data read after this instant can confirm it."""
        at = now()
        return self._move(
            BEFORE_CLAIM, State.FIX_CLAIMED, "claimed", by=by, note=note, claimed_at=at
        )

    @transaction.atomic
    def assign(self, *, by: Any, to: Any = None, team: Team | None = None, note: str = "") -> bool:
        """Hand over to a person, or to a team's queue. False when the owner changed meanwhile."""
        team = team or (to.team if to and to.team_id else self.team)
        mine = Group.objects.filter(
            pk=self.pk, owner=self.owner, team=self.team, state__in=UNSETTLED
        )
        moved = mine.update(
            owner=to, team=team, assigned_by_hand=True, owner_reason=f"assigned by {by}"
        )
        if moved:
            before = str(self.owner or self.team or "")
            self._tell("assigned", by=by, before=before, after=str(to or team or ""), note=note)
        return bool(moved)

    def comment(self, *, by: Any, note: str) -> bool:
        """Add a remark to the history; nothing else changes."""
        self._tell("commented", by=by, note=note)
        return True

    @transaction.atomic
    def _move(self, sources, target, verb, *, by, note="", **changes) -> bool:
        """Move the group and its children together; they follow it (domain.md F.3)."""
        mine = Group.objects.filter(pk=self.pk, state__in=sources)
        before = State(self.state).label
        if not mine.update(state=target, **changes):
            return False
        children = ExceptionItem.objects.filter(group=self, state__in=sources)
        items = children.update(state=target, **changes)
        self._tell(verb, by=by, before=before, after=State(target).label, note=note, items=items)
        return True

    def _tell(self, verb, *, by, before="", after="", note="", items=0) -> None:
        History.objects.create(
            group=self,
            at=now(),
            verb=verb,
            by=by,
            before=before[:200],
            after=after[:200],
            note=note,
            items=items or self.children,
        )
        audit.record(
            f"exception.{verb}",
            f"group:{self.pk}",
            by=by,
            before=before or None,
            after=after or None,
            reason=note,
        )


class ExceptionItem(models.Model):
    """A finding that somebody owns. The engine opens and resolves it; nobody else does."""

    control = models.CharField(max_length=8)
    subject = models.TextField()
    group = models.ForeignKey(Group, models.PROTECT, null=True, related_name="items")
    state = models.CharField(max_length=14, choices=State, default=State.NEW)
    severity = models.PositiveSmallIntegerField(choices=Severity, default=Severity.LOW)
    # Before age adds to it, and the most that it may become (0.6).
    base_severity = models.PositiveSmallIntegerField(choices=Severity, default=Severity.LOW)
    highest_severity = models.PositiveSmallIntegerField(choices=Severity, default=Severity.CRITICAL)
    # How the two sides were matched (0.11); what is only suggested a person confirms.
    match_strength = models.CharField(max_length=9, choices=Match, default=Match.EXACT)
    # Its period is locked: accrue it, or post it in the current one (0.8, CO-L).
    unrecorded = models.BooleanField(default=False)
    title = models.TextField()
    workflow = models.SlugField()
    error_class = models.SlugField(blank=True)
    cause = models.SlugField(blank=True)
    root_entity = models.TextField(blank=True)
    cause_title = models.TextField(blank=True)
    # (family, root cause, root entity): items with one key hang on one group (0.9).
    group_key = models.TextField(blank=True)
    group_control = models.CharField(max_length=8, blank=True)
    group_workflow = models.SlugField(blank=True)
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

    objects = Items.as_manager()

    class Meta:
        constraints = [
            # Re-detection updates the row; there is never a second one (F.3).
            models.UniqueConstraint(
                fields=["control", "subject"], condition=OPEN, name="one_open_item_per_subject"
            ),
            models.CheckConstraint(
                condition=models.Q(state="resolved", resolved_by_run__isnull=False)
                | ~models.Q(state="resolved"),
                name="resolved_only_by_a_run",
            ),
        ]
        indexes = [
            # The children of a group, largest first.
            models.Index(fields=["group", "-value_at_risk", "id"], name="items_of_group"),
            # What hangs on a cause: regrouping.
            models.Index(fields=["group_key"], condition=OPEN, name="items_by_cause"),
            # Has this subject been here before?
            models.Index(fields=["control", "subject", "-resolved_at"], name="items_of_subject"),
        ]


class Exposure(models.Model):
    """What one item claims of one atom: the exposure ledger (domain.md 0.5). Group currency."""

    item = models.ForeignKey(ExceptionItem, models.CASCADE, related_name="exposures")
    atom = models.TextField()
    measure = models.CharField(max_length=16)
    amount = models.DecimalField(max_digits=20, decimal_places=4)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "atom", "measure"], name="one_claim_per_atom"),
        ]
        indexes = [
            # The other claims on an atom.
            models.Index(fields=["atom", "measure"], name="claims_on_atom"),
        ]


class Atom(models.Model):
    """The most that any unsettled item claims of an atom; a total is a sum over these rows."""

    atom = models.TextField(primary_key=True)
    workflow = models.SlugField()
    legal_entity = models.CharField(max_length=40, blank=True)
    revenue_at_risk = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    cost_at_risk = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    cash_at_risk = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    misstatement = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    exposure_only = models.DecimalField(max_digits=20, decimal_places=4, default=0)


class History(models.Model):
    """One line of what happened to a group or an item. Alerts are derived from it."""

    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="history")
    item = models.ForeignKey(ExceptionItem, models.CASCADE, null=True, related_name="history")
    at = models.DateTimeField()
    verb = models.SlugField()
    # Null is the engine.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    before = models.CharField(max_length=200, blank=True)
    after = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    items = models.PositiveIntegerField(default=1)
    run = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            # The history of a group or an item, newest first.
            models.Index(fields=["group", "-at"], name="history_of_group"),
            models.Index(fields=["item", "-at"], name="history_of_item"),
            # What alerts have not yet told.
            models.Index(fields=["verb", "id"], name="history_by_verb"),
        ]


class Touched(models.Model):
    """A cause whose group must be derived again; written with the items, removed by regrouping."""

    key = models.TextField(primary_key=True)
