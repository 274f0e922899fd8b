"""The tools people compare with, in a virtual environment of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bench.load.place import ask

NEEDS = (
    "polars==1.35.2",
    "datacompy==1.1.0",
    "duckdb==1.4.2",
    "adbc-driver-postgresql==1.9.0",
    "pyarrow==22.0.0",
    "reladiff[postgresql]==0.6.0",
)
ENVIRONMENT = Path(os.environ.get("OPSBOARD_BENCH_PEERS", ".state/bench-peers"))
NAMES = ("polars", "duckdb", "datacompy", "reladiff hashdiff", "reladiff joindiff")
# reladiff compares tables whose keys are unique numbers: it gets twins without doubles, in which an
# entry is its number and what the PSA does not know lies far above.
TWINS = (
    "drop table if exists twin_entry, twin_posting",
    "create unlogged table twin_entry as"
    " select substr(key, 6)::bigint as key, bill_amount from records_timeentry",
    "create unlogged table twin_posting as"
    " select substr(source_key, 6)::bigint"
    " + case when starts_with(source_key, 'psa:U') then 1000000000 else 0 end as key,"
    " sum(bill_amount)::numeric(18, 4) as bill_amount"
    " from records_projectactual group by source_key",
    "alter table twin_entry add primary key (key)",
    "alter table twin_posting add primary key (key)",
    "vacuum analyze twin_entry, twin_posting",
)


def install() -> Path:
    """The interpreter that has them; made on first use."""
    python = ENVIRONMENT.absolute() / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
    imports = "import polars, datacompy, duckdb, adbc_driver_postgresql.dbapi, reladiff"
    if subprocess.run([python, "-c", imports], check=False, capture_output=True).returncode:
        subprocess.run([python, "-m", "pip", "install", "--quiet", *NEEDS], check=True)
    return python


def make_twins() -> None:
    for statement in TWINS:
        ask(statement)


def run(python: Path, name: str) -> dict[str, float]:
    """Seconds from connected to counted, and MiB at the peak above the imports."""
    query = parse_qs(urlsplit(os.environ["DATABASE_URL"]).query)
    url = f"postgresql:///opsboard?host={query['host'][0]}&user={query['user'][0]}"
    done = subprocess.run(
        [python, Path(__file__).with_name("peer.py"), name, url],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{name} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])
