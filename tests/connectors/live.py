"""How to get a living instance of every connector, for the promises that all of them make."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.base import Connector
from connectors.files.client import Files
from connectors.hostile.client import Hostile
from connectors.northquay.client import Northquay
from tests.connectors.drop import HEADER, Drop, row
from tests.connectors.misbehaving import serving


@dataclass
class Live:
    """A connector's class, settings that work, and settings under which nothing answers."""

    kind: type[Connector]
    settings: dict[str, Any]
    unreachable: dict[str, Any]

    @property
    def connector(self) -> Connector:
        return self.kind(self.settings)


@contextmanager
def live_files(folder: Path) -> Iterator[Live]:
    drop = Drop(folder / "exports", snapshot=True)
    drop.put("time-20260701.csv", HEADER, *[row(number) for number in range(4500)])
    drop.put("time-20260702.csv.gz", HEADER, *[row(number) for number in range(1, 10)], "T10;W1")
    drop.put("time-20260703.csv", HEADER, *[row(number, "7,5") for number in range(2, 9)])
    yield Live(Files, drop.settings, {**drop.settings, "folder": str(folder / "nowhere")})


@contextmanager
def live_hostile(_folder: Path) -> Iterator[Live]:
    with serving() as server:
        # The port of a server that is gone.
        with serving() as gone:
            closed = gone.address
        yield Live(Hostile, {"base_url": server.address}, {"base_url": closed})


@contextmanager
def live_sandbox(folder: Path) -> Iterator[Live]:
    broken = folder / "broken"
    broken.mkdir()
    (broken / "clock.json").write_text("half past nine")
    firm = {"system": "erp", "size": "tiny", "page_size": 100}
    yield Live(Northquay, {**firm, "folder": str(folder)}, {**firm, "folder": str(broken)})


LIVE: dict[str, Callable[[Path], AbstractContextManager[Live]]] = {
    "files": live_files,
    "hostile": live_hostile,
    "sandbox": live_sandbox,
}
# A live ERP takes its time to stand up: its promises are kept in tests/realworld.
ELSEWHERE = frozenset({"tryton"})
