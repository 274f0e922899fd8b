"""A score as a table for people and as JSON for machines."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from opsboard.scoring.compare import DIFFERENCES, HEAVIEST, Line, Score

SHOWN = 5
HEAD = (
    "control    wanted  found  missing  surplus  recall  precision  by other faults"
    "  other cause  other severity           found USD            truth USD"
)


def table(score: Score) -> str:
    """One line per control, the totals, and what differs."""
    lines = [line for line in score.lines if line.wanted or line.found]
    silent = [line.control for line in score.lines if not (line.wanted or line.found)]
    parts = [HEAD, *map(_row, lines), _row(score.total), "", *_differences(lines)]
    parts += [
        "exposure ledger                  found USD            truth USD           difference"
    ]
    parts += [
        f"  {measure:<16} {ours:>23,.2f} {true:>20,.2f} {ours - true:>20,.2f}"
        for measure, (ours, true) in score.exposure.items()
    ]
    parts += [
        "",
        f"{score.groups} groups; the first {HEAVIEST} carry {score.heaviest_share:.1%}"
        " of their amount",
        f"{len(score.lines)} controls judged in {score.seconds:.1f} s as of {score.as_of:%c} UTC;"
        f" nothing wanted and nothing found: {' '.join(silent) or 'none'}",
    ]
    if score.failed:
        parts += [f"did not run: {' '.join(score.failed)}"]
    if score.unscored:
        named = ", ".join(f"{code} {count}" for code, count in score.unscored.items())
        parts += [f"not scored, for want of a live control: {named}"]
    return "\n".join(parts)


def as_json(scores: dict[str, Score]) -> str:
    """Every score by the name of its faults; amounts as text, in the group currency."""
    return json.dumps(
        {name: _plain(score) for name, score in scores.items()}, default=str, indent=1
    )


def summary(name: str, score: Score) -> str:
    """One line, for a run of many, and what differs."""
    total = score.total
    apart = max(abs(ours - true) for ours, true in score.exposure.values())
    verdict = "good" if is_exact(score) else "DIFFERS"
    line = (
        f"{verdict:<8} {name:<34} wanted {total.wanted:>4} missing {len(total.missing):>4}"
        f" surplus {len(total.surplus):>4} other cause {len(total.other_cause):>4}"
        f" other severity {len(total.other_severity):>4}"
        f" money apart {apart:>14,.2f}"
    )
    return "\n         ".join([line, *_differences(score.lines)])


def is_exact(score: Score) -> bool:
    """Exactly the exceptions, causes, severities and amounts of the truth, and nothing else."""
    total = score.total
    differs = any(getattr(total, name) for name in DIFFERENCES) or score.failed
    return not differs and all(ours == true for ours, true in score.exposure.values())


def _row(line: Line) -> str:
    return (
        f"{line.control:<8} {line.wanted:>8} {line.found:>6} {len(line.missing):>8}"
        f" {len(line.surplus):>8} {line.recall:>7.1%} {line.precision:>10.1%}"
        f" {line.by_other_faults:>16} {len(line.other_cause):>12} {len(line.other_severity):>15}"
        f" {line.amount:>20,.2f} {line.true_amount:>20,.2f}"
    )


def _differences(lines: list[Line]) -> Iterator[str]:
    for line in lines:
        for word in DIFFERENCES:
            if subjects := getattr(line, word):
                more = f" and {len(subjects) - SHOWN} more" if len(subjects) > SHOWN else ""
                named = ", ".join(subjects[:SHOWN])
                yield f"{line.control} {word.replace('_', ' ')}: {named}{more}"
        if line.amount != line.true_amount:
            apart = line.amount - line.true_amount
            yield f"{line.control} finds {apart:+,.4f} USD more than the truth"


def _plain(score: Score) -> dict[str, Any]:
    return {
        "as_of": score.as_of.isoformat(),
        "good_enough": score.is_good_enough,
        "exact": is_exact(score),
        "total": _line(score.total),
        "controls": {line.control: _line(line) for line in score.lines},
        "exposure": {
            measure: {"found": ours, "truth": true, "difference": ours - true}
            for measure, (ours, true) in score.exposure.items()
        },
        "groups": score.groups,
        f"share_of_first_{HEAVIEST}": round(score.heaviest_share, 4),
        "not_scored": score.unscored,
        "failed": list(score.failed),
        "seconds": round(score.seconds, 2),
    }


def _line(line: Line) -> dict[str, Any]:
    names = ("wanted", "found", "right", "by_other_faults", *DIFFERENCES)
    return {name: getattr(line, name) for name in names} | {
        "recall": _share(line.recall),
        "precision": _share(line.precision),
        "amount": line.amount,
        "true_amount": line.true_amount,
    }


def _share(value: Decimal) -> Decimal:
    return round(value, 6)
