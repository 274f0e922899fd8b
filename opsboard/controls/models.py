"""The questions, and the evidence that they were asked."""

from django.db import models

from opsboard.sync.models import Pipeline


class Status(models.TextChoices):
    """The life of a control (domain.md 0.12): a shadow runs and counts, and raises nothing."""

    DRAFT = "draft", "Draft"
    SHADOW = "shadow", "Shadow"
    LIVE = "live", "Live"
    RETIRED = "retired", "Retired"


class Control(models.Model):
    """What the engine remembers of one control file; the file itself is the definition."""

    code = models.CharField(primary_key=True, max_length=8)
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=120)
    workflow = models.SlugField()
    version = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64)
    # Live: what it finds is raised. `status` says more.
    active = models.BooleanField(default=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.LIVE)
    # A pg_snapshot: changes visible in it were already judged. Empty means: run in full.
    seen = models.TextField(blank=True)
    # What the last run could rely on: subjects due since then are judged again.
    bound = models.DateTimeField(null=True)
    judged_at = models.DateTimeField(null=True)
    full_run_at = models.DateTimeField(null=True)
    # The legal entities in their close window; severity depends on it, so a run after it changed
    # must judge everything again.
    closing = models.TextField(blank=True)


class ControlVersion(models.Model):
    """What a control was from when on, and who stands for it; never changed afterwards.

    The file, a parameter, a threshold, a calendar or the status makes a new one.
    """

    control = models.ForeignKey(Control, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    status = models.CharField(max_length=8, choices=Status, default=Status.LIVE)
    parameters = models.JSONField(default=dict)
    # What differs from the version before, in words.
    change = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    effective_from = models.DateField()
    # Empty: nobody is named in the file or the configuration.
    approved_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["control", "version"], name="one_row_per_version"),
        ]


class ControlRun(models.Model):
    """Evidence that a control was checked: on what, by which version, with which totals."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    class Mode(models.TextChoices):
        FULL = "full"
        INCREMENTAL = "incremental"

    control = models.ForeignKey(Control, models.CASCADE, related_name="runs")
    pipeline = models.ForeignKey(Pipeline, models.SET_NULL, null=True, related_name="control_runs")
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    parameters = models.JSONField(default=dict)
    # What the control was: a shadow's findings raise nothing.
    status = models.CharField(max_length=8, choices=Status, default=Status.LIVE)
    mode = models.CharField(max_length=12, choices=Mode)
    reason = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    as_of = models.DateTimeField()
    bound = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    watermarks = models.JSONField(default=dict)
    population = models.PositiveBigIntegerField(null=True)
    against = models.PositiveBigIntegerField(null=True)
    judged = models.PositiveBigIntegerField(default=0)
    matched = models.PositiveBigIntegerField(default=0)
    findings = models.PositiveBigIntegerField(default=0)
    pending = models.PositiveBigIntegerField(default=0)
    not_evaluated = models.PositiveBigIntegerField(default=0)
    out_of_scope = models.PositiveBigIntegerField(default=0)
    identity_holds = models.BooleanField(null=True)
    # Control totals of each side and amounts by verdict and currency, as texts; see totals.py.
    totals = models.JSONField(default=dict)
    result_hash = models.CharField(max_length=64, blank=True)
    # An incremental run rests on the population of this full run.
    based_on = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    error = models.TextField(blank=True)

    class Meta:
        indexes = [
            # The evidence of a control, newest first.
            models.Index(fields=["control", "-started_at"], name="runs_of_control"),
        ]


class WaitingSubject(models.Model):
    """A subject that something beside its own records can change: time or a feed one that is
    pending, not evaluated or about to end, and what causes rest on one that is a finding."""

    control = models.ForeignKey(Control, models.CASCADE, related_name="waiting", db_index=False)
    subject = models.TextField()
    # "infinity" where time changes nothing.
    look_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["control", "subject"], name="one_wait_per_subject"),
        ]
        indexes = [
            # What has come due since the last run.
            models.Index(fields=["control", "look_at"], name="waiting_by_time"),
        ]
