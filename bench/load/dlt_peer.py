"""dlt's merge of the same pages into PostgreSQL. Runs in a virtual environment of its own.

python dlt_peer.py MODE FOLDER DATABASE_URL prints the seconds of three loads as JSON. MODE is
"documented" (dicts, merge by primary key, everything by default) or "best" (Arrow tables, the
upsert strategy, csv files).
"""

import gzip
import json
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypedDict

import dlt
import msgspec
import orjson
import pyarrow


class Row(TypedDict):
    source_id: str
    source_version: int
    source_updated_at: datetime
    source_updated_by: str
    causation_id: str
    is_deleted: bool
    correlation_id: str
    legal_entity: str
    worker: str
    project: str
    task: str
    assignment: str
    type: str
    utilization_category: str
    work_date: date
    hours: Decimal
    billable: bool
    note: str
    submitted_at: datetime
    approved_at: datetime
    approver: str
    rejected_at: datetime | None
    split_no: int
    late: bool
    period: str
    cost_rate: Decimal
    cost_currency: str
    bill_rate: Decimal
    bill_currency: str
    bill_amount: Decimal
    status: str


DECODER = msgspec.json.Decoder(list[Row])
INSTANT, DECIMAL = pyarrow.timestamp("us", tz="UTC"), pyarrow.decimal128(18, 4)
ARROW = {
    str: pyarrow.string(),
    int: pyarrow.int64(),
    bool: pyarrow.bool_(),
    date: pyarrow.date32(),
    datetime: INSTANT,
    datetime | None: INSTANT,
    Decimal: DECIMAL,
}
SCHEMA = pyarrow.schema([(name, ARROW[kind]) for name, kind in Row.__annotations__.items()])


def documented(folder: Path) -> Iterator[Any]:
    for page in sorted(folder.iterdir()):
        yield orjson.loads(gzip.decompress(page.read_bytes()))


def best(folder: Path) -> Iterator[Any]:
    for page in sorted(folder.iterdir()):
        rows = DECODER.decode(gzip.decompress(page.read_bytes()))
        yield pyarrow.Table.from_pylist(rows, SCHEMA)


def main(mode: str, folder: Path, url: str) -> None:
    pipeline = dlt.pipeline(
        f"bench_{mode}",
        pipelines_dir=str(folder / "dlt"),
        destination=dlt.destinations.postgres(url),
        dataset_name=f"dlt_{mode}",
    )
    source = {"documented": documented, "best": best}[mode]
    merge = {"disposition": "merge", "strategy": "upsert"} if mode == "best" else "merge"
    how = {"loader_file_format": "csv"} if mode == "best" else {}
    seconds = []
    for phase in ("first", "first", "changed"):
        entries = dlt.resource(
            source(folder / phase), name="entries", primary_key="source_id", write_disposition=merge
        )
        start = time.perf_counter()
        pipeline.run(entries, **how).raise_on_failed_jobs()
        seconds.append(time.perf_counter() - start)
    with pipeline.sql_client() as client:
        [[count]] = client.execute_sql("select count(*) from entries")
    print(json.dumps({"seconds": seconds, "rows": count}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
