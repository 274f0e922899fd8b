"""The canonical kinds: opsboard's vocabulary and its data contract (domain.md A)."""

from connectors.kinds.base import Record
from connectors.kinds.delivery import Assignment, Project, ProjectActual, TimeEntry, WbsTask
from connectors.kinds.fields import Field, build, fields_of
from connectors.kinds.ledger import GlPosting, Invoice, InvoiceLine
from connectors.kinds.organisation import AccountingPeriod, FxRate, LegalEntity, WorkCalendar
from connectors.kinds.parties import Party
from connectors.kinds.workforce import CostRate, Worker

KINDS: dict[str, type[Record]] = {
    kind.kind: kind
    for kind in (
        LegalEntity,
        AccountingPeriod,
        WorkCalendar,
        FxRate,
        Party,
        Worker,
        CostRate,
        Project,
        WbsTask,
        Assignment,
        TimeEntry,
        ProjectActual,
        Invoice,
        InvoiceLine,
        GlPosting,
    )
}

__all__ = ["KINDS", "Field", "Record", "build", "fields_of"]
