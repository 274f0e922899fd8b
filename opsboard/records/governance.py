"""What controls hold records against, as views: who owns which field, which state may follow which,
and which pairs somebody has told apart.
"""

from collections.abc import Iterator

from django.db import connection

from connectors.kinds import KINDS, fields_of
from connectors.kinds.lifecycles import LIFE_CYCLES, is_allowed
from connectors.kinds.ownership import DEFAULTS, Ownership, owner_of

# What a record brings with it, and what names it in its own system, is nobody else's.
OWN = {
    "source_id",
    "source_version",
    "source_updated_at",
    "source_updated_by",
    "correlation_id",
    "causation_id",
    "is_deleted",
    "legal_entity",
}
# Customers, unless a record says otherwise; the rows of other sorts have rules of their own.
USUAL = {"is_vendor": False, "is_customer": True}
DENIED_MATCH = (
    "create view denied_match as select kind, first_id, second_id"
    " from records_proposal where state = 'rejected'"
)


def views(rules: tuple[Ownership, ...] = DEFAULTS) -> dict[str, str]:
    """The statements that make them, by name."""
    return {
        "denied_match": DENIED_MATCH,
        "field_owner": _values("field_owner", "kind, field, owner", _owners(rules)),
        "allowed_step": _values("allowed_step", "kind, before, after", _steps()),
    }


def settle(rules: tuple[Ownership, ...]) -> None:
    """Make ownership equal to the deployment's rules; nothing is dropped that rests on it."""
    with connection.cursor() as cursor:
        cursor.execute(views(rules)["field_owner"])


def _values(name: str, columns: str, rows: Iterator[tuple[str, ...]]) -> str:
    told = ", ".join("(" + ", ".join(f"'{one}'" for one in row) + ")" for row in rows)
    return f"create or replace view {name} as select * from (values {told}) told ({columns})"


def _owners(rules: tuple[Ownership, ...]) -> Iterator[tuple[str, str, str]]:
    """Of the kinds that several systems hold, with the column that tells things apart."""
    for kind, declared in KINDS.items():
        if declared.natural_key:
            for field in fields_of(declared):
                if field.name not in OWN and field.name not in declared.natural_key:
                    owner = owner_of(rules, kind, field.name, USUAL).owner
                    yield kind, f"{field.name}_id" if field.ref else field.name, owner


def _steps() -> Iterator[tuple[str, str, str]]:
    """Every way from state to state, those in between unseen; to stay is always allowed."""
    for kind in LIFE_CYCLES:
        [status] = [one for one in fields_of(KINDS[kind]) if one.name == "status"]
        for before in status.choices:
            for after in status.choices:
                if is_allowed(kind, before, after):
                    yield kind, before, after
