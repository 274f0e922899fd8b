"""What happened, line by line, and what people did to many at once."""

from django.conf import settings
from django.db import models

from opsboard.exceptions.models.group import Group
from opsboard.exceptions.models.item import ExceptionItem


class BulkAct(models.Model):
    """One act on many groups: what was asked, on which filter, and how many it moved (F.3)."""

    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    act = models.SlugField()
    # The filter as its address, or empty when single rows were picked.
    query = models.TextField(blank=True)
    note = models.TextField(blank=True)
    groups = models.PositiveIntegerField(default=0)
    items = models.PositiveIntegerField(default=0)
    # Group currency, at the instant of the act.
    value_at_risk = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    # How each group stood before, by its id: what an undo brings back.
    former = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)


class History(models.Model):
    """One line of what happened to a group or an item. Alerts are derived from it."""

    group = models.ForeignKey(
        Group, models.CASCADE, null=True, related_name="history", db_index=False
    )
    item = models.ForeignKey(
        ExceptionItem, models.CASCADE, null=True, related_name="history", db_index=False
    )
    at = models.DateTimeField()
    verb = models.SlugField(db_index=False)
    # Null is the engine.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    before = models.CharField(max_length=200, blank=True)
    after = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    items = models.PositiveIntegerField(default=1)
    run = models.BigIntegerField(null=True)
    # Whoever acted by delegation acted for this person (E.3, rule 7).
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    bulk = models.ForeignKey(BulkAct, models.PROTECT, null=True, related_name="lines")

    class Meta:
        indexes = [
            # The history of a group or an item, newest first.
            models.Index(fields=["group", "-at"], name="history_of_group"),
            models.Index(fields=["item", "-at"], name="history_of_item"),
            # What alerts have not yet told.
            models.Index(fields=["verb", "id"], name="history_by_verb"),
        ]


class Mention(models.Model):
    """A person named in a comment."""

    line = models.ForeignKey(History, models.CASCADE, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mentions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "person"], name="one_mention_per_line")
        ]
