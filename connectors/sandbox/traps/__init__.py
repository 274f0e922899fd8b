"""Oddities that are right as they are, and on which every control must stay silent (G.4)."""

from collections.abc import Callable

from connectors.sandbox.faults.scene import Scene
from connectors.sandbox.traps import billing, flows, people, work

ROWS: dict[str, tuple[Callable[[Scene], None], ...]] = {
    "rescinded and future-dated exits": (people.exit_rescinded, people.exit_far_ahead),
    "timecard split at month end": (work.timecard_split,),
    "correction pairs net zero": (work.correction_pair,),
    "credit-and-rebill chains": (billing.credit_and_rebill,),
    "exempt, zero and reverse-charge codes": (billing.untaxed,),
    "WBS and project code renames": (people.code_renamed,),
    "parent and subsidiary with similar names": (billing.similar_names,),
    "phase 1 and phase 2 of one customer": (billing.second_phase,),
    "commercial invoice holds with reason": (billing.commercial_hold,),
    "quarterly-billed contract": (billing.billed_quarterly,),
    "on_hold projects": (billing.project_on_hold,),
    "1-cent FX rounding": (work.cent_of_rounding,),
    "zero-decimal or 3-decimal currency": (work.odd_currency,),
    "UTC-midnight work dates for New York": (work.utc_midnight,),
    "duplicate messages correctly ignored": (flows.duplicate_ignored,),
    "out-of-order messages correctly superseded": (flows.superseded,),
    "zero-row weekend file": (flows.zero_rows,),
    "permitted late-close posting by listed user": (work.late_close,),
    "intern at zero cost by policy": (people.zero_cost,),
    "rate_locked assignments after card change": (people.rate_locked,),
    "transfer US to UK coded as exit and hire": (people.transfer,),
    "nightly NQ-UK posting": (work.nightly_posting,),
    "holiday Monday": (work.holiday_monday,),
}
TRAPS = {
    f"{trap.__module__.rsplit('.', 1)[1]}.{trap.__name__}": trap
    for traps in ROWS.values()
    for trap in traps
}
ROW_OF = {
    f"{trap.__module__.rsplit('.', 1)[1]}.{trap.__name__}": row
    for row, traps in ROWS.items()
    for trap in traps
}


def lay(scene: Scene) -> None:
    """Lay every trap; they come before the faults, and faults keep off what they use."""
    for name, trap in TRAPS.items():
        scene.row, scene.fault, scene.kind = ROW_OF[name], f"trap.{name}", "trap"
        trap(scene)
