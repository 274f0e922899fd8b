"""What the outside says: one table per kind, the things themselves, and every change."""

from django.db import models
from django.db.models.functions import Lower

from connectors.kinds import KINDS
from opsboard.exact import Exact
from opsboard.records.tables import CurrentTransaction, Record, TransactionId, table_of

TABLES: dict[str, type[Record]] = {kind.kind: table_of(kind, __name__) for kind in KINDS.values()}
globals().update({table.__name__: table for table in TABLES.values()})


class Entity(models.Model):
    """The thing itself, of which systems hold copies (domain.md 0.1); its id is canonical."""

    kind = models.SlugField()
    code = models.TextField(blank=True)
    name = models.TextField(blank=True)
    # The system whose words these are: the first by name, so that load order does not matter.
    named_by = models.CharField(max_length=50, blank=True)

    class Meta:
        indexes = [
            # Which entity carries this natural key?
            models.Index("kind", Lower("code"), name="entity_by_code"),
        ]


class CrossReference(models.Model):
    """Which entity a system's native id stands for. Codes get renamed; this row stays."""

    class Strength(models.TextChoices):
        EXACT = "exact"
        DERIVED = "derived"
        SUGGESTED = "suggested"

    kind = models.SlugField()
    system = models.CharField(max_length=50)
    native_id = models.TextField()
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="references")
    strength = models.CharField(max_length=10, choices=Strength, default=Strength.EXACT)
    created_xid = TransactionId(db_default=CurrentTransaction(), db_index=True)

    class Meta:
        constraints = [
            # Lets a view's unused joins be dropped by the planner.
            models.UniqueConstraint(
                fields=["kind", "system", "native_id"], name="one_entity_per_native_id"
            ),
        ]
        indexes = [
            # The copies of an entity, for following a change to its subjects.
            models.Index(fields=["entity", "system"], name="copies_of_entity"),
        ]


class Change(models.Model):
    """An applied update or delete: what differed, before and after, and what brought it.

    Inserts are found by `created_xid` on the record itself.
    """

    kind = models.SlugField()
    key = models.TextField()
    op = models.CharField(max_length=6)
    canonical_id = models.BigIntegerField()
    system = models.CharField(max_length=50)
    before = models.JSONField(decoder=Exact)
    after = models.JSONField(decoder=Exact)
    source_version = models.BigIntegerField()
    page = models.BigIntegerField()
    at = models.DateTimeField()
    xid = TransactionId(db_default=CurrentTransaction(), db_index=True)

    class Meta:
        indexes = [
            # The history of one record, newest first.
            models.Index(fields=["key", "-id"], name="changes_of_record"),
        ]
