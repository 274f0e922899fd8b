"""What was found beside what is really wrong: subjects, causes and money, control by control.

Both sides are counted in failing subjects (items); money is in the group currency, per measure and
atom, as the exposure ledger holds it (domain.md 0.5).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from connectors.sandbox.severity import severities
from connectors.sandbox.truth import Truth

MEASURES = ("revenue_at_risk", "cash_at_risk", "cost_at_risk", "misstatement", "exposure_only")
# A claim of the ledger: which control, which measure, and what the money sits on.
Claim = tuple[str, str, str]
Cause = tuple[str, str]
LEAST_RECALL, LEAST_PRECISION = Decimal(1), Decimal("0.99")
HEAVIEST = 25
DIFFERENCES = ("missing", "surplus", "other_cause", "other_severity")


@dataclass(slots=True)
class Found:
    """What opsboard says: cause and severity of every item, its ledger, its groups' amounts."""

    causes: Mapping[str, Mapping[str, str]]
    claims: Mapping[Claim, Decimal]
    groups: tuple[Decimal, ...]
    severities: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    failed: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(slots=True)
class Line:
    """One control: subjects wanted and found, those that differ, and the money of both."""

    control: str
    wanted: int = 0
    found: int = 0
    right: int = 0
    by_other_faults: int = 0
    missing: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)
    other_cause: list[str] = field(default_factory=list)
    other_severity: list[str] = field(default_factory=list)
    amount: Decimal = Decimal(0)
    true_amount: Decimal = Decimal(0)

    @property
    def recall(self) -> Decimal:
        return Decimal(self.right) / self.wanted if self.wanted else Decimal(1)

    @property
    def precision(self) -> Decimal:
        return Decimal(self.right) / self.found if self.found else Decimal(1)


@dataclass(slots=True)
class Score:
    """A whole comparison. `unscored` counts what only a control that is not live could find."""

    as_of: datetime
    lines: list[Line]
    unscored: dict[str, int]
    exposure: dict[str, tuple[Decimal, Decimal]]
    groups: int
    heaviest_share: Decimal
    failed: tuple[str, ...]
    seconds: float

    @property
    def total(self) -> Line:
        whole = Line("total")
        for line in self.lines:
            for name in ("wanted", "found", "right", "by_other_faults", "amount", "true_amount"):
                setattr(whole, name, getattr(whole, name) + getattr(line, name))
            for name in DIFFERENCES:
                getattr(whole, name).extend(getattr(line, name))
        return whole

    @property
    def is_good_enough(self) -> bool:
        """Recall 100 % and precision 99 % at least, and no control that failed to run."""
        total = self.total
        return (
            not self.failed and total.recall >= LEAST_RECALL and total.precision >= LEAST_PRECISION
        )


@dataclass(frozen=True, slots=True)
class Expected:
    """What a control ought to say of one subject."""

    causes: frozenset[str]
    is_root: bool
    severity: str = ""


def compare(truth: Iterable[Truth], found: Found, live: Iterable[str], as_of: datetime) -> Score:
    """Hold what was found against what could be seen of the truth by `as_of`."""
    truth, live = list(truth), set(live)
    wanted = expected(truth, as_of)
    claims = true_claims(truth, live, as_of)
    return Score(
        as_of=as_of,
        lines=[_line(code, wanted, claims, found) for code in sorted(live)],
        unscored={code: len(wanted[code]) for code in sorted(wanted.keys() - live)},
        exposure=_exposures(found.claims, claims),
        groups=len(found.groups),
        heaviest_share=_share_of_heaviest(found.groups),
        failed=found.failed,
        seconds=found.seconds,
    )


def expected(truth: Iterable[Truth], as_of: datetime) -> dict[str, dict[str, Expected]]:
    """By control and subject, everything that can be seen by then and was not mended."""
    truth, found = list(truth), defaultdict(dict)
    grave = severities(truth, as_of)
    for fault in truth:
        if fault.kind == "fault" and not (fault.mended_at and fault.mended_at <= as_of):
            for control, subject in fault.seen(as_of):
                known = found[control].get(subject)
                found[control][subject] = Expected(
                    (known.causes if known else frozenset()) | {fault.root_cause},
                    control == fault.control_code or bool(known and known.is_root),
                    grave[control, subject],
                )
    return found


def true_claims(truth: Iterable[Truth], live: set[str], as_of: datetime) -> dict[Claim, Decimal]:
    """The ledger as it ought to be: per control the most that any fault claims of an atom."""
    found: dict[Claim, Decimal] = {}
    for fault in truth:
        if fault.kind != "fault" or (fault.mended_at and fault.mended_at <= as_of):
            continue
        for claim in fault.claims:
            if claim.control in live and claim.amount_gc and fault.is_seen(claim, as_of):
                key = (claim.control, claim.measure, claim.atom)
                found[key] = max(found.get(key, Decimal(0)), claim.amount_gc)
    return found


def exposure(claims: Mapping[Claim, Decimal]) -> dict[str, Decimal]:
    """Each measure with every atom once; `value` is the headline, max(revenue, cash) per atom."""
    atoms: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for (_, measure, atom), amount in claims.items():
        atoms[atom][measure] = max(atoms[atom].get(measure, Decimal(0)), amount)
    totals = {
        measure: sum((held.get(measure, Decimal(0)) for held in atoms.values()), Decimal(0))
        for measure in MEASURES
    }
    stages = ("revenue_at_risk", "cash_at_risk")
    value = (max(held.get(stage, Decimal(0)) for stage in stages) for held in atoms.values())
    return {"value": sum(value, Decimal(0)), **totals}


def _exposures(
    found: Mapping[Claim, Decimal], true: Mapping[Claim, Decimal]
) -> dict[str, tuple[Decimal, Decimal]]:
    ours, theirs = exposure(found), exposure(true)
    return {measure: (ours[measure], theirs[measure]) for measure in ours}


def _line(
    code: str,
    wanted: Mapping[str, Mapping[str, Expected]],
    claims: Mapping[Claim, Decimal],
    found: Found,
) -> Line:
    ours, theirs = found.causes.get(code, {}), wanted.get(code, {})
    both, shown = ours.keys() & theirs.keys(), found.severities.get(code, {})
    return Line(
        control=code,
        wanted=len(theirs),
        found=len(ours),
        right=len(both),
        by_other_faults=sum(not theirs[subject].is_root for subject in both),
        missing=sorted(theirs.keys() - ours.keys()),
        surplus=sorted(ours.keys() - theirs.keys()),
        other_cause=sorted(one for one in both if ours[one] not in theirs[one].causes),
        other_severity=sorted(
            f"{one} {shown[one]} for {theirs[one].severity}"
            for one in both & shown.keys()
            if shown[one] != theirs[one].severity
        ),
        amount=_of(code, found.claims),
        true_amount=_of(code, claims),
    )


def _of(code: str, claims: Mapping[Claim, Any]) -> Decimal:
    return sum((amount for claim, amount in claims.items() if claim[0] == code), Decimal(0))


def _share_of_heaviest(groups: tuple[Decimal, ...]) -> Decimal:
    """How much of the groups' amount the first of them carry (domain.md H.13)."""
    whole = sum(groups, Decimal(0))
    heaviest = sum(sorted(groups, reverse=True)[:HEAVIEST], Decimal(0))
    return heaviest / whole if whole else Decimal(1)
