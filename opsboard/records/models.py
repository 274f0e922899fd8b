"""What the outside says: one table per kind, the things themselves, and every change."""

from django.db import models
from django.db.models.functions import Coalesce, Lower

from connectors.kinds import KINDS
from opsboard.exact import Exact
from opsboard.records.tables import CurrentTransaction, Record, TransactionId, table_of

TABLES: dict[str, type[Record]] = {kind.kind: table_of(kind, __name__) for kind in KINDS.values()}
globals().update({table.__name__: table for table in TABLES.values()})


class Entity(models.Model):
    """The thing itself, of which systems hold copies (domain.md 0.1); its id is canonical.

    `within` is the thing whose codes these are: a cost centre's code means something only within
    its legal entity. What was merged away keeps its row and says into what.
    """

    kind = models.SlugField()
    code = models.TextField(blank=True)
    name = models.TextField(blank=True)
    # The system whose words these are: the first by name, so that load order does not matter.
    named_by = models.CharField(max_length=50, blank=True)
    within = models.ForeignKey("self", models.PROTECT, null=True, related_name="contained")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="absorbed")

    class Meta:
        indexes = [
            # Which entity carries this natural key, within this thing?
            models.Index("kind", Lower("code"), Coalesce("within", 0), name="entity_by_code"),
        ]


class Strength(models.TextChoices):
    """How sure a match is (domain.md 0.11); what is only suggested never joins by itself."""

    EXACT = "exact"
    DERIVED = "derived"
    SUGGESTED = "suggested"


class CrossReference(models.Model):
    """Which entity a system's native id stands for now. Codes get renamed; this row stays.

    `derivation` says from what a derived match follows. Once a person has placed a native id,
    nothing but a person moves it.
    """

    class State(models.TextChoices):
        CONFIRMED = "confirmed"
        RETIRED = "retired"

    kind = models.SlugField()
    system = models.CharField(max_length=50)
    native_id = models.TextField()
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="references")
    strength = models.CharField(max_length=10, choices=Strength, db_default=Strength.EXACT)
    state = models.CharField(max_length=10, choices=State, db_default=State.CONFIRMED)
    derivation = models.TextField(blank=True, db_default="")
    valid_from = models.DateTimeField(null=True)
    valid_to = models.DateTimeField(null=True)
    confirmed_by = models.TextField(blank=True, db_default="")
    confirmed_at = models.DateTimeField(null=True)
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


class Merge(models.Model):
    """Two things found to be one: `gone` is from then on `kept`.

    Without a name in `by`, the natural key or the middleware said so. `parent` is the merge without
    which this one would not have been.
    """

    kind = models.SlugField()
    gone = models.ForeignKey(Entity, models.PROTECT, related_name="+")
    kept = models.ForeignKey(Entity, models.PROTECT, related_name="+")
    strength = models.CharField(max_length=10, choices=Strength)
    reason = models.TextField(blank=True)
    by = models.TextField(blank=True)
    at = models.DateTimeField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    undone_by = models.TextField(blank=True, db_default="")
    undone_at = models.DateTimeField(null=True)


class FormerReference(models.Model):
    """What a native id stood for before, and until when."""

    class State(models.TextChoices):
        MERGED = "merged_into"
        RETIRED = "retired"

    kind = models.SlugField()
    system = models.CharField(max_length=50)
    native_id = models.TextField()
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="former_references")
    strength = models.CharField(max_length=10, choices=Strength)
    state = models.CharField(max_length=11, choices=State)
    valid_from = models.DateTimeField(null=True)
    valid_to = models.DateTimeField()
    ended_by = models.TextField(blank=True)
    merge = models.ForeignKey(Merge, models.PROTECT, null=True, related_name="moved")

    class Meta:
        indexes = [
            # The history of one native id.
            models.Index(fields=["kind", "system", "native_id"], name="former_of_native_id"),
        ]


class Proposal(models.Model):
    """Two things that may be one, until a person says so or denies it (domain.md 0.11)."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        CONFIRMED = "confirmed"
        REJECTED = "rejected"

    kind = models.SlugField()
    first = models.ForeignKey(Entity, models.PROTECT, related_name="+")
    second = models.ForeignKey(Entity, models.PROTECT, related_name="+")
    reason = models.TextField()
    likeness = models.DecimalField(max_digits=4, decimal_places=3)
    state = models.CharField(max_length=10, choices=State, db_default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    decided_by = models.TextField(blank=True, db_default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # A pair is proposed once, whichever way round it is found; a denial is remembered.
            models.UniqueConstraint(fields=["first", "second"], name="one_proposal_per_pair"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="pair_in_order"
            ),
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
