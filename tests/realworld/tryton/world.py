"""A live ERP for the tests: Tryton 8 on the tests' own PostgreSQL, and the PSA that feeds it.

    world = make_world(state, postgres_uri, today)
    world.url, world.database, world.user, world.password     the reader that opsboard is given
    world.exports                                             folder of the PSA's export files
    world.truth() -> {control: {subject key: {...}}}          counted without opsboard
    world.mend("TP01", "BL08", share=0.5)                     through Tryton's own API
    world.export(as_of)                                       the PSA exports again, later
    world.stop()

Standard library only; everything that imports Tryton runs as a script in its own environment,
which lives in `state_dir` and is made on first use (about 15 s, and 30 s more for the empty
database, which is kept as a dump). Later starts take about 15 s. What belongs to one run, exports
and logs, lies in a folder of its own there and goes with stop().

The world is relative to `today`. Its entries, invoices and bookings are dated, and Tryton's own
stamps dated back, so that every grace period has passed by the first instant of `today` or will
not pass before its last. `as_of` is an instant of that day: now, if it is today, else its noon.
"""

import json
import secrets
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path

HERE = Path(__file__).parent
DATABASE = "northquay"


@dataclass
class World:
    url: str
    database: str
    password: str
    weak_password: str
    admin_password: str
    exports: Path
    postgres_uri: str
    today: date
    as_of: datetime
    python: Path
    user: str = "opsboard"
    weak_user: str = "weak"
    server: subprocess.Popen | None = field(default=None, repr=False)

    def truth(self, as_of: datetime | None = None) -> dict[str, dict]:
        at = (as_of or self.as_of).isoformat()
        return json.loads(
            self._script("truth.py", self.postgres_uri, self.database, self.exports, at)
        )

    def mend(self, *controls: str, share: float = 1.0) -> dict[str, list[str]]:
        """Which subject keys were mended, by control."""
        where = (self.url, self.database, self.postgres_uri, self.exports, self.as_of.isoformat())
        return json.loads(
            self._script("mend.py", *where, share, *controls, told=self.admin_password)
        )

    def export(self, as_of: datetime) -> None:
        """The PSA's next full exports, named by `as_of`; their content is the same history."""
        self._script("psa.py", self.exports, self.today, as_of.isoformat())

    def stop(self) -> None:
        if self.server is None:
            return
        self.server.stdin.close()
        try:
            self.server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.wait()
        self.server.stdout.close()
        self.server = None
        shutil.rmtree(self.exports.parent, ignore_errors=True)

    def _script(self, name: str, *arguments: object, told: str = "") -> str:
        return _run(self.python, name, *arguments, told=told)


def make_world(state_dir: Path, postgres_uri: str, today: date, database: str = DATABASE) -> World:
    """Start a fresh firm; an older database of the same name is dropped."""
    state_dir = Path(state_dir).resolve()
    state_dir.mkdir(parents=True, exist_ok=True)
    run = Path(tempfile.mkdtemp(prefix="run-", dir=state_dir))
    python = Path(_run(Path(sys.executable), "install.py", state_dir / "venv").strip())
    world = World(
        url="",
        database=database,
        password=secrets.token_urlsafe(16),
        weak_password=secrets.token_urlsafe(16),
        admin_password=secrets.token_urlsafe(16),
        exports=run / "exports",
        postgres_uri=postgres_uri,
        today=today,
        as_of=_instant_of(today),
        python=python,
    )
    passwords = {
        "admin": world.admin_password,
        world.user: world.password,
        world.weak_user: world.weak_password,
    }
    seed = (state_dir, postgres_uri, database, today)
    _run(python, "seed.py", *seed, told=json.dumps(passwords))
    world.export(world.as_of)
    _serve(world, run)
    return world


def _serve(world: World, run: Path) -> None:
    command = [str(world.python), str(HERE / "serve.py"), str(run)]
    world.server = subprocess.Popen(
        [*command, world.postgres_uri, world.database],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    told = world.server.stdout.readline()
    if not told:
        world.stop()
        raise RuntimeError(f"Tryton did not start; see {run / 'trytond.log'}")
    world.url = json.loads(told)["url"]


def _instant_of(today: date) -> datetime:
    now = datetime.now(UTC).replace(microsecond=0)
    return now if now.date() == today else datetime.combine(today, time(12), tzinfo=UTC)


def _run(python: Path, name: str, *arguments: object, told: str = "") -> str:
    done = subprocess.run(
        [str(python), str(HERE / name), *map(str, arguments)],
        input=told,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{name} failed:\n{done.stderr[-4000:]}")
    return done.stdout
