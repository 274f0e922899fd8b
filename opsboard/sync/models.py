"""What came in, unopened: connections, their streams, every pull, every page, every refused row."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models.functions import Greatest

BACKOFF = [timedelta(minutes=m) for m in (1, 5, 30, 120, 360)]
# A source that asks for more is asked again all the same, once a day.
LONGEST_WAIT = timedelta(days=1)


class Pipeline(models.Model):
    """One turn of the river: pull, load, reconcile, settle, tell. Its steps run inside one job."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    trigger = models.CharField(max_length=40, default="schedule")
    requested_by = models.CharField(max_length=150, blank=True)
    only = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    step = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    correlation_id = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            # Two turns at once would only wait for each other.
            models.UniqueConstraint(
                fields=["state"],
                condition=models.Q(state="queued"),
                name="one_queued_pipeline",
            ),
        ]


class Connection(models.Model):
    """One configured instance of a connector. Its settings stay in opsboard.toml, never here."""

    slug = models.SlugField(primary_key=True)
    title = models.CharField(max_length=80)
    connector = models.SlugField()
    system = models.SlugField()
    role = models.SlugField()
    active = models.BooleanField(default=True)
    # The circuit opens per connection: nothing is asked before this instant.
    resting_until = models.DateTimeField(null=True)
    probed_at = models.DateTimeField(null=True)
    probe = models.JSONField(null=True)

    def __str__(self):
        return self.title

    def rest(self, until: datetime) -> None:
        """Open the circuit: none of its streams is asked before this instant."""
        Connection.objects.filter(pk=self.pk).update(resting_until=Greatest("resting_until", until))

    def wake(self) -> None:
        """Close the circuit: the source has answered, or somebody says that it will."""
        Connection.objects.filter(pk=self.pk).update(resting_until=None)

    def is_resting(self, now: datetime) -> bool:
        return self.resting_until is not None and self.resting_until > now


class Stream(models.Model):
    """One kind that a connection publishes; where to resume, and up to when it is complete."""

    class State(models.TextChoices):
        READY = "ready"
        RETRYING = "retrying"
        STOPPED = "stopped"

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="streams")
    name = models.SlugField()
    kind = models.SlugField()
    sort = models.CharField(max_length=10, default="records")
    snapshot = models.BooleanField(default=False)
    interval = models.DurationField(default=timedelta(minutes=15))
    active = models.BooleanField(default=True)
    cursor = models.TextField(blank=True)
    watermark = models.DateTimeField(null=True)
    mapping_version = models.CharField(max_length=64, blank=True)
    # Counts the mapping versions in force so far, because hashes have no order.
    mapping_no = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.READY)
    failures = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    drift = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "name"], name="one_stream_per_name"),
        ]

    def __str__(self):
        return f"{self.connection_id}/{self.name}"

    def succeed(self, asked_at: datetime) -> None:
        """The source answered to the end; ask again when its interval is over."""
        self._become(
            self.State.READY,
            failures=0,
            next_attempt_at=asked_at + self.interval,
            last_error="",
            remedy="",
        )
        self.connection.wake()

    def retry(self, error: str, now: datetime, asked: timedelta | None = None) -> None:
        """Try again later, up to five times, then stop. `asked` is what the source asked for.

        The whole connection rests for the shortest wait or what was asked, and no longer: when
        one stream alone has trouble, the others must not wait for its sixth hour.
        """
        asked = min(asked or timedelta(0), LONGEST_WAIT)
        self.connection.rest(now + max(BACKOFF[0], asked))
        failures = self.failures + 1
        if failures > len(BACKOFF):
            remedy = "Find out why the source does not answer, then release the stream."
            self.stop(error, remedy, failures=failures)
            return
        wait = max(BACKOFF[failures - 1], asked)
        self._become(
            self.State.RETRYING,
            failures=failures,
            next_attempt_at=now + wait,
            last_error=error,
            remedy="",
        )

    def stop(self, error: str, remedy: str, **changes) -> None:
        """Nothing is asked again before somebody has acted and released the stream."""
        self._become(
            self.State.STOPPED, last_error=error, remedy=remedy, next_attempt_at=None, **changes
        )

    def _become(self, state: str, **changes) -> None:
        for name, value in {"state": state, **changes}.items():
            setattr(self, name, value)
        self.save(update_fields=["state", *changes])


class Run(models.Model):
    """One pull of one stream."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        STOPPED = "stopped"
        KILLED = "killed"

    stream = models.ForeignKey(Stream, models.CASCADE, related_name="runs")
    pipeline = models.ForeignKey(Pipeline, models.SET_NULL, null=True, related_name="runs")
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    pages = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    deleted = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    correlation_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            # The runs of a stream, newest first: the systems page, and the strip of a day.
            models.Index(fields=["stream", "-started_at"], name="runs_of_stream"),
        ]

    def end(self, state: str, now: datetime, error: str = "") -> None:
        """Write down how it ended; a run that was taken for dead meanwhile stays so."""
        Run.objects.filter(pk=self.pk, state=self.State.RUNNING).update(
            state=state, ended_at=now, error=error
        )
        self.refresh_from_db()


class RawPage(models.Model):
    """One response, kept as it came (gzip), until retention removes it."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="raw_pages")
    stream = models.ForeignKey(Stream, models.CASCADE, related_name="raw_pages")
    part = models.CharField(max_length=6, default="rows")
    body = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    cursor = models.TextField(blank=True)
    watermark = models.DateTimeField(null=True)
    origin = models.TextField(blank=True)
    received_at = models.DateTimeField()
    loaded_at = models.DateTimeField(null=True)
    # Under which mapping it was last loaded; empty until the first time.
    mapping_version = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            # What is stored and not yet loaded, oldest first.
            models.Index(
                fields=["stream", "id"],
                condition=models.Q(loaded_at__isnull=True),
                name="pages_to_load",
            ),
            # Retention.
            models.Index(fields=["received_at"], name="pages_by_age"),
        ]


class RefusedRow(models.Model):
    """A row that could not become a record; kept, and replayable after a mapping change."""

    class State(models.TextChoices):
        OPEN = "open"
        REPLAYED = "replayed"
        DISMISSED = "dismissed"

    stream = models.ForeignKey(Stream, models.CASCADE, related_name="refused_rows")
    page = models.ForeignKey(RawPage, models.SET_NULL, null=True, related_name="refused_rows")
    line = models.PositiveIntegerField(null=True)
    source_id = models.CharField(max_length=200, blank=True)
    field = models.CharField(max_length=80, blank=True)
    reason = models.TextField()
    row = models.TextField()
    hints = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    refused_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # The same row refused again is the same refused row.
            models.UniqueConstraint(
                fields=["stream", "fingerprint"],
                condition=models.Q(state="open"),
                name="one_open_refusal",
            ),
        ]
        indexes = [
            # Open refusals of a stream: the systems page and "not evaluated".
            models.Index(
                fields=["stream", "source_id"],
                condition=models.Q(state="open"),
                name="open_refusals",
            ),
        ]
