"""Whom the firm works for."""

from typing import ClassVar, Literal

from connectors.kinds.base import BigInt, Code, Country, Currency, Money, Record, ref, sensitive


class Party(Record, kw_only=True):
    """A customer or vendor (A.1 12). CRM owns identity, ERP the billing profile."""

    kind: ClassVar = "party"
    natural_key: ClassVar = ("code",)

    code: Code
    legal_name: str
    trading_name: str = ""
    is_customer: bool = True
    is_vendor: bool = False
    tax_id: str = ""
    registration_no: str = ""
    country: Country = ""
    bill_to_address: sensitive("I", str) = ""
    parent: ref("party") = ""
    payment_terms_days: sensitive("B", BigInt | None) = None
    currency: Currency = ""
    tax_profile: str = ""
    delivery_channel: Literal["", "email", "portal", "edi", "peppol"] = ""
    po_required: bool = False
    credit_status: Literal["ok", "hold", "review"] = "ok"
    credit_limit: sensitive("B", Money | None) = None
    status: Literal["prospect", "onboarding", "active", "credit_hold", "inactive", "merged"] = (
        "active"
    )
