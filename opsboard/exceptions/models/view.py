"""Queues that people keep."""

from django.conf import settings
from django.db import models

from opsboard.people.models import Team


class SavedView(models.Model):
    """A filter of the queue under a name; `digest` makes equal filters one row per owner."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    # The filter's own address, in its shortest form.
    query = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    # The team that sees it too.
    shared_with = models.ForeignKey(Team, models.CASCADE, null=True, related_name="saved_views")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "digest"], name="one_view_per_filter"),
        ]
