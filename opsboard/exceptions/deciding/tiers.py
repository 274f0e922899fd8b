"""How many must approve a request, and of which roles (domain.md E.2, F.2, F.7)."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from opsboard.config import config
from opsboard.controls.catalogue import library
from opsboard.people.roles import Role

# A waiver asked for so soon after the one before is its renewal.
RENEWS_WITHIN = timedelta(days=30)
# F.7: from so many messages on, a replay is the controller's.
MANY_MESSAGES = 100


@dataclass(frozen=True, slots=True)
class Need:
    """`roles`: each must be among those who approve."""

    approvals: int
    roles: tuple[Role, ...] = ()


# What a request weighs: decided by one of the workflow, by the controller with a second person,
# or by the executive with the controller.
LEVELS = (
    Need(1),
    Need(2, (Role.CONTROLLER,)),
    Need(2, (Role.CONTROLLER, Role.EXECUTIVE)),
)


def weight(group: Any) -> Decimal:
    """What a group weighs, group currency: the largest measure; never added up (0.5)."""
    at_risk = max(group.value_at_risk, group.cost_at_risk, group.misstatement)
    return at_risk or group.exposure_only


def heaviest(group: Any) -> str:
    """The measure that `weight` is."""
    measures = ("value_at_risk", "cost_at_risk", "misstatement")
    found = max(measures, key=lambda name: getattr(group, name))
    return found if getattr(group, found) else "exposure_only"


def ceiling(accepted: Decimal) -> Decimal:
    """More than this brings back what was accepted: a tenth above it, or T1 (F.2)."""
    return min(accepted * Decimal("1.1"), accepted + config().thresholds.t1)


def is_integrity(group: Any) -> bool:
    found = library().get(group.control)
    return bool(found and found.integrity)


def need_of(sort: str, group: Any, amount: Decimal, *, renewals: int = 0, **particulars) -> Need:
    """`renewals`: how many waivers in a row came before; the first one is free (F.2)."""
    if sort == "waiver":
        return LEVELS[min(_level(group, amount) + max(0, renewals - 1), len(LEVELS) - 1)]
    if sort == "false_positive":
        return Need(1, (Role.CONTROLLER,)) if _level(group, amount) else Need(1)
    is_large = (
        amount >= config().thresholds.t2
        or particulars.get("messages", 0) > MANY_MESSAGES
        or particulars.get("is_locked", False)
    )
    return Need(1, (Role.CONTROLLER,)) if is_large else Need(1)


def _level(group: Any, amount: Decimal) -> int:
    marks, heavy = config().thresholds, max(amount, weight(group))
    if heavy >= marks.t3:
        return 2
    return int(heavy >= marks.t2 or is_integrity(group))
