"""How grave what is wrong is (domain.md 0.6 and the blocks of C), from the truth alone.

By amount in the group's currency, one more near a close; the floor and the cap of the control bound
what comes of it, so that a floor is the least that is shown, and not a step to add to.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from connectors.sandbox.shape import SNAPSHOTS
from connectors.sandbox.truth import Bound, Truth

LEVELS = ("low", "medium", "high", "critical")
THRESHOLDS = (Decimal(5_000), Decimal(25_000), Decimal(100_000))
# Floors and caps of the controls' own blocks. What they give to some subjects only is said by the
# fault, with `Case.bound`.
FLOORS = {
    "RV04": "medium", "RV02": "medium", "TP03": "high", "TP04": "high", "BL05": "medium",
    "BL07": "high", "MD01": "medium", "MD02": "medium", "MD04": "medium", "MD10": "medium",
    "IN03": "medium", "IN05": "medium", "IN06": "high", "IN07": "medium", "IN12": "medium",
    "WL01": "medium", "WL02": "high", "WL03": "medium", "WL04": "high", "WL06": "high",
}  # fmt: skip
CLOSE_FLOORS = {
    "BL01": "medium", "RV06": "high", "IN03": "high", "IN12": "high", "MD11": "medium",
    # An invoice run, or the ledger's, is due within three days.
    "ST02": "high", "ST04": "high",
}  # fmt: skip
CAPS = {
    "AR01": "medium", "AR02": "high", "ST05": "high", "ST07": "medium", "TP06": "medium",
    "TP07": "high", "IN02": "high", "IN08": "high",
}  # fmt: skip
NOT_CLOSE_RELEVANT = {
    "ST05", "ST06", "ST07", "WL01", "WL03", "WL04", "MD01", "MD06", "MD07", "IN08", "AR01",
}  # fmt: skip
Subject = tuple[str, str]
NO_BOUND = Bound()


def in_close_window(as_of: datetime) -> bool:
    """The firm's script begins and ends with one: all but its last days lie in June's close."""
    return as_of < SNAPSHOTS["post-close"]


def severity(control: str, amount: Decimal, as_of: datetime, own: Bound = NO_BOUND) -> str:
    """What a subject of a control is worth, within its own bounds where it has any."""
    closing = in_close_window(as_of)
    level = sum(amount >= threshold for threshold in THRESHOLDS)
    level += closing and control not in NOT_CLOSE_RELEVANT
    floors = [own.floor, FLOORS.get(control, ""), CLOSE_FLOORS.get(control, "") if closing else ""]
    lowest = max(LEVELS.index(one or "low") for one in floors)
    highest = LEVELS.index(own.cap or CAPS.get(control, "critical"))
    return LEVELS[min(max(level, lowest), highest)]


def severities(records: Iterable[Truth], as_of: datetime) -> dict[Subject, str]:
    """By control and subject, what ought to be shown of everything that can be seen by then."""
    claimed: dict[Subject, dict[str, dict[str, Decimal]]] = defaultdict(dict)
    bounds: dict[Subject, Bound] = defaultdict(Bound)
    for record in records:
        if record.kind != "fault" or (record.mended_at and record.mended_at <= as_of):
            continue
        for control, subject in record.seen(as_of):
            claimed[control, subject]
            own = record.bounds.get(f"{control} {subject}")
            if own and own.holds(as_of):
                bounds[control, subject] = own
        for claim in record.claims:
            if record.is_seen(claim, as_of):
                held = claimed[claim.control, claim.subject].setdefault(claim.measure, {})
                held[claim.atom] = max(held.get(claim.atom, Decimal(0)), claim.amount_gc)
    return {
        one: severity(one[0], at_risk(held), as_of, bounds[one]) for one, held in claimed.items()
    }


def at_risk(held: dict[str, dict[str, Decimal]]) -> Decimal:
    """The largest measure counts; what only lies ahead counts where nothing else is at risk."""
    sums = {measure: sum(atoms.values(), Decimal(0)) for measure, atoms in held.items()}
    ahead = sums.pop("exposure_only", Decimal(0))
    return max(sums.values(), default=ahead)
