"""What the demo tells the person at the terminal: how far it is, and where to look."""

from pathlib import Path

from connectors.northquay import clock
from opsboard.clock import FOLDER, pace_in_words
from opsboard.launch.embedded import Servers
from opsboard.launch.filling import MARK
from opsboard.launch.supervisor import say

PAGE = "/demo/"


class Progress:
    """Tells the terminal what a process says of its progress in its log."""

    def __init__(self, log: Path):
        self.log = log
        log.write_bytes(b"")
        self.heard = 0

    def tell(self) -> None:
        """Whole lines only: the last one may still be being written."""
        said, newline, _ = self.log.read_bytes()[self.heard :].rpartition(b"\n")
        self.heard += len(said + newline)
        for line in said.decode(errors="replace").splitlines():
            if line.startswith(MARK):
                say(line)


def welcome(servers: Servers, environment: dict[str, str], summary: dict, pace: float) -> None:
    found = sum(summary.get("exceptions", {}).values())
    say(
        f"\nopsboard is at {environment['OPSBOARD_ADDRESS']}\n"
        f"  {found} exceptions, {summary.get('amount_at_risk', '?')} "
        f"{summary.get('currency', '')} at risk\n"
        "  First sign in with one click as one of the four roles, then open the queue."
    )
    if FOLDER in environment:
        say(_how_time_passes(Path(environment[FOLDER]), pace))
    say(
        f"  Mail that opsboard sends: {servers.state.home / 'mail'}\n"
        f"  Logs: {servers.state.logs}\n"
        "  Ctrl-C stops everything; the next start goes on from there."
    )


def _how_time_passes(folder: Path, pace: float) -> str:
    """What the firm's clock shows, and what it will do."""
    now = clock.read(folder).as_of
    said = f"  In the firm it is {now:%A %d %B %Y, %H:%M} UTC; "
    if now >= clock.ENDS:
        return f"{said}its story ends there. `demo --fresh` begins it again."
    if not pace:
        return f"{said}its time stands still until you let it pass under {PAGE}."
    return f"{said}there {pace_in_words(pace)}. More of it under {PAGE}."
