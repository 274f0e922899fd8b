"""The firm's systems as exports in two drop folders: PSA as CSV, ERP as JSON Lines.

`write(folders, now)` writes what the firm's nightly and hourly jobs would have written by `now`.
"""

import csv
import gzip
import io
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.sandbox.exported import EXPORTS

Row = dict[str, Any]
SYSTEMS = ("psa", "erp")
# A feed that has fallen behind: the ledger export of the ERP stopped nine hours ago.
BEHIND = {"erp/journal": timedelta(hours=9)}


def write(folders: Mapping[str, Path], now: datetime) -> None:
    """Write every export into the drop folder of its system, `psa` or `erp`."""
    for name, rows in EXPORTS.items():
        system, export = name.split("/")
        at = now - BEHIND.get(name, timedelta())
        stem = f"{export}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        if system == "psa":
            _put(folders[system] / f"{stem}.csv", _csv(name, list(rows(at))), at)
        else:
            _put(folders[system] / f"{stem}.jsonl.gz", _lines(list(rows(at))), at)


def clear(folders: Mapping[str, Path], before: datetime) -> None:
    """Remove the exports of long ago, as the firm's own jobs do once they were fetched."""
    for folder in folders.values():
        for path in folder.glob("*-*Z.*"):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()


def _put(path: Path, body: bytes, at: datetime) -> None:
    """A file appears whole, and with the time at which the firm would have written it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(body)
    os.utime(part, (at.timestamp() - 60, at.timestamp() - 60))
    part.rename(path)


def _csv(name: str, rows: list[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    # Two lines that somebody typed by hand, as every real export has them.
    if name == "psa/time":
        sample = dict(rows[0])
        writer.writerow(sample | {"Entry": "TE-by-hand-1", "Hours": "eight"})
        writer.writerow(sample | {"Entry": "TE-by-hand-2", "State": "sort of"})
    return text.getvalue().encode()


def _lines(rows: list[Row]) -> bytes:
    text = "".join(json.dumps(row, default=str) + "\n" for row in rows)
    return gzip.compress(text.encode(), mtime=0)
