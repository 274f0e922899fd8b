"""python3 -m bench.load: run the rounds, print the table, tell by the exit code what holds."""

import argparse
import json
import os
import platform
import sys
from pathlib import Path

from bench.load import peers, report, rows
from bench.load.contenders import Ready
from bench.load.memory import memory_above_start
from bench.load.place import ask, database
from bench.load.rounds import FEW, Rounds


def main() -> int:
    options = _options()
    python = peers.install_dlt() if options.peer_rounds else None
    _say(f"making {options.rows:,} time entries")
    first, changed = zip(*rows.pages_of(options.rows), strict=True)
    ready = Ready(list(first), list(changed))
    with database() as data:
        run = Rounds(ready, data, options.rows)
        run.prepare()
        for number in range(options.rounds):
            _say(f"round {number + 1} of {options.rounds}")
            run.run()
            if number < options.peer_rounds:
                run.run_peers(python)
        memory = {
            count: memory_above_start(ready.first[: count // rows.PAGE])
            for count in sorted({run.few, options.rows})
        }
        [[server]] = ask("show server_version")
    verdicts = report.bars(run.times, memory, options.rows)
    print(f"{options.rows:,} rows, {options.rounds} interleaved rounds; {_machine(server)}\n")
    print("\n".join(report.lines(run.times, verdicts, memory)))
    if options.json:
        whole = {"rows": options.rows, "machine": _machine(server), "bars": verdicts}
        whole |= {"contenders": report.summary(run.times), "memory_mib": memory}
        options.json.write_text(json.dumps(whole, indent=1))
    return 0 if all(one["holds"] for one in verdicts) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m bench.load", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="a multiple of 2 000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write everything there")
    parser.add_argument(
        "--peer-rounds",
        type=int,
        default=1,
        help=f"how many rounds also run bulk_create, a mapping and dlt, with {FEW:,} rows at most",
    )
    return parser.parse_args()


def _machine(server: str) -> str:
    load = os.getloadavg()[0]
    return (
        f"PostgreSQL {server}, Python {platform.python_version()}, {os.cpu_count()} cores,"
        f" load average {load:.1f}"
    )


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
