"""How the product and bare SQL answer the four rules."""

import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from bench.controls.world import AS_OF
from bench.load.place import ask

OWN = Path(__file__).parent / "own"
MEMORIES = ("4MB", "128MB", "512MB")
# One pass over both tables; what it returns is counted, so that nothing is left out.
FULL_JOIN = """
    select count(*), sum(hashtext(subject)) from (
        select coalesce(entry.key, posted.source_key) as subject,
            case
                when posted.source_key is null then 'never_posted'
                when entry.key is null then 'unknown_to_psa'
                when posted.times > 1 then 'posted_twice'
                else 'posted_otherwise'
            end as rule
        from (
            select key, bill_amount from records_timeentry
            where system_role = 'psa' and not is_deleted
        ) entry
        full join (
            select source_key, count(*) as times, sum(bill_amount) as amount
            from records_projectactual
            where system_role = 'erp' and not is_deleted
            group by source_key
        ) posted on posted.source_key = entry.key
        where posted.source_key is null
           or entry.key is null
           or posted.times > 1
           or posted.amount <> entry.bill_amount
    ) offender
"""
ANTI_JOIN = """
    select count(*) from records_timeentry entry
    where entry.system_role = 'psa' and not entry.is_deleted
      and not exists (
          select from records_projectactual actual
          where actual.source_key = entry.key and not actual.is_deleted
      )
"""


def full_join(memory: str) -> int:
    """R: how many offenders one full join finds, with so much `work_mem`."""
    return _with_memory(FULL_JOIN, memory)


def anti_join(memory: str) -> int:
    """The bare anti-join: entries without a posting, and nothing else."""
    return _with_memory(ANTI_JOIN, memory)


def reconcile(*, full: bool, later: timedelta = timedelta()) -> str:
    """The control with its items, as the pipeline runs it; gives the mode taken."""
    from opsboard.config import config
    from opsboard.controls import engine
    from opsboard.exceptions.engine.regroup import regroup
    from opsboard.exceptions.engine.settle import settle

    as_of, modes = AS_OF + later, []
    for definition in definitions():
        order = engine.Order(definition=definition, as_of=as_of, full=full)
        with engine.judging(order) as run:
            settle(run, definition, config())
        modes.append(run.mode)
    regroup(as_of, config())
    return " ".join(modes)


def judge_only(keys: Sequence[str] | None) -> float:
    """Seconds of the first control's SQL alone: in full, or fenced on these keys."""
    from opsboard.controls.judgement import fenced, question

    statement, values = question(definitions()[0], {})
    source = f"({statement})"
    if keys is not None:
        source = fenced(statement, "unnest(%(keys)s::text[]) asked (subject)")
        values = {**values, "keys": list(keys)}
    start = time.perf_counter()
    ask(f"select count(*) filter (where look_at is not null) from {source} said", values)
    return time.perf_counter() - start


def definitions() -> list:
    from opsboard.controls.catalogue import read

    return [read(path) for path in sorted(OWN.glob("*.sql"))]


def picked(count: int, of: int) -> list[int]:
    """So many entries, spread over all of them, the same every time."""
    step = of / count
    return [int(place * step) for place in range(count)]


def move(numbers: Sequence[int], version: int) -> None:
    """Load a newer version of these entries: another note, and every tenth another amount."""
    from connectors.base import Opened
    from opsboard.records.load import load

    load(_source(), [(version, Opened([_entry(number, version) for number in numbers]))], AS_OF)


@contextmanager
def memory_above_start() -> Iterator[list[float]]:
    """MiB at the peak of this process inside the block, above what it held at the beginning."""
    Path("/proc/self/clear_refs").write_text("5")
    start, found = _held("VmRSS"), []
    yield found
    found.append((_held("VmHWM") - start) / 1024)


def busy() -> float:
    """Seconds of processor so far: of this process, of its server process, and of all that worked
    for it and ended."""
    [[server]] = ask("select pg_backend_pid()")
    parent = int(_stat(server)[1])
    ticks = sum(map(int, _stat(server)[11:13])) + sum(map(int, _stat(parent)[13:15]))
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _stat(process: int) -> list[str]:
    return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()


def outcome() -> str:
    """A fingerprint of all unsettled items: two ways to the same truth must share it."""
    rows = ask(
        "select control, subject, root_entity, cause, amount_at_risk"
        " from exceptions_exceptionitem where state <> 'resolved' order by 1, 2"
    )
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def _with_memory(statement: str, memory: str) -> int:
    ask(f"set work_mem = '{memory}'")
    try:
        return ask(statement)[0][0]
    finally:
        ask("reset work_mem")


def _source():
    from opsboard.records.load import Source
    from opsboard.sync.models import Stream

    return Source(Stream.objects.get(kind="time_entry").pk, "time_entry", "psa", "psa", 0)


def _entry(number: int, version: int):
    from decimal import Decimal

    from connectors.kinds import KINDS, build

    hours, rate = Decimal(1 + number % 32) / 4, 80 + number % 240
    surcharge = version if number % 10 == 0 else 0
    return build(
        KINDS["time_entry"],
        {
            "source_id": f"T{number}",
            "source_version": version,
            "source_updated_at": AS_OF - timedelta(days=9) + timedelta(minutes=version),
            "legal_entity": "E1",
            "worker": f"W{number % 2_000}",
            "project": f"P{number % 800}",
            "work_date": (AS_OF - timedelta(days=20)).date(),
            "hours": hours,
            "billable": True,
            "note": f"version {version}",
            "approved_at": AS_OF - timedelta(days=9),
            "bill_rate": Decimal(rate),
            "bill_currency": "USD",
            "bill_amount": hours * rate + surcharge,
            "status": "approved",
        },
    )


def _held(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise LookupError(name)
