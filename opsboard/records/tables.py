"""One typed table per canonical kind, derived from its declaration in `connectors.kinds`."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func

from connectors.kinds import Field, fields_of
from connectors.kinds import Record as Kind

# References through which a change finds its subjects; each costs an index.
FOLLOWED = {
    "canonical",
    "contract",
    "invoice",
    "of_id",
    "party",
    "project",
    "rate_card",
    "receipt",
    "revenue_schedule",
    "source_key",
    "subject_key",
    "worker",
}


class TransactionId(models.Field):
    """PostgreSQL's xid8: tells by snapshot, not by order, what has become visible."""

    def db_type(self, connection):
        return "xid8"


class CurrentTransaction(Func):
    function = "pg_current_xact_id"
    arity = 0
    output_field = TransactionId()


class Record(models.Model):
    """What opsboard adds to a source record: identity, provenance, and who loaded it."""

    key = models.TextField()
    system = models.CharField(max_length=50)
    system_role = models.CharField(max_length=50)
    stream = models.BigIntegerField()
    canonical_id = models.BigIntegerField()
    mapping_no = models.IntegerField()
    digest = models.CharField(max_length=40)
    page = models.BigIntegerField()
    loaded_at = models.DateTimeField()
    created_xid = TransactionId(db_default=CurrentTransaction(), db_index=True)

    class Meta:
        abstract = True


def table_of(kind: type[Kind], module: str) -> type[Record]:
    """The Django model of a kind; migrations follow from the declaration."""
    name = kind.__name__
    body = {"__module__": module, "__doc__": kind.__doc__, "declared": kind}
    body |= {field.name: column_of(field) for field in fields_of(kind)}
    body["Meta"] = type("Meta", (), {"indexes": _indexes(kind), "constraints": [_by_key(kind)]})
    return type(name, (Record,), body)


def _by_key(kind: type[Kind]) -> models.UniqueConstraint:
    """Not `unique=True`, which also makes an index for patterns; nobody looks for parts of keys."""
    return models.UniqueConstraint(fields=["key"], name=f"{kind.kind}_by_key")


def _indexes(kind: type[Kind]) -> list[models.Index]:
    """Only what something is found by: each costs a tenth of a first load."""
    followed = [one.name for one in fields_of(kind) if one.name in FOLLOWED]
    # A record of any other kind is a thing of its own, and has its own id as canonical id.
    if kind.natural_key:
        followed.append("canonical_id")
    return [models.Index(fields=[one], name=f"{kind.kind}_{one}"[:30]) for one in followed]


def column_of(field: Field) -> models.Field:
    if field.type == "decimal":
        return models.DecimalField(
            max_digits=field.precision, decimal_places=field.scale, null=field.nullable
        )
    return COLUMNS[field.type](field)


COLUMNS = {
    "str": lambda field: models.TextField(),
    "int": lambda field: models.BigIntegerField(null=field.nullable),
    "bool": lambda field: models.BooleanField(),
    "date": lambda field: models.DateField(null=field.nullable),
    "datetime": lambda field: models.DateTimeField(null=field.nullable),
    "list": lambda field: ArrayField(models.TextField()),
}
