"""Scores one firm or many, in a process whose Django knows the servers.

python -m opsboard.scoring.measuring --size default --snapshot close --faults all [--json]
"""

import argparse
import sys
from collections.abc import Iterable, Iterator

import django

EACH = "each"


def main(arguments: list[str] | None = None) -> int:
    asked = parser().parse_args(arguments)
    django.setup()
    from opsboard.scoring import report

    scores = {}
    for name, score in _scores(asked):
        scores[name] = score
        if not asked.json:
            one_of_many = asked.faults == EACH
            _say(report.summary(name, score) if one_of_many else report.table(score))
    if asked.json:
        _say(report.as_json(scores))
    return 0 if all(score.is_good_enough for score in scores.values()) else 1


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="manage.py score", description=__doc__)
    add_arguments(found)
    return found


def add_arguments(found: argparse.ArgumentParser) -> None:
    """The arguments of `manage.py score`, which are also those of this process."""
    from connectors.sandbox.shape import SNAPSHOTS

    found.add_argument("--size", default="default", help="tiny, default, large or a head count")
    found.add_argument("--snapshot", choices=list(SNAPSHOTS), default="close")
    found.add_argument(
        "--faults", default="all", help="all, none, one name or several with commas, or each alone"
    )
    found.add_argument("--seed", type=int, default=1)
    found.add_argument("--json", action="store_true", help="the whole comparison as JSON")


def _scores(asked: argparse.Namespace) -> Iterator[tuple[str, object]]:
    from opsboard.scoring.compare import compare
    from opsboard.scoring.firm import (
        Recipe,
        empty_database,
        judge,
        live_controls,
        scratch_database,
    )

    size = int(asked.size) if asked.size.isdigit() else asked.size
    with empty_database() as empty:
        for name, faults in _chosen(asked.faults):
            recipe = Recipe(size, asked.snapshot, faults, asked.seed)
            with scratch_database(empty):
                found, live = judge(recipe), live_controls()
            yield name, compare(recipe.build().truth, found, live, recipe.as_of)


def _chosen(told: str) -> Iterable[tuple[str, str | tuple[str, ...]]]:
    from connectors.sandbox.faults import FAULTS

    if told == EACH:
        return [(name, (name,)) for name in FAULTS]
    return [(told, told if told in ("all", "none") else tuple(told.split(",")))]


if __name__ == "__main__":
    sys.exit(main())
