"""The hops: what a record, a message or one of our own jobs did, and when."""

from django.db import models


class Span(models.Model):
    """One hop of a business transaction, joined to the rest by the correlation ID.

    Attributes never hold payload or personal data.
    """

    trace_id = models.CharField(max_length=32)
    span_id = models.CharField(max_length=16)
    parent_id = models.CharField(max_length=16, blank=True)
    correlation_id = models.CharField(max_length=64, blank=True)
    service = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    sort = models.CharField(max_length=10, default="internal")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    failed = models.BooleanField(default=False)
    message = models.TextField(blank=True)
    attributes = models.JSONField(default=dict)

    class Meta:
        constraints = [
            # Exporters retry; the same span twice is one span.
            models.UniqueConstraint(fields=["trace_id", "span_id"], name="one_span"),
        ]
        indexes = [
            # The hops of one business transaction, in time order.
            models.Index(fields=["correlation_id", "started_at"], name="spans_by_correlation"),
            # Retention, and the newest hops.
            models.Index(fields=["-started_at"], name="spans_by_time"),
        ]
