"""What is really wrong, written down at the moment it is put into the firm (domain.md G.5).

Nothing here is derived from what opsboard computes; opsboard is measured against it.
"""

import json
from collections.abc import Container, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

# Amounts are held to four digits (domain.md 0.4).
HELD = Decimal("0.0001")
MEASURES = (
    "revenue_at_risk", "cost_at_risk", "cash_at_risk", "misstatement", "exposure_only",
)  # fmt: skip


def hold(amount: Decimal) -> Decimal:
    return amount.quantize(HELD, ROUND_HALF_UP)


@dataclass(slots=True)
class Claim:
    """What one subject of one control claims of a measure on one atom (domain.md 0.5).

    `parts` are amounts in their own currencies; `amount_gc` is their sum in the group's at the
    spot of the day on which the firm is looked at, rounded once. The subject claims from `since`
    until `until`, where that is less than as long as it is seen.
    """

    control: str
    subject: str
    measure: str
    atom: str
    parts: list[tuple[Decimal, str]] = field(default_factory=list)
    amount_gc: Decimal = Decimal(0)
    since: datetime | None = None
    until: datetime | None = None

    def holds(self, as_of: datetime) -> bool:
        return not (self.since and as_of < self.since) and not (self.until and self.until <= as_of)


@dataclass(frozen=True, slots=True)
class Bound:
    """The least and the most grave that a subject may be, from an instant on where there is one."""

    floor: str = ""
    cap: str = ""
    since: datetime | None = None

    def holds(self, as_of: datetime) -> bool:
        return self.since is None or self.since <= as_of


@dataclass(slots=True)
class Truth:
    """One fault or trap. Keys are `system:native id`; `children` are per control.

    `changed` lists every record, as system, kind and id, that differs from the healthy firm.
    `seen_from` holds, as "control key", what is seen at another instant than
    `first_detectable_at`, and `bounds` how grave that is where its control does not say it of all.
    `claims` is the money, also of children and of other controls.
    """

    fault_id: str
    row: str
    kind: str
    control_code: str
    root_cause: str
    root_entity: str
    group_key: str
    injected_at: datetime
    first_detectable_at: datetime
    expected_measure: str
    co_detections: list[str] = field(default_factory=list)
    subject_keys: list[str] = field(default_factory=list)
    children: dict[str, list[str]] = field(default_factory=dict)
    seen_from: dict[str, datetime] = field(default_factory=dict)
    bounds: dict[str, Bound] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    expected_severity: str = ""
    expected_amount_tc: Decimal = Decimal(0)
    expected_ccy: str = ""
    expected_amount_gc: Decimal = Decimal(0)
    is_estimated: bool = False
    fix_action: str = ""
    expected_clear_after: str = "next run"
    changed: list[tuple[str, str, str]] = field(default_factory=list)
    mended_at: datetime | None = None

    def visible_from(self, control: str, key: str) -> datetime:
        """From when a control sees a subject of its own."""
        return self.seen_from.get(f"{control} {key}", self.first_detectable_at)

    def seen(self, as_of: datetime) -> Iterable[tuple[str, str]]:
        """Every control and subject of it that can be seen by then."""
        root = ((self.control_code, subject) for subject in self.subject_keys)
        rest = ((code, subject) for code, keys in self.children.items() for subject in keys)
        for control, subject in (*root, *rest):
            if self.visible_from(control, subject) <= as_of:
                yield control, subject

    def is_seen(self, claim: Claim, as_of: datetime) -> bool:
        return claim.holds(as_of) and self.visible_from(claim.control, claim.subject) <= as_of


def exposure(
    records: Iterable[Truth], as_of: datetime, controls: Container[str] | None = None
) -> dict[str, Decimal]:
    """What the exposure ledger must add up to at `as_of`, by measure, in the group's currency.

    Each atom counts once per measure, at the most that is claimed of it by then; `value_at_risk`
    is the headline, where an atom counts at the larger of its revenue and its cash. Only claims of
    `controls` count, where they are given.
    """
    most = ledger(records, as_of, controls)
    found = {
        name: sum((held.get(name, Decimal(0)) for held in most.values()), Decimal(0))
        for name in MEASURES
    }
    found["value_at_risk"] = sum(
        (
            max(held.get("revenue_at_risk", Decimal(0)), held.get("cash_at_risk", Decimal(0)))
            for held in most.values()
        ),
        Decimal(0),
    )
    return found


def ledger(
    records: Iterable[Truth], as_of: datetime, controls: Container[str] | None = None
) -> dict[str, dict[str, Decimal]]:
    """By atom and measure, the most that anybody claims at `as_of`."""
    most: dict[str, dict[str, Decimal]] = {}
    for record in records:
        if record.kind != "fault" or (record.mended_at and record.mended_at <= as_of):
            continue
        for claim in record.claims:
            if (controls is None or claim.control in controls) and record.is_seen(claim, as_of):
                held = most.setdefault(claim.atom, {})
                held[claim.measure] = max(held.get(claim.measure, Decimal(0)), claim.amount_gc)
    return most


def to_json(records: list[Truth]) -> str:
    return json.dumps([asdict(record) for record in records], default=_plain, indent=1)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
