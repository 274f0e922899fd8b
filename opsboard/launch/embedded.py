"""PostgreSQL and Valkey for a demo or a test run, unless the environment names running ones."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from opsboard.launch.postgres import Postgres
from opsboard.launch.process import Process, stop
from opsboard.launch.state import State
from opsboard.launch.valkey import Valkey


@dataclass
class Servers:
    """Where the servers are, and the processes of those that were started here."""

    state: State
    database_url: str
    redis_url: str
    processes: list[Process] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """The environment for everything that shall use these servers."""
        return os.environ | {
            "OPSBOARD_STATE": str(self.state.home),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
        }


@contextmanager
def embedded(state: Path, *, durable: bool) -> Iterator[Servers]:
    """Run the servers for the length of a `with`. What is not durable trades safety against a
    power cut for speed and is removed at the end."""
    held = State(state)
    with ExitStack() as ends:
        if not durable:
            ends.callback(held.remove)
        ends.enter_context(held.held())
        started = []
        urls = {"DATABASE_URL": Postgres, "REDIS_URL": Valkey}
        for name, kind in urls.items():
            if not os.environ.get(name):
                server = kind(held, durable=durable)
                process = server.start()
                ends.callback(stop, [process])
                started.append((name, server))
        for _, server in started:
            server.wait_until_ready()
        found = {name: server.url for name, server in started}
        yield Servers(
            held,
            found.get("DATABASE_URL") or os.environ["DATABASE_URL"],
            found.get("REDIS_URL") or os.environ["REDIS_URL"],
            [server.process for _, server in started],
        )
