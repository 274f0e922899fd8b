"""What customers paid, and for which invoices."""

from decimal import Decimal
from typing import ClassVar, Literal

from connectors.kinds.base import (
    BigInt,
    Currency,
    Day,
    Instant,
    Money,
    Record,
    ref,
    sensitive,
)


class Receipt(Record, kw_only=True):
    """Money received (A.1 34). ERP accounts receivable. Amounts in `currency`."""

    kind: ClassVar = "receipt"
    unique_by: ClassVar = ("legal_entity", "receipt_no")
    system_of_record: ClassVar = ("erp",)

    receipt_no: str
    party: ref("party") = ""
    value_on: Day
    amount: sensitive("B", Money)
    unapplied: sensitive("B", Money | None) = None
    currency: Currency
    method: Literal["", "transfer", "direct_debit", "card", "cheque", "cash"] = ""
    bank_ref: sensitive("B", str) = ""
    status: Literal[
        "received", "unapplied", "on_account", "part_applied", "applied", "reversed"
    ] = "received"


class ReceiptApplication(Record, kw_only=True):
    """What of a receipt pays what of an invoice (A.1 34). ERP. Amounts in `currency`."""

    kind: ClassVar = "receipt_application"
    unique_by: ClassVar = ("receipt", "invoice", "sequence")
    system_of_record: ClassVar = ("erp",)

    receipt: ref("receipt")
    invoice: ref("invoice")
    sequence: BigInt = 0
    amount: sensitive("B", Money)
    discount: sensitive("B", Money) = Decimal(0)
    fx_difference: sensitive("B", Money) = Decimal(0)
    currency: Currency = ""
    applied_at: Instant | None = None
    status: Literal["applied", "reversed"] = "applied"
