"""What was ordered from vendors for projects, and what they charged."""

from typing import ClassVar, Literal

from connectors.kinds.base import (
    BigInt,
    Code,
    Currency,
    Day,
    Instant,
    Money,
    Quantity,
    Rate,
    Record,
    RecordKey,
    ref,
    sensitive,
)


class PurchaseCommitment(Record, kw_only=True):
    """A line of a subcontractor's purchase order (A.1 28). Procurement. Amounts in `currency`."""

    kind: ClassVar = "purchase_commitment"
    natural_key: ClassVar = ("po_no", "line_no")
    within: ClassVar = "legal_entity"
    unique_by: ClassVar = ("legal_entity", "po_no", "line_no")
    system_of_record: ClassVar = ("procurement",)

    po_no: Code
    line_no: BigInt = 0
    vendor: ref("party")
    project: ref("project") = ""
    task: ref("wbs_task") = ""
    worker: ref("worker") = ""
    quantity: Quantity | None = None
    unit: Literal["", "hour", "day", "month", "piece"] = ""
    rate: sensitive("L", Rate | None) = None
    amount: sensitive("L", Money)
    currency: Currency
    starts_on: Day | None = None
    ends_on: Day | None = None
    received: sensitive("L", Money | None) = None
    invoiced: sensitive("L", Money | None) = None
    remaining: sensitive("L", Money | None) = None
    approved_at: Instant | None = None
    status: Literal[
        "draft", "approved", "open", "partially_received", "received", "closed", "cancelled"
    ] = "open"


class SupplierCharge(Record, kw_only=True):
    """A line of a vendor's invoice or of a goods receipt (A.1 29). ERP accounts payable.

    `service_from` and `service_to` are the days it charges for. Amounts in `currency`.
    """

    kind: ClassVar = "supplier_charge"
    unique_by: ClassVar = ("vendor", "doc_no", "line_no")
    system_of_record: ClassVar = ("erp",)

    vendor: ref("party")
    doc_no: str
    line_no: BigInt = 0
    purchase_commitment: ref("purchase_commitment") = ""
    source_key: RecordKey = ""
    project: ref("project") = ""
    task: ref("wbs_task") = ""
    worker: ref("worker") = ""
    service_from: Day | None = None
    service_to: Day | None = None
    document_on: Day | None = None
    amount: sensitive("L", Money)
    tax_code: str = ""
    tax_amount: Money | None = None
    currency: Currency
    posted_at: Instant | None = None
    status: Literal["received", "matched", "approved", "posted", "paid", "disputed"] = "received"
