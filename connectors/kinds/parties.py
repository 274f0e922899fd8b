"""Whom the firm works for, and what it hopes to sell them."""

from typing import ClassVar, Literal

from connectors.kinds.base import (
    BigInt,
    Code,
    Country,
    Currency,
    Day,
    Fraction,
    Money,
    Record,
    ref,
    sensitive,
)


class Party(Record, kw_only=True):
    """A customer or vendor (A.1 12). CRM owns identity, ERP the billing profile."""

    kind: ClassVar = "party"
    natural_key: ClassVar = ("code",)
    unique_by: ClassVar = ("tax_id", "country")
    system_of_record: ClassVar = ("crm", "erp", "procurement")

    code: Code
    legal_name: str
    trading_name: str = ""
    industry: str = ""
    is_customer: bool = True
    is_vendor: bool = False
    is_intercompany: bool = False
    tax_id: str = ""
    registration_no: str = ""
    duns: str = ""
    lei: str = ""
    country: Country = ""
    postcode: str = ""
    addresses: sensitive("I", tuple[str, ...]) = ()
    contact: sensitive("I", str) = ""
    bill_to_address: sensitive("I", str) = ""
    parent: ref("party") = ""
    payment_terms_days: sensitive("B", BigInt | None) = None
    currency: Currency = ""
    tax_profile: str = ""
    bank_account: sensitive("BI", str) = ""
    delivery_channel: Literal["", "email", "portal", "edi", "peppol"] = ""
    po_required: bool = False
    credit_status: Literal["ok", "hold", "review"] = "ok"
    credit_limit: sensitive("B", Money | None) = None
    status: Literal["prospect", "onboarding", "active", "credit_hold", "inactive", "merged"] = (
        "active"
    )


class Opportunity(Record, kw_only=True):
    """A sale that may come (A.1 13). Amount in `currency`, the contract currency. CRM."""

    kind: ClassVar = "opportunity"
    natural_key: ClassVar = ("number",)
    unique_by: ClassVar = ("number",)
    system_of_record: ClassVar = ("crm",)

    number: Code
    name: str
    party: ref("party") = ""
    stage: str = ""
    amount: sensitive("B", Money | None) = None
    currency: Currency = ""
    probability: Fraction | None = None
    closes_on: Day | None = None
    service_type: str = ""
    starts_on: Day | None = None
    ends_on: Day | None = None
    delivery_region: str = ""
    sales_owner: ref("worker") = ""
    status: Literal["open", "closed_won", "closed_lost", "reopened"] = "open"
