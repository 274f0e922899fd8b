"""Who the firm is, and by which calendars and rates it counts."""

from typing import ClassVar, Literal

from connectors.kinds.base import (
    BigInt,
    Code,
    Country,
    Currency,
    Day,
    EntityCode,
    Fraction,
    FxFactor,
    Hours,
    Instant,
    Record,
    ref,
)

PeriodState = Literal["future", "open", "closing", "locked", "closed", "permanently_closed"]


class LegalEntity(Record, kw_only=True):
    """A company of the group (A.1 1). System of record: ERP."""

    kind: ClassVar = "legal_entity"
    natural_key: ClassVar = ("code",)
    unique_by: ClassVar = ("code",)
    system_of_record: ClassVar = ("erp",)

    code: EntityCode
    name: str
    country: Country = ""
    functional_currency: Currency = ""
    reporting_currency: Currency = ""
    tax_registration_no: str = ""
    fiscal_calendar: str = ""
    timezone: str = ""
    close_day_default: BigInt = 5
    status: Literal["draft", "active", "inactive"] = "active"


class CostCenter(Record, kw_only=True):
    """Where cost is gathered within a legal entity (A.1 2). ERP.

    `valid_to` is the last day on which it may be used; None means until further notice.
    """

    kind: ClassVar = "cost_center"
    natural_key: ClassVar = ("code",)
    within: ClassVar = "legal_entity"
    unique_by: ClassVar = ("legal_entity", "code")
    system_of_record: ClassVar = ("erp",)

    code: Code
    name: str
    parent: ref("cost_center") = ""
    manager: ref("worker") = ""
    valid_from: Day | None = None
    valid_to: Day | None = None
    posting_allowed: bool = True
    type: Literal["delivery", "overhead", "sales"] = "delivery"
    status: Literal["planned", "active", "blocked", "closed"] = "active"


class AccountingPeriod(Record, kw_only=True):
    """A period of one ledger module (A.1 3, 0.8). Dates in the entity's calendar. ERP."""

    kind: ClassVar = "accounting_period"
    unique_by: ClassVar = ("legal_entity", "ledger", "module", "starts_on")
    system_of_record: ClassVar = ("erp",)

    ledger: str = "main"
    module: Literal["gl", "ar", "ap", "project"] = "gl"
    period_no: BigInt = 0
    name: str = ""
    starts_on: Day
    ends_on: Day
    status: PeriodState
    locked_at: Instant | None = None
    closed_at: Instant | None = None
    closed_by: str = ""
    reopened_count: BigInt = 0


class TaxCode(Record, kw_only=True):
    """A tax code and what it charges in a date range (A.1 4). ERP or tax engine.

    Exempt, zero and out_of_scope are values; a missing code is a mistake.
    """

    kind: ClassVar = "tax_code"
    unique_by: ClassVar = ("legal_entity", "code", "valid_from")
    system_of_record: ClassVar = ("erp",)

    code: Code
    name: str = ""
    jurisdiction: str = ""
    rate: Fraction | None = None
    type: Literal[
        "standard", "reduced", "zero", "exempt", "reverse_charge", "out_of_scope", "withholding"
    ] = "standard"
    direction: Literal["sales", "purchase"] = "sales"
    valid_from: Day
    valid_to: Day | None = None
    status: Literal["active", "superseded"] = "active"


class WorkCalendar(Record, kw_only=True):
    """One day of one calendar (A.1 6): standard hours, zero on a holiday. HCM."""

    kind: ClassVar = "work_calendar"
    unique_by: ClassVar = ("calendar", "day")
    system_of_record: ClassVar = ("hcm",)

    calendar: str
    region: str = ""
    day: Day
    standard_hours: Hours
    is_holiday: bool = False
    name: str = ""


class FxRate(Record, kw_only=True):
    """How many units of `to_currency` one unit of `from_currency` buys (A.1 5). ERP."""

    kind: ClassVar = "fx_rate"
    unique_by: ClassVar = ("from_currency", "to_currency", "rate_type", "rate_date")
    system_of_record: ClassVar = ("erp",)

    from_currency: Currency
    to_currency: Currency
    rate_type: Literal["spot", "month_avg", "closing", "contract"] = "spot"
    rate_date: Day
    rate: FxFactor
    provider: str = ""
    status: Literal["provisional", "final"] = "final"
