"""A drop folder as an exporter fills it."""

import gzip
import os
import time
from pathlib import Path
from typing import Any

from connectors.base import Opened, Page
from connectors.files.client import Files
from connectors.kinds import Record

COLUMNS = {
    "source_id": "Id",
    "worker": "Worker",
    "project": "Project",
    "work_date": "Day",
    "hours": "Hours",
    "status": "Status",
}
HEADER = "Id;Worker;Project;Day;Hours;Status"


def row(number: int, hours: str = "8,00", status: str = "approved") -> str:
    return f"T{number};W1;P1;01.07.2026;{hours};{status}"


class Drop:
    """A folder with one stream of time entries, whose settings a test may change."""

    def __init__(self, folder: Path, **stream: Any):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.settings: dict[str, Any] = {
            "folder": str(folder),
            "zone": "Europe/Vienna",
            "streams": {
                "time_entry": {
                    "pattern": "time-{stamp}.csv*",
                    "delimiter": ";",
                    "decimal": ",",
                    "thousands": ".",
                    "date": "%d.%m.%Y",
                    "columns": dict(COLUMNS),
                    **stream,
                }
            },
        }

    @property
    def connector(self) -> Files:
        return Files(self.settings)

    def put(self, name: str, *lines: str, age: float = 60) -> Path:
        return self.put_bytes(name, "".join(f"{line}\n" for line in lines).encode(), age=age)

    def put_bytes(self, name: str, data: bytes, age: float = 60) -> Path:
        path = self.folder / name
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        moment = time.time() - age
        os.utime(path, (moment, moment))
        return path

    def pages(self, cursor: str = "") -> list[Page]:
        return list(self.connector.pull("time_entry", cursor))

    def opened(self, cursor: str = "") -> list[Opened]:
        return [self.connector.open("time_entry", page) for page in self.pages(cursor)]

    def records(self, cursor: str = "") -> list[Record]:
        return [record for opened in self.opened(cursor) for record in opened.records]

    def ids(self, cursor: str = "") -> list[str]:
        return [record.source_id for record in self.records(cursor)]

    def refused(self, cursor: str = "") -> list[tuple[int | None, str]]:
        return [(one.line, one.reason) for opened in self.opened(cursor) for one in opened.refused]
