"""python3 -m bench.controls: run the rounds, print the table, tell by the exit code what holds."""

import argparse
import json
import os
import platform
import sys
from pathlib import Path

from bench.controls import peers, report
from bench.controls.rounds import Rounds
from bench.load.place import ask, database

# With more entries the peers would need more memory than most machines have.
LARGEST_FOR_PEERS = 1_000_000


def main() -> int:
    options = _options()
    python = peers.install() if options.peer_rounds else None
    sizes = []
    with database():
        for count in options.entries:
            _say(f"making {count:,} entries and their postings")
            found = Rounds(count)
            with_peers = bool(python) and count <= LARGEST_FOR_PEERS
            found.prepare(twins=with_peers)
            for number in range(options.rounds):
                _say(f"round {number + 1} of {options.rounds} at {count:,}")
                found.run()
                if with_peers and number < options.peer_rounds:
                    found.run_peers(python)
            found.run_any_number()
            sizes.append(found)
        [[server]] = ask("show server_version")
    verdicts = report.bars(sizes)
    print(f"{options.rounds} interleaved rounds; {_machine(server)}\n")
    print("\n".join(report.lines(sizes, verdicts)))
    if options.json:
        told = {
            f"{one.count}": {"seconds": one.seconds, "busy": one.busy, "mib": one.mib}
            for one in sizes
        }
        options.json.write_text(json.dumps({"sizes": told, "bars": verdicts}, indent=1))
    faults = [fault for one in sizes for fault in one.faults]
    return 0 if not faults and all(one["holds"] for one in verdicts) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m bench.controls", description=__doc__)
    parser.add_argument("--entries", type=int, nargs="+", default=[100_000, 1_000_000, 4_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer-rounds", type=int, default=1, help="0 leaves the peers out")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write everything there")
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
