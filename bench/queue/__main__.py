"""python3 -m bench.queue: run the rounds, print the table, tell by the exit code what holds."""

import argparse
import json
import os
import platform
import sys
from pathlib import Path

from bench.load.place import ask, database
from bench.queue import report
from bench.queue.rounds import Rounds, at_the_worlds_noon


def main() -> int:
    options = _options()
    sizes = []
    with database():
        from django.conf import settings

        settings.ALLOWED_HOSTS = ["*"]
        for count in options.causes:
            _say(f"making {count:,} causes, a tenth of them open")
            found = Rounds(count)
            with at_the_worlds_noon():
                found.prepare()
                for number in range(options.rounds):
                    _say(f"round {number + 1} of {options.rounds} at {count:,}")
                    found.run()
                # Last, since nobody tidies up here after what they roll back.
                for _ in range(options.rounds if count >= 100_000 else 0):
                    found.run_acts()
            sizes.append(found)
        [[server]] = ask("show server_version")
    verdicts = report.bars(sizes)
    load = os.getloadavg()[0]
    print(
        f"{options.rounds} rounds; PostgreSQL {server}, Python {platform.python_version()},"
        f" {os.cpu_count()} cores, load average {load:.1f}\n"
    )
    print("\n".join(report.lines(sizes, verdicts)))
    if options.explain:
        _explain(sizes[-1])
    if options.json:
        options.json.write_text(json.dumps({"bars": verdicts}, indent=1))
    faults = [fault for one in sizes for fault in one.faults]
    return 0 if not faults and all(one["holds"] for one in verdicts) else 1


def _explain(found: Rounds) -> None:
    """The slowest statement of the slowest pages."""
    worst = sorted(found.seen.items(), key=lambda pair: -report.p95(pair[1].sql))[:5]
    for (query, depth), seen in worst:
        print(f"\n-- {query or 'all open'}, {depth}\n{seen.slowest}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m bench.queue", description=__doc__)
    parser.add_argument("--causes", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--explain", action="store_true", help="also the slowest statements")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write everything there")
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
