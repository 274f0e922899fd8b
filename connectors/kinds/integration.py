"""How word of all this travelled: single messages, and the runs that carry many."""

from typing import ClassVar, Literal

from connectors.kinds.base import (
    BigInt,
    Currency,
    Hours,
    Instant,
    Money,
    Record,
    RecordKey,
)


class IntegrationMessage(Record, kw_only=True):
    """One message between two systems (A.1 37). Middleware. Payloads are never kept.

    `source` and `target` are systems' slugs. `subject_key` is the record it speaks of, as
    `system:native id`, of kind `subject_kind`, at `subject_version`; `business_keys` are whatever
    else names it, each as `name=value`.
    """

    kind: ClassVar = "integration_message"
    unique_by: ClassVar = ("source", "message_id")
    system_of_record: ClassVar = ("middleware",)

    message_id: str
    source: str
    target: str = ""
    flow: str = ""
    type: str = ""
    trace_id: str = ""
    subject_kind: str = ""
    subject_key: RecordKey = ""
    subject_version: BigInt | None = None
    business_keys: tuple[str, ...] = ()
    idempotency_key: str = ""
    emitted_at: Instant | None = None
    received_at: Instant | None = None
    applied_at: Instant | None = None
    attempts: BigInt = 1
    error_class: Literal["", "retryable", "business_rule", "data_quality"] = ""
    error_code: str = ""
    target_ref: str = ""
    payload_hash: str = ""
    schema_version: str = ""
    outcome: Literal[
        "",
        "accepted",
        "applied",
        "duplicate_ignored",
        "rejected",
        "quarantined",
        "dead_lettered",
        "superseded",
    ] = ""


class FlowRun(Record, kw_only=True):
    """One run of a flow, with its control totals on both sides (A.1 38). Middleware.

    Amounts in `currency`. `run_no` is unique within the flow.
    """

    kind: ClassVar = "flow_run"
    unique_by: ClassVar = ("flow", "run_no")
    system_of_record: ClassVar = ("middleware",)

    flow: str
    run_no: str
    source: str = ""
    target: str = ""
    window_from: Instant | None = None
    window_to: Instant | None = None
    started_at: Instant | None = None
    ended_at: Instant | None = None
    records_out: BigInt | None = None
    records_in: BigInt | None = None
    rejected: BigInt | None = None
    amount_out: Money | None = None
    amount_in: Money | None = None
    currency: Currency = ""
    hours_out: Hours | None = None
    hours_in: Hours | None = None
    status: Literal["running", "success", "partial", "failed"] = "success"
