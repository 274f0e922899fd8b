"""One peer answers the four rules, or compares the two tables, as far as it can.

python peer.py NAME DATABASE_URL prints seconds and peak memory as JSON. Runs in a virtual
environment of its own.
"""

import json
import sys
import time
from pathlib import Path

ENTRIES = "select key, bill_amount::float8 as amount from records_timeentry where not is_deleted"
POSTINGS = (
    "select source_key as key, bill_amount::float8 as amount from records_projectactual"
    " where not is_deleted"
)


def fetch(url: str):
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(url) as connection, connection.cursor() as cursor:
        tables = []
        for statement in (ENTRIES, POSTINGS):
            cursor.execute(statement)
            tables.append(cursor.fetch_arrow_table())
        return tables


def polars_join(url: str) -> int:
    import polars

    entries, postings = (polars.from_arrow(table) for table in fetch(url))
    summed = postings.group_by("key").agg(polars.len().alias("times"), polars.col("amount").sum())
    joined = entries.join(summed, on="key", how="full", suffix="_posted")
    offender = (
        polars.col("times").is_null()
        | polars.col("key").is_null()
        | (polars.col("times") > 1)
        | ((polars.col("amount") - polars.col("amount_posted")).abs() > 0.001)
    )
    return joined.filter(offender).height


def duckdb_join(url: str) -> int:
    import duckdb

    database = duckdb.connect()
    for name, table in zip(("entries", "postings"), fetch(url), strict=True):
        database.register(name, table)
    return database.sql(
        "select count(*) from entries e full join ("
        " select key, count(*) times, sum(amount) amount from postings group by key) p using (key)"
        " where p.times is null or e.key is null or p.times > 1 or abs(p.amount - e.amount) > 0.001"
    ).fetchone()[0]


def datacompy_compare(url: str) -> int:
    import polars
    from datacompy import PolarsCompare

    entries, postings = (polars.from_arrow(table) for table in fetch(url))
    compared = PolarsCompare(entries, postings, join_columns="key", abs_tol=0.001)
    return len(compared.df1_unq_rows) + len(compared.df2_unq_rows) + len(compared.all_mismatch())


def reladiff(url: str, algorithm: str) -> int:
    from reladiff import Algorithm, connect_to_table, diff_tables

    sides = [
        connect_to_table(_for_psycopg2(url), name, ("key",), extra_columns=("bill_amount",))
        for name in ("twin_entry", "twin_posting")
    ]
    found = diff_tables(*sides, algorithm=Algorithm[algorithm.upper()])
    return sum(1 for _ in found)


def _for_psycopg2(url: str) -> dict:
    from urllib.parse import parse_qs, urlsplit

    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return {
        "driver": "postgresql",
        "host": query["host"][0],
        "user": query["user"][0],
        "password": "",
        "dbname": parts.path.lstrip("/"),
    }


PEERS = {
    "polars": polars_join,
    "duckdb": duckdb_join,
    "datacompy": datacompy_compare,
    "reladiff hashdiff": lambda url: reladiff(url, "hashdiff"),
    "reladiff joindiff": lambda url: reladiff(url, "joindiff"),
}


def held(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise LookupError(name)


def main(name: str, url: str) -> None:
    import adbc_driver_postgresql.dbapi  # noqa: F401 - imports are nobody's seconds
    import datacompy  # noqa: F401
    import duckdb  # noqa: F401
    import polars  # noqa: F401
    import reladiff as _reladiff  # noqa: F401

    before, start = held("VmRSS"), time.perf_counter()
    found = PEERS[name](url)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "mib": (held("VmHWM") - before) / 1024, "found": found}))


if __name__ == "__main__":
    main(*sys.argv[1:])
