"""The canonical kinds: opsboard's vocabulary and its data contract (domain.md A)."""

from connectors.kinds.agreements import ChangeOrder, Contract, RateCard, RateLine
from connectors.kinds.base import Record
from connectors.kinds.billing import BillingEvent, BillingSchedule, Invoice, InvoiceLine
from connectors.kinds.cash import Receipt, ReceiptApplication
from connectors.kinds.delivery import Assignment, Project, ResourceRequest, WbsTask
from connectors.kinds.fields import Field, build, fields_of
from connectors.kinds.integration import FlowRun, IntegrationMessage
from connectors.kinds.ledger import GlPosting
from connectors.kinds.organisation import (
    AccountingPeriod,
    CostCenter,
    FxRate,
    LegalEntity,
    TaxCode,
    WorkCalendar,
)
from connectors.kinds.parties import Opportunity, Party
from connectors.kinds.planning import BudgetLine, ForecastLine
from connectors.kinds.purchasing import PurchaseCommitment, SupplierCharge
from connectors.kinds.revenue import RevenueEvent, RevenueSchedule
from connectors.kinds.vocabulary import (
    CodeMapping,
    IdXref,
    Role,
    Skill,
    UtilizationCategory,
    WorkerSkill,
)
from connectors.kinds.work import ExpenseItem, ProjectActual, TimeEntry
from connectors.kinds.workforce import CostRate, PayrollResult, UserAccount, Worker

# In the order of domain.md A.1.
KINDS: dict[str, type[Record]] = {
    kind.kind: kind
    for kind in (
        LegalEntity,
        CostCenter,
        AccountingPeriod,
        TaxCode,
        FxRate,
        WorkCalendar,
        UtilizationCategory,
        Role,
        Skill,
        WorkerSkill,
        CodeMapping,
        IdXref,
        Party,
        Opportunity,
        Contract,
        ChangeOrder,
        RateCard,
        RateLine,
        CostRate,
        Worker,
        UserAccount,
        PayrollResult,
        Project,
        WbsTask,
        ResourceRequest,
        Assignment,
        BudgetLine,
        ForecastLine,
        TimeEntry,
        ExpenseItem,
        PurchaseCommitment,
        SupplierCharge,
        ProjectActual,
        BillingSchedule,
        BillingEvent,
        Invoice,
        InvoiceLine,
        Receipt,
        ReceiptApplication,
        RevenueSchedule,
        RevenueEvent,
        GlPosting,
        IntegrationMessage,
        FlowRun,
    )
}

__all__ = ["KINDS", "Field", "Record", "build", "fields_of"]
