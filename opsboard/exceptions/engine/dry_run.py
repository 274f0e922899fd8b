"""What a replay would do, before anybody is asked for it (domain.md F.7)."""

from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from opsboard.config import Misconfigured
from opsboard.sync.models import Connection
from opsboard.sync.sources import opened

PLAN = Path(__file__).parent.parent / "sql" / "replayable.sql"
# What moves money, or decides how much: such messages are sent again with approval (F.7).
FINANCIAL = frozenset(
    {
        "time_entry",
        "project_actual",
        "expense_item",
        "billing_event",
        "billing_schedule",
        "invoice",
        "invoice_line",
        "receipt",
        "receipt_application",
        "revenue_event",
        "revenue_schedule",
        "gl_posting",
        "supplier_charge",
        "purchase_commitment",
        "cost_rate",
        "rate_card",
        "rate_line",
        "tax_code",
        "fx_rate",
        "party",
    }
)
KINDS = {
    "retry": "The same messages again: what stopped them is gone",
    "replay_mapped": "Again after a mapping was mended, with the same keys",
}
SAYS = {
    "sends": "will be sent again",
    "arrived": "has arrived since",
    "superseded": "a newer version has arrived",
    "refused": "would be refused again: its data are still wrong",
}


@dataclass(frozen=True, slots=True)
class Planned:
    """One message: `verdict` is a key of SAYS; `items` hang on what it carries."""

    key: str
    system: str
    message: str
    subject_kind: str
    subject_key: str
    flow: str
    target: str
    error: str
    items: list[int]
    verdict: str
    is_locked: bool

    @property
    def says(self) -> str:
        return SAYS[self.verdict]


@dataclass(frozen=True, slots=True)
class DryRun:
    """`connection` is the middleware's own, by which they would go; empty when it has no such
    call."""

    kind: str
    planned: list[Planned]
    connection: str
    reason: str = ""

    @property
    def sends(self) -> list[Planned]:
        return [one for one in self.planned if one.verdict == "sends"]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many of each verdict, in words, those that are sent first."""
        found = Counter(one.verdict for one in self.planned)
        return [(SAYS[verdict], found[verdict]) for verdict in SAYS if found[verdict]]

    @property
    def is_financial(self) -> bool:
        return any(one.subject_kind in FINANCIAL for one in self.sends)

    @property
    def is_locked(self) -> bool:
        return any(one.is_locked for one in self.sends)

    def as_particulars(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "connection": self.connection,
            "planned": [asdict(one) for one in self.planned],
            "items": sorted({item for one in self.sends for item in one.items}),
        }


def dry_run(group: Any, kind: str = "retry") -> DryRun:
    """Reads the records alone; the middleware is asked nothing."""
    planned = _planned(group, kind)
    systems = sorted({one.system for one in planned if one.verdict == "sends"})
    if not planned:
        return DryRun(kind, planned, "", "No message of it was lost or refused.")
    if not systems:
        return DryRun(kind, planned, "", "None of its messages would arrive if it were sent again.")
    if len(systems) > 1:
        said = f"Its messages went through {' and '.join(systems)}; split it, one for each."
        return DryRun(kind, planned, "", said)
    way = way_to(systems[0])
    said = "" if way else f"{systems[0].capitalize()} has no call that sends messages again."
    return DryRun(kind, planned, way, said)


def way_to(system: str) -> str:
    """The connection whose connector can have messages of a system sent again, or nothing."""
    for found in Connection.objects.filter(active=True, system=system).order_by("slug"):
        try:
            with opened(found) as connector:
                if connector.retries:
                    return found.slug
        except (KeyError, Misconfigured):
            continue
    return ""


def _planned(group: Any, kind: str) -> list[Planned]:
    values = {"group": group.pk, "is_mapped": kind == "replay_mapped"}
    with connection.cursor() as cursor:
        cursor.execute(PLAN.read_text(), values)
        return [Planned(*row) for row in cursor.fetchall()]
