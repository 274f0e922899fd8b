"""For people: let the made-up firm's time pass, mend a fault, or see what is really wrong.

python3 -m connectors.northquay --folder FOLDER advance 3h
python3 -m connectors.northquay --folder FOLDER mend time.posting_lost.001
python3 -m connectors.northquay --folder FOLDER --size tiny truth
"""

import argparse
import re
import signal
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.northquay import clock
from connectors.northquay.settings import mistakes
from connectors.sandbox.faults import FAULTS
from connectors.sandbox.shape import SNAPSHOTS
from connectors.sandbox.truth import to_json

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    try:
        said = ACTS[asked.act](asked)
    except (ValueError, clock.BadClock) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyError as error:
        sys.stderr.write(f"There is no fault {error}. There are: {', '.join(FAULTS)}\n")
        return 1
    sys.stdout.write(f"{said}\n")
    return 0


def _advance(asked: argparse.Namespace) -> str:
    found = re.fullmatch(r"(\d{1,5})([smhd])", asked.what)
    span = timedelta(**{UNITS[found[2]]: int(found[1])}) if found else None
    to = None if found else datetime.fromisoformat(asked.what)
    now = clock.advance(asked.folder, to=to, by=span, snapshot=asked.snapshot)
    return f"The firm stands at {now:%d %B %Y %H:%M:%S} UTC."


def _mend(asked: argparse.Namespace) -> str:
    at = clock.mend(asked.folder, asked.what, snapshot=asked.snapshot)
    return f"{asked.what} is mended as of {at:%d %B %Y %H:%M:%S} UTC."


def _truth(asked: argparse.Namespace) -> str:
    return to_json(clock.truth(asked.folder, _settings(asked)))


def _serve(asked: argparse.Namespace) -> str:
    # Not at the top: who only moves the clock needs no server.
    from connectors.northquay.serving import serve

    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    serve(asked.folder, _settings(asked))
    return ""


def _settings(asked: argparse.Namespace) -> dict[str, Any]:
    size = int(asked.size) if asked.size.isdigit() else asked.size
    faults = asked.faults if asked.faults in ("all", "none") else asked.faults.split(",")
    settings = {
        "system": "erp",
        "size": size,
        "seed": asked.seed,
        "snapshot": asked.snapshot,
        "faults": faults,
        "traps": not asked.no_traps,
    }
    if found := mistakes(settings):
        raise ValueError("\n".join(found))
    return settings


ACTS = {"advance": _advance, "mend": _mend, "truth": _truth, "serve": _serve}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m connectors.northquay")
    parser.add_argument("--folder", type=Path, required=True, help="where the firm's clock is")
    parser.add_argument("--snapshot", choices=list(SNAPSHOTS), default="close")
    parser.add_argument(
        "--size", default="default", help="for truth and serve: as in opsboard.toml"
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="for truth and serve: as in opsboard.toml"
    )
    parser.add_argument(
        "--faults", default="all", help="for truth and serve: all, none or names with commas"
    )
    parser.add_argument(
        "--no-traps", action="store_true", help="for truth and serve: as traps = false"
    )
    acts = parser.add_subparsers(dest="act", required=True)
    advance = acts.add_parser("advance", help="let time pass")
    advance.add_argument("what", help="a length of time such as 3h, or an instant")
    mend = acts.add_parser("mend", help="mend a fault, or all of a name")
    mend.add_argument("what", help="a name such as time.posting_lost, or one of its cases")
    acts.add_parser("truth", help="print what is really wrong, as JSON")
    acts.add_parser("serve", help="keep the firm open for all connections of the folder")
    return parser


if __name__ == "__main__":
    sys.exit(main())
