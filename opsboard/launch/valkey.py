"""An embedded Valkey (or Redis): reachable through a socket in a private folder, never over TCP."""

import time
from contextlib import suppress
from urllib.parse import quote

import redis

from opsboard.launch.binaries import redis_server
from opsboard.launch.errors import CannotStart
from opsboard.launch.process import Process
from opsboard.launch.state import State

PATIENCE = 20.0


class Valkey:
    def __init__(self, state: State, *, durable: bool):
        self.state, self.durable = state, durable
        self.program = redis_server()
        self.socket = state.run / "valkey.sock"
        self.data = state.home / "valkey"
        self.process: Process | None = None

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}?db=0"

    def start(self) -> Process:
        """Start it without waiting."""
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.process = Process(
            "valkey",
            [self.program, *self._settings()],
            self.state.logs / "valkey.log",
        )
        self.process.start()
        return self.process

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE
        with redis.Redis.from_url(self.url) as link:
            while time.monotonic() < deadline and not self.process.ended():
                # While the append-only file is being read back it answers "loading".
                with suppress(redis.ConnectionError):
                    link.ping()
                    return
                time.sleep(0.02)
        raise CannotStart(f"Valkey does not start:\n{self.process.last_words()}")

    def _settings(self) -> list[str]:
        chosen = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "appendonly": "yes" if self.durable else "no",
            "save": "",
            "daemonize": "no",
        }
        return [word for name, value in chosen.items() for word in (f"--{name}", value)]
