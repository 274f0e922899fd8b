"""The table and the bars, from the rounds of every size."""

from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from bench.controls.asking import MEMORIES
from bench.controls.rounds import KEYS, MANY, Rounds

TITLES = {
    **{f"R {memory}": f"R: one full join, work_mem {memory}" for memory in MEMORIES},
    "anti-join": "bare anti-join, one rule of four",
    "full": "opsboard, in full, items stored",
    "full again": "opsboard, in full, nothing new",
    "sql in full": "the control's SQL, in full",
    "sql, 1 keys": "the control's SQL, one key",
    f"sql, {KEYS:,} keys": f"the control's SQL, {KEYS:,} keys",
    "changed, end to end": f"opsboard, {KEYS:,} changed, loaded and settled",
    **{f"changed {keys:,}": f"opsboard, {keys:,} changed, judged and settled" for keys in MANY},
    **{f"in full {keys:,}": f"opsboard, {keys:,} changed, asked in full" for keys in MANY},
    "polars": "Polars join after fetch (ADBC)",
    "duckdb": "DuckDB over Arrow, fetch counted",
    "datacompy": "datacompy (Polars), fetch counted",
    "reladiff hashdiff": "reladiff hashdiff, one rule",
    "reladiff joindiff": "reladiff joindiff, one rule",
}


def best_join(found: Rounds) -> float:
    """R at its best setting."""
    return min(median(found.seconds[f"R {memory}"]) for memory in MEMORIES)


def lines(sizes: list[Rounds], verdicts: list[dict[str, Any]]) -> Iterator[str]:
    yield from _table("seconds (x R)", sizes, _cell)
    yield from _table("seconds of processor (x that of R)", sizes, _busy_cell)
    yield f"{'MiB of the client above its start':48}"
    for name in sorted({name for one in sizes for name in one.mib}):
        cells = [f"{one.mib[name]:,.0f}" if name in one.mib else "" for one in sizes]
        yield f"{name:48}" + "".join(f"{cell:>24}" for cell in cells)
    yield ""
    for one in sizes:
        for keys, modes in one.modes.items():
            yield f"{one.count:,} entries, {keys:,} changed: judged {modes}"
    yield ""
    for one in verdicts:
        sign = ">=" if one["least"] else "<="
        mark = "holds" if one["holds"] else "DOES NOT HOLD"
        yield f"{one['bar']:58}{one['reached']:>10.3f}  {sign} {one['limit']:<6} {mark}"
    yield from (f"FAULT at {one.count:,}: {fault}" for one in sizes for fault in one.faults)


def _table(title: str, sizes: list[Rounds], cell: Callable[[Rounds, str], str]) -> Iterator[str]:
    yield f"{title:48}" + "".join(f"{one.count:>24,}" for one in sizes)
    for name, told in TITLES.items():
        cells = [cell(one, name) for one in sizes]
        if any(cells):
            yield f"{told:48}" + "".join(f"{one:>24}" for one in cells)
    yield ""


def bars(sizes: list[Rounds]) -> list[dict[str, Any]]:
    """Every bar that these sizes can show, as the median of the rounds."""
    found = []
    for one in sizes:
        found += list(_of_one(one))
    by_count = {one.count: one for one in sizes}
    if {1_000_000, 4_000_000} <= by_count.keys():
        found += list(_of_growth(by_count[1_000_000], by_count[4_000_000]))
    if len(sizes) > 1:
        ratio = sizes[-1].mib["opsboard"] / max(sizes[0].mib["opsboard"], 1)
        found.append(_bar("2c client memory, largest x smallest", ratio, 1.2))
    return found


def _of_one(one: Rounds) -> Iterator[dict[str, Any]]:
    at, full = f"at {one.count:,}", median(one.seconds["full"])
    yield _bar(f"2a in full with items, x R, {at}", full / best_join(one), 2)
    for peer, least in (
        ("datacompy", 2),
        ("reladiff hashdiff", 2),
        ("reladiff joindiff", 1.5),
        ("duckdb", 1),
    ):
        if peer in one.seconds:
            ratio = median(one.seconds[peer]) / full
            yield _bar(f"2b times faster than {peer}, {at}", ratio, least, up=True)
    in_full, some = median(one.seconds["sql in full"]), median(one.seconds[f"sql, {KEYS:,} keys"])
    if in_full >= 2:
        yield _bar(f"3a {KEYS:,} keys, x the SQL in full, {at}", some / in_full, 0.02)
    whole = median(one.seconds["changed, end to end"]) / full
    yield _bar(f"3b {KEYS:,} changed end to end, x in full, {at}", whole, 0.1)
    for keys in MANY:
        if f"changed {keys:,}" in one.seconds:
            ratio = median(one.seconds[f"changed {keys:,}"]) / median(
                one.seconds[f"in full {keys:,}"]
            )
            yield _bar(f"3d {keys:,} changed, x asked in full, {at}", ratio, 1.2)


def _of_growth(small: Rounds, large: Rounds) -> Iterator[dict[str, Any]]:
    from math import log

    grown = median(large.seconds["full"]) / median(small.seconds["full"])
    yield _bar("2c growth exponent, 1 M to 4 M", log(grown) / log(4), 1.1)
    name = f"sql, {KEYS:,} keys"
    ratio = median(large.seconds[name]) / median(small.seconds[name])
    yield _bar(f"3a {KEYS:,} keys at 4 M, x at 1 M", ratio, 1.5)


def _cell(one: Rounds, name: str) -> str:
    if name not in one.seconds:
        return ""
    seconds = median(one.seconds[name])
    return f"{seconds:,.3f} ({seconds / best_join(one):.2f})"


def _busy_cell(one: Rounds, name: str) -> str:
    if name not in one.busy:
        return ""
    seconds = median(one.busy[name])
    join = min(median(one.busy[f"R {memory}"]) for memory in MEMORIES)
    return f"{seconds:,.2f} ({seconds / join:.2f})"


def _bar(name: str, value: float, limit: float, *, up: bool = False) -> dict[str, Any]:
    holds = value >= limit if up else value <= limit
    return {"bar": name, "reached": round(value, 4), "limit": limit, "least": up, "holds": holds}
