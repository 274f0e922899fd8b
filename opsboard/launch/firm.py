"""The made-up firm behind a demo: where its clock stands, and the process that keeps it open."""

import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from connectors.northquay import asking, clock
from connectors.northquay.client import Northquay
from opsboard.config import config
from opsboard.launch.errors import CannotStart
from opsboard.launch.process import Process

PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class MadeUp:
    """`settings` are those of one of its connections; they all name the same folder."""

    folder: Path
    settings: dict[str, Any]

    @property
    def snapshot(self) -> str:
        return self.settings.get("snapshot", "close")

    def words(self) -> list[str]:
        """How `python3 -m connectors.northquay` is told which firm this is."""
        told = ["--folder", str(self.folder), "--snapshot", self.snapshot]
        for name in ("size", "seed"):
            if name in self.settings:
                told += [f"--{name}", str(self.settings[name])]
        if "faults" in self.settings:
            faults = self.settings["faults"]
            told += ["--faults", faults if isinstance(faults, str) else ",".join(faults)]
        return told if self.settings.get("traps", True) else [*told, "--no-traps"]

    def open(self, process: Process) -> None:
        """Start the process that keeps it open, until it listens; building goes on meanwhile."""
        # From here on everybody finds a clock, whatever snapshot the firm begins at.
        clock.advance(self.folder, by=timedelta(0), snapshot=self.snapshot)
        door = self.folder / asking.NAME
        door.unlink(missing_ok=True)
        process.start()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not door.exists():
            if process.ended() or time.monotonic() > deadline:
                raise CannotStart(
                    f"the made-up firm does not open, see {process.log}:\n{process.last_words()}"
                )
            time.sleep(0.02)

    def begin_anew(self) -> None:
        (self.folder / clock.NAME).unlink(missing_ok=True)


def made_up_firm() -> MadeUp | None:
    """The firm of the configuration in force; none when somebody's own file reads other systems."""
    for slug, one in config().connections.items():
        settings = config().settings_for(slug) if one.connector == Northquay.slug else {}
        if "folder" in settings:
            plain = {name: given for name, given in settings.items() if name != "streams"}
            return MadeUp(Path(settings["folder"]).resolve(), plain)
    return None
