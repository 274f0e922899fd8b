"""How word of it travelled: messages, each applied once, and the runs with their totals."""

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal

from connectors.sandbox.calendar import midnight
from connectors.sandbox.natives import native
from connectors.sandbox.shape import UNTIL
from connectors.sandbox.time import Entry
from connectors.sandbox.world import World

FLOWS = {
    "time_posting": ("psa", "erp"),
    "time_approval": ("psa", "middleware"),
    "expense_posting": ("psa", "erp"),
    "expense_approval": ("psa", "middleware"),
    "worker_sync": ("hcm", "psa"),
    "assignment_sync": ("psa", "erp"),
    "project_sync": ("psa", "erp"),
    "customer_sync": ("crm", "erp"),
    "contract_sync": ("crm", "erp"),
    "rate_sync": ("hcm", "psa"),
    "change_order_sync": ("crm", "erp"),
    "forecast_sync": ("psa", "erp"),
    "billing_event_sync": ("psa", "erp"),
    "invoice_status": ("erp", "crm"),
}
SUBJECTS = {
    "worker_sync": "worker",
    "assignment_sync": "assignment",
    "project_sync": "project",
    "customer_sync": "party",
    "contract_sync": "contract",
    "rate_sync": "cost_rate",
    "change_order_sync": "change_order",
    "forecast_sync": "forecast_line",
    "billing_event_sync": "billing_event",
    "invoice_status": "invoice",
}
RETRY = timedelta(minutes=1)


def tell(world: World) -> None:
    for entry in world.entries:
        _time(world, entry)
    for expense in world.expenses:
        key = f"psa:{native('psa', 'expense_item', expense.name)}"
        approved = send(
            world, "expense_approval", "expense_item", key, expense.approved_at,
            timedelta(seconds=20),
        )  # fmt: skip
        world.message_of[key] = send(
            world, "expense_posting", "expense_item", key, expense.posted_at,
            timedelta(seconds=30), cause=approved, target=f"erp:PA-X{expense.name}",
        )  # fmt: skip
    for flow, kind in SUBJECTS.items():
        _masters(world, flow, kind)
    _runs(world)


def _time(world: World, entry: Entry) -> None:
    """Payroll hears of every approval; the ERP of those alone that it is meant to post."""
    key = f"psa:TE-{entry.name}"
    approved = send(
        world, "time_approval", "time_entry", key, entry.approved_at, timedelta(seconds=20)
    )
    world.message_of[key] = approved
    if entry.posted_at:
        sent = entry.posted_at - timedelta(seconds=40)
        world.message_of[key] = send(
            world, "time_posting", "time_entry", key, max(sent, entry.approved_at),
            timedelta(seconds=40), cause=approved, target=f"erp:PA-{entry.name}",
        )  # fmt: skip


def send(
    world: World,
    flow: str,
    kind: str,
    key: str,
    at: datetime,
    took: timedelta,
    cause: str = "",
    target: str = "",
) -> str:
    """A message that arrives and is applied; one in seventy needs a second attempt."""
    source, receiver = FLOWS[flow]
    name = f"M-{flow}-{key.split(':')[1]}-{int(at.timestamp())}"
    again = world.chance.below(1000, "retry", name) < 15
    version = int(at.timestamp()) * 1_000_000
    done = at + took + (RETRY if again else timedelta(0))
    world.book.say("middleware", "integration_message", name, at, {
        "message_id": name,
        "source": source,
        "target": receiver,
        "flow": flow,
        "type": f"{kind}.{flow.split('_')[-1]}",
        "correlation_id": f"{kind}-{key.split('-')[-1]}",
        "causation_id": cause,
        "subject_kind": kind,
        "subject_key": key,
        "subject_version": version,
        "idempotency_key": f"{source}|{kind}|{key.split(':')[1]}|{version}|upsert",
        "emitted_at": at,
        "received_at": at + timedelta(seconds=2),
        "attempts": 1,
        "schema_version": "1.0",
        "payload_hash": f"{abs(hash_of(world, name)):012x}",
        "outcome": "accepted",
    })  # fmt: skip
    world.book.say("middleware", "integration_message", name, done, {
        "outcome": "applied", "applied_at": done, "attempts": 2 if again else 1,
        "target_ref": target,
    })  # fmt: skip
    return name


def hash_of(world: World, name: str) -> int:
    return world.chance.below(2**47, "payload", name)


def _masters(world: World, flow: str, kind: str) -> None:
    """One message for every saying of the owner's record."""
    source, _ = FLOWS[flow]
    for own, sayings in list(world.book.pages[source, kind].items()):
        for at, fields in sayings:
            if len(fields) > 1:
                message = send(world, flow, kind, f"{source}:{own}", at, timedelta(minutes=20))
                world.message_of.setdefault(f"{source}:{own}", message)


def _runs(world: World) -> None:
    """A run per flow, entity and day; what went out came in."""
    hours: dict[str, Decimal] = defaultdict(Decimal)
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    counts: dict[str, int] = defaultdict(int)
    ends: dict[str, datetime] = {}
    currencies: dict[str, str] = {}
    for entry in world.entries:
        if entry.posted_at:
            _count(counts, ends, entry.batch, entry.posted_at)
            hours[entry.batch] += entry.hours
            amounts[entry.batch] += entry.cost
            currencies[entry.batch] = entry.worker.entity.currency
    for expense in world.expenses:
        _count(counts, ends, expense.batch, expense.posted_at)
        amounts[expense.batch] += expense.functional
        currencies[expense.batch] = expense.worker.entity.currency
    for batch, count in counts.items():
        flow = "time_posting" if batch.startswith("LB") else "expense_posting"
        _run(world, flow, batch, ends[batch], count, hours[batch], amounts[batch],
             currencies[batch])  # fmt: skip
    _quiet_weekends(world)


def _count(counts: dict[str, int], ends: dict[str, datetime], batch: str, at: datetime) -> None:
    counts[batch] += 1
    ends[batch] = max(at, ends.get(batch, at))


def _run(
    world: World, flow: str, number: str, end: datetime, count: int, hours: Decimal,
    amount: Decimal, currency: str,
) -> None:  # fmt: skip
    source, target = FLOWS[flow]
    world.say(
        "middleware", "flow_run", f"FR-{number}", end + timedelta(minutes=5),
        flow=flow, run_no=number, source=source, target=target,
        window_from=midnight(end.date()), window_to=end, started_at=end - timedelta(minutes=5),
        ended_at=end + timedelta(minutes=5), records_out=count, records_in=count, rejected=0,
        amount_out=amount, amount_in=amount, currency=currency, hours_out=hours, hours_in=hours,
        status="success",
    )  # fmt: skip


def _quiet_weekends(world: World) -> None:
    """Files without rows still arrive on Sundays, so that silence is not mistaken for a fault."""
    day = world.shape.starts_on + timedelta(days=6)
    while day <= UNTIL:
        at = midnight(day) + timedelta(hours=20)
        _run(world, "forecast_sync", f"FS-{day:%Y%m%d}", at, 0, Decimal(0), Decimal(0), "USD")
        day += timedelta(days=7)
