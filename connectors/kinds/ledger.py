"""What the books say."""

from typing import ClassVar, Literal

from connectors.kinds.base import BigInt, Currency, Day, Instant, Money, Record, ref


class GlPosting(Record, kw_only=True):
    """A journal line (A.1 36). `debit` and `credit` in the entity's functional currency. ERP."""

    kind: ClassVar = "gl_posting"
    unique_by: ClassVar = ("legal_entity", "journal_no", "line_no")
    system_of_record: ClassVar = ("erp",)

    journal_no: str = ""
    line_no: BigInt = 0
    account: str
    cost_center: ref("cost_center") = ""
    project: ref("project") = ""
    party: ref("party") = ""
    period: ref("accounting_period") = ""
    accounting_date: Day
    debit: Money
    credit: Money
    currency: Currency = ""
    transaction_amount: Money | None = None
    transaction_currency: Currency = ""
    source_module: str = ""
    source_doc: str = ""
    posted_at: Instant | None = None
    batch: str = ""
    created_by: str = ""
    approved_by: str = ""
    reversal_of: ref("gl_posting") = ""
    manual: bool = False
    status: Literal["draft", "submitted", "approved", "posted", "reversed"] = "posted"
