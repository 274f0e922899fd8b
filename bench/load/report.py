"""The table and the bars, from the timings of a run."""

from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from bench.load.contenders import PHASES
from bench.load.place import Timed

Times = dict[str, dict[str, list[Timed]]]
HEADS = ("first load", "same again", "1 % changed")
TITLES = {
    "COPY": "COPY of finished rows, all indexes",
    "L": "L: stage, upsert; all indexes",
    "L'": "L': stage, insert what differs; all indexes",
    "L, key alone": "L with the key as only index",
    "L', key alone": "L' with the key as only index",
    "opsboard": "opsboard: pages to rows, change log",
    "opsboard, few": "opsboard, as many rows as the peers",
    "opsboard, mapped": "opsboard, rows through a mapping",
    "bulk_create": "Django bulk_create(update_conflicts)",
    "dlt documented": "dlt merge as documented",
    "dlt best": "dlt upsert, Arrow, csv",
}


def summary(times: Times) -> dict[str, Any]:
    """Medians by contender and phase: seconds, rows per second, WAL."""
    return {
        name: {phase: _middle(found) for phase, found in phases.items()}
        for name, phases in times.items()
    }


def bars(times: Times, memory: dict[int, float], count: int) -> list[dict[str, Any]]:
    """Each bar with what was reached, as the median of the ratios within each round."""
    limit = 1.6 if count <= 100_000 else 1.8
    found = [
        _bar("1a first load, x L", _ratio(times, "opsboard", "L", "first"), limit),
        _bar("1b same again, x L'", _ratio(times, "opsboard", "L'", "again"), 2),
        _bar("1b same again, WAL of the table", _wal(times, "again"), 0),
        _bar("1b 1 % changed, x L'", _ratio(times, "opsboard", "L'", "changed"), 2),
    ]
    for phase, limits in (("first", (8, 2, 3.5)), ("again", (12, 3, 6))):
        for peer, least in zip(("dlt documented", "dlt best", "bulk_create"), limits, strict=True):
            if peer in times:
                value = _slower(times, peer, "opsboard, few", phase)
                found.append(_bar(f"1c {phase}, times faster than {peer}", value, least, up=True))
    if memory:
        found.append(_bar("1d client memory, MiB", max(memory.values()), 64))
    return found


def lines(times: Times, verdicts: list[dict[str, Any]], memory: dict[int, float]) -> Iterator[str]:
    yield from _table(times, "rows/s (x the time of L, or of L' beside it)", _rate)
    yield from _table(times, "processor us/row, client and server (x L, L')", _busy)
    yield from _table(times, "MiB of WAL (of the table itself)", _wal_of)
    for count, size in memory.items():
        yield f"client memory above start-up, {count:,} rows: {size:.0f} MiB"
    yield ""
    for one in verdicts:
        sign = ">=" if one["least"] else "<="
        mark = "holds" if one["holds"] else "DOES NOT HOLD"
        yield f"{one['bar']:48}{one['reached']:>10.2f}  {sign} {one['limit']:<6} {mark}"


def _table(times: Times, title: str, cell: Callable[[Times, str, str], str]) -> Iterator[str]:
    yield f"{title:48}" + "".join(f"{one:>20}" for one in HEADS)
    for name, phases in times.items():
        cells = [cell(times, name, phase) if phase in phases else "" for phase in PHASES]
        if any(cells):
            yield f"{TITLES[name]:48}" + "".join(f"{one:>20}" for one in cells)
    yield ""


def _rate(times: Times, name: str, phase: str) -> str:
    rate = median(one.rows / one.seconds for one in times[name][phase])
    return f"{rate:,.0f} ({_ratio(times, name, _floor(phase), phase):.2f})"


def _busy(times: Times, name: str, phase: str) -> str:
    found = times[name][phase]
    if any(one.busy is None for one in found):
        return ""
    each = median(one.busy / one.rows for one in found) * 1_000_000
    return f"{each:,.1f} ({_busy_ratio(times, name, _floor(phase), phase):.2f})"


def _floor(phase: str) -> str:
    return "L" if phase == "first" else "L'"


def _wal_of(times: Times, name: str, phase: str) -> str:
    found = times[name][phase]
    if not any(one.wal for one in found):
        return ""
    own = [one.wal_of_table for one in found if one.wal_of_table is not None]
    mine = f" ({median(own) / 2**20:.2f})" if own else ""
    return f"{median(one.wal for one in found) / 2**20:,.1f}{mine}"


def _middle(found: list[Timed]) -> dict[str, Any]:
    own = [one.wal_of_table for one in found if one.wal_of_table is not None]
    return {
        "seconds": [round(one.seconds, 3) for one in found],
        "processor_seconds": [one.busy for one in found],
        "rows": found[0].rows,
        "rows_per_second": round(median(one.rows / one.seconds for one in found)),
        "wal_bytes": median(one.wal for one in found),
        "wal_bytes_of_table": median(own) if own else None,
    }


def _ratio(times: Times, name: str, floor: str, phase: str) -> float:
    """How many times the floor's time per row, round by round."""
    pairs = zip(times[name][phase], times[floor][phase], strict=False)
    return median((one.seconds / one.rows) / (other.seconds / other.rows) for one, other in pairs)


def _slower(times: Times, name: str, other: str, phase: str) -> float:
    """How many times the other's time per row, median against median: they take turns."""
    each, beside = (
        median(one.seconds / one.rows for one in times[who][phase]) for who in (name, other)
    )
    return each / beside


def _busy_ratio(times: Times, name: str, floor: str, phase: str) -> float:
    pairs = zip(times[name][phase], times[floor][phase], strict=False)
    return median((one.busy / one.rows) / (other.busy / other.rows) for one, other in pairs)


def _wal(times: Times, phase: str) -> float:
    return max(one.wal_of_table or 0 for one in times["opsboard"][phase])


def _bar(name: str, value: float, limit: float, *, up: bool = False) -> dict[str, Any]:
    holds = value >= limit if up else value <= limit
    return {
        "bar": name,
        "reached": round(value, 2),
        "limit": limit,
        "least": up,
        "holds": holds,
    }
