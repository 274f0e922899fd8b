"""Who the firm is, and by which calendars and rates it counts."""

from typing import ClassVar, Literal

from connectors.kinds.base import (
    BigInt,
    Country,
    Currency,
    Day,
    EntityCode,
    FxFactor,
    Hours,
    Instant,
    Record,
)

PeriodState = Literal["future", "open", "closing", "locked", "closed", "permanently_closed"]


class LegalEntity(Record, kw_only=True):
    """A company of the group (A.1 1). System of record: ERP."""

    kind: ClassVar = "legal_entity"
    natural_key: ClassVar = ("code",)

    code: EntityCode
    name: str
    country: Country = ""
    functional_currency: Currency = ""
    reporting_currency: Currency = ""
    tax_registration_no: str = ""
    timezone: str = ""
    close_day_default: BigInt = 5
    status: Literal["draft", "active", "inactive"] = "active"


class AccountingPeriod(Record, kw_only=True):
    """A period of one ledger module (A.1 3, 0.8). Dates in the entity's calendar. ERP."""

    kind: ClassVar = "accounting_period"

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


class WorkCalendar(Record, kw_only=True):
    """One day of one calendar (A.1 6): standard hours, zero on a holiday. HCM."""

    kind: ClassVar = "work_calendar"

    calendar: str
    day: Day
    standard_hours: Hours
    is_holiday: bool = False
    name: str = ""


class FxRate(Record, kw_only=True):
    """How many units of `to_currency` one unit of `from_currency` buys (A.1 5). ERP."""

    kind: ClassVar = "fx_rate"

    from_currency: Currency
    to_currency: Currency
    rate_type: Literal["spot", "month_avg", "closing", "contract"] = "spot"
    rate_date: Day
    rate: FxFactor
    provider: str = ""
    status: Literal["provisional", "final"] = "final"
