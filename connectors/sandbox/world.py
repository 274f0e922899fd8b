"""Everything that the healthy firm consists of, and the book in which its systems tell of it."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from connectors.sandbox.book import Book
from connectors.sandbox.calendar import MID_RATES, midnight, month_of, months_between
from connectors.sandbox.chance import Chance
from connectors.sandbox.commercial import Contract, Party, Project
from connectors.sandbox.delivery import Assignment
from connectors.sandbox.people import Worker
from connectors.sandbox.shape import UNTIL, Shape
from connectors.sandbox.time import Entry

if TYPE_CHECKING:
    from connectors.sandbox.billing import Event, Invoice
    from connectors.sandbox.cash import Receipt
    from connectors.sandbox.changes import ChangeOrder
    from connectors.sandbox.expense import Charge, Expense, Order
    from connectors.sandbox.revenue import Earning

CENT = Decimal("0.01")
INTEGRATION = "svc-integration"
# Who owns a kind; in every other system the interface account writes the copy.
OWNERS = {
    "erp": (
        "legal_entity", "cost_center", "accounting_period", "tax_code", "fx_rate", "budget_line",
        "supplier_charge", "project_actual", "billing_schedule", "invoice", "invoice_line",
        "receipt", "receipt_application", "revenue_schedule", "revenue_event", "gl_posting",
    ),
    "crm": ("party", "opportunity", "contract", "change_order", "rate_card", "rate_line"),
    "psa": (
        "project", "wbs_task", "resource_request", "assignment", "forecast_line", "time_entry",
        "expense_item", "billing_event",
    ),
    "hcm": ("work_calendar", "role", "skill", "worker_skill", "cost_rate", "worker"),
    "procurement": ("purchase_commitment",),
    "payroll": ("payroll_result",),
    "identity": ("user_account",),
    "middleware": (
        "utilization_category", "code_mapping", "id_xref", "integration_message", "flow_run",
    ),
}  # fmt: skip
OWNER = {kind: system for system, kinds in OWNERS.items() for kind in kinds}
# Of some kinds not all records have one owner: whose is told by a field's value.
OTHERWISE = {
    ("party", "is_vendor", True): "procurement",
    ("rate_card", "scope", "standard"): "erp",
    ("cost_rate", "source", "standard"): "erp",
    ("cost_rate", "source", "contractor_agreement"): "procurement",
}


@dataclass(eq=False)
class World:
    """The things themselves; `book` holds what each system says of them."""

    shape: Shape
    chance: Chance
    workers: list[Worker] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    changes: "list[ChangeOrder]" = field(default_factory=list)
    expenses: "list[Expense]" = field(default_factory=list)
    orders: "list[Order]" = field(default_factory=list)
    charges: "list[Charge]" = field(default_factory=list)
    events: "list[Event]" = field(default_factory=list)
    invoices: "list[Invoice]" = field(default_factory=list)
    receipts: "list[Receipt]" = field(default_factory=list)
    earnings: "list[Earning]" = field(default_factory=list)
    book: Book = field(default_factory=Book)
    message_of: dict[str, str] = field(default_factory=dict)

    @property
    def contracts(self) -> list[Contract]:
        found = {one.contract.no: one.contract for one in self.projects if one.contract}
        return list(found.values())

    @property
    def external(self) -> list[Project]:
        return [one for one in self.projects if not one.is_internal]

    @property
    def live(self) -> list[Project]:
        """External work that people are booked on to this day."""
        return [one for one in self.external if one.status == "active"]

    @property
    def months(self) -> list[date]:
        return months_between(self.shape.starts_on, UNTIL)

    @property
    def first_month(self) -> date:
        """The first month that is worked whole."""
        return month_of(self.shape.starts_on + timedelta(days=6))

    def spot(self, source: str, target: str, day: date) -> Decimal:
        """The mid rate of the day, or of the Friday before a weekend."""
        day -= timedelta(days=max(0, day.weekday() - 4))
        return (self._in_usd(source, day) / self._in_usd(target, day)).quantize(Decimal("0.000001"))

    def _in_usd(self, currency: str, day: date) -> Decimal:
        mid = MID_RATES.get(currency)
        if mid is None:
            return Decimal(1)
        return mid * (10_000 + self.chance.below(81, "fx", currency, day) - 40) / 10_000

    def convert(self, amount: Decimal, source: str, target: str, day: date) -> Decimal:
        if source == target:
            return amount.quantize(CENT)
        return (amount * self.spot(source, target, day)).quantize(CENT)

    def say(self, system: str, kind: str, source_id: str, at: datetime, **fields: Any) -> None:
        """A system says something; a copy's first word comes from the interface account."""
        if not self.book.history((system, kind, source_id)) and (
            self._owner(system, kind, fields) != system
        ):
            fields.setdefault("source_updated_by", INTEGRATION)
        self.book.say(system, kind, source_id, at, fields)

    def _owner(self, system: str, kind: str, fields: dict[str, Any]) -> str:
        if kind == "rate_line":
            # Prices belong to whoever owns their list.
            [(_, card), *_] = self.book.history((system, "rate_card", fields["rate_card"]))
            return self._owner(system, "rate_card", card)
        for (of, name, value), owner in OTHERWISE.items():
            if of == kind and fields.get(name) == value:
                return owner
        return OWNER[kind]

    @property
    def founded(self) -> datetime:
        """When everything that does not change was written down."""
        return midnight(self.shape.starts_on - timedelta(days=30))
