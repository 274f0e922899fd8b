"""A database of the bench's own, and what it takes to time a piece of work in it."""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# Commits wait for the disk, as they do where records matter; every contender inherits this.
DURABLE = "-c synchronous_commit=on"
WAL_SIZE = re.compile(r"len \(rec/tot\):\s*\d+/\s*(\d+)")


@dataclass
class Timed:
    """Seconds of wall clock and of processors (client and server), bytes of WAL in all, and those
    of the table it was about."""

    seconds: float
    busy: float | None = None
    wal: int = 0
    wal_of_table: int | None = None
    rows: int = 0


@contextmanager
def database() -> Iterator[Path]:
    """Run an embedded PostgreSQL with the product's tables; yields the folder of its data."""
    from opsboard.launch.embedded import embedded
    from opsboard.launch.state import State

    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    home = Path(tempfile.mkdtemp(prefix="opsboard-bench-"))
    try:
        with embedded(home, durable=True) as servers:
            os.environ |= servers.environment
            os.environ["PGOPTIONS"] = DURABLE
            prepare()
            _make_tables()
            yield _data_folder()
            _close()
    finally:
        State(home).remove()


def prepare() -> None:
    """Start Django against the database that the environment names, without its own tracing."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "opsboard.settings"
    os.environ["OPSBOARD_DEMO"] = "1"
    os.environ.setdefault("OPSBOARD_DEMO", "1")
    django.setup()
    from opsboard import telemetry

    telemetry.stop()


def ask(statement: str, values=()) -> list[tuple]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def timed(work: Callable[[], object], table: str = "", data: Path | None = None) -> Timed:
    """Time work after a checkpoint, so that none pays for the page images of another."""
    ask("checkpoint")
    [[before]] = ask("select pg_current_wal_insert_lsn()::text")
    start, busy = time.perf_counter(), _busy()
    work()
    seconds, busy = time.perf_counter() - start, _busy() - busy
    [[after]] = ask("select pg_current_wal_insert_lsn()::text")
    [[written]] = ask("select pg_wal_lsn_diff(%s, %s)::bigint", [after, before])
    found = Timed(seconds, busy, written)
    if table and data:
        found.wal_of_table = _wal_of(table, data, before, after)
    return found


def _busy() -> float:
    """Seconds of processor that this process and its server process have used so far."""
    [[server]] = ask("select pg_backend_pid()")
    spent = Path(f"/proc/{server}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return time.process_time() + sum(map(int, spent)) / os.sysconf("SC_CLK_TCK")


def _wal_of(table: str, data: Path, start: str, end: str) -> int:
    """Bytes of the WAL records that touch the table or one of its indexes."""
    from opsboard.launch.binaries import postgres_folder

    ask("checkpoint")
    nodes = {
        str(node)
        for [node] in ask(
            "select pg_relation_filenode(%s::regclass) union all"
            " select pg_relation_filenode(indexrelid) from pg_index where indrelid = %s::regclass",
            [table, table],
        )
    }
    command = [postgres_folder() / "pg_waldump", "-p", data / "pg_wal", "-s", start, "-e", end]
    dump = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    total = 0
    for line in dump.splitlines():
        if any(found in nodes for found in re.findall(r"rel \d+/\d+/(\d+)", line)):
            total += int(WAL_SIZE.search(line)[1])
    return total


def _make_tables() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    # Checkpoints forced by the amount of WAL would fall on whoever happens to run.
    ask("alter system set max_wal_size = '16GB'")
    ask("alter system set checkpoint_timeout = '1h'")
    ask("alter system set autovacuum = off")
    # Kept for whoever counts afterwards what was written for which table.
    ask("alter system set wal_keep_size = '4GB'")
    ask("select pg_reload_conf()")


def _data_folder() -> Path:
    return Path(ask("show data_directory")[0][0])


def _close() -> None:
    from django.db import connections

    connections.close_all()
