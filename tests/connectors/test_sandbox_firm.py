"""The demo's small firm has something to show on any day of the year, and tells the same twice."""

import csv
import gzip
import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from connectors.sandbox.exports import clear, write

DAYS = [datetime(2026, 11, 20, 11, tzinfo=UTC), *(
    datetime(2026, month, day, 9, tzinfo=UTC) for month in (1, 3, 12) for day in (1, 2, 6, 31)
    if (month, day) != (1, 31)
)]  # fmt: skip


@pytest.mark.parametrize("now", DAYS, ids=str)
def test_every_day_has_something_to_find(now, tmp_path):
    folders = {"psa": tmp_path / "psa", "erp": tmp_path / "erp"}
    write(folders, now)
    [time] = folders["psa"].glob("time-*.csv")
    entries = list(csv.DictReader(time.read_text().splitlines(), delimiter=";"))
    approved = {row["Entry"] for row in entries if row["State"] == "approved"}
    posted = Counter(row["source"] for row in read(folders["erp"], "ledger"))
    states = Counter(row["state"] for row in read(folders["erp"], "invoices"))

    assert len(approved) > 400
    assert len(approved - set(posted)) > 10
    assert any(count > 1 for count in posted.values())
    assert states["draft"] + states["approved"] + states["blocked"] >= 2


def read(folder, name):
    [path] = folder.glob(f"{name}-[0-9]*.jsonl.gz")
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def test_the_same_moment_is_exported_alike(tmp_path):
    now = DAYS[0]
    written = []
    for name in ("first", "second"):
        folders = {"psa": tmp_path / name / "psa", "erp": tmp_path / name / "erp"}
        write(folders, now)
        files = sorted(path for folder in folders.values() for path in folder.iterdir())
        written.append([(path.name, path.read_bytes()) for path in files])

    assert written[0] == written[1]
    assert not [name for name, _ in written[0] if name.endswith(".part")]


def test_old_exports_are_removed_and_new_ones_stay(tmp_path):
    folders = {"psa": tmp_path / "psa", "erp": tmp_path / "erp"}
    write(folders, DAYS[0] - timedelta(days=2))
    write(folders, DAYS[0])
    clear(folders, DAYS[0] - timedelta(days=1))

    names = {path.name for folder in folders.values() for path in folder.iterdir()}
    assert names
    assert all("20261120" in name or "20261119" in name for name in names)
