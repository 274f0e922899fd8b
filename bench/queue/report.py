"""The table and the bars 4a to 4d."""

from collections.abc import Iterator
from statistics import median, quantiles
from typing import Any

from bench.queue.rounds import ASSIGNED, Rounds

# Milliseconds (bar 4a).
MOST_SQL = 3


def p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def bars(sizes: list[Rounds]) -> list[dict[str, Any]]:
    large, small = sizes[-1], sizes[0]
    every = [one for seen in large.seen.values() for one in seen.sql]
    most = max(seen.statements for seen in large.seen.values())
    bare = median(large.taken["bare view"])
    page = median([one for seen in large.seen.values() for one in seen.page])
    return [
        _bar("4a SQL of a page, p95 of all, ms", p95(every), MOST_SQL),
        _bar("4a statements of a page, most", most, 3),
        _bar("4b whole page, x the bare view", page / bare, 3),
        _bar(f"4c page at {large.count:,}, x at {small.count:,}", _growth(large, small), 1.2),
        _bar("4d totals by workflow, p95, ms", p95(large.taken["totals by workflow"]), 5),
    ]


def _growth(large: Rounds, small: Rounds) -> float:
    """How much longer the same page takes, of the pages that show as many rows at both sizes."""
    alike = [
        (one, small.seen[key])
        for key, one in large.seen.items()
        if key in small.seen and one.rows == small.seen[key].rows
    ]
    return median(median(one.page) / median(other.page) for one, other in alike)


def lines(sizes: list[Rounds], verdicts: list[dict[str, Any]]) -> Iterator[str]:
    yield f"{'milliseconds, median':44}" + "".join(f"{one.count:>22,}" for one in sizes)
    for name in ("bare query", "bare view", "totals by workflow", "bare update", "bulk assign"):
        cells = [f"{median(one.taken[name]):.1f}" for one in sizes if one.taken[name]]
        title = f"{name} of {ASSIGNED:,}" if name in ("bare update", "bulk assign") else name
        yield f"{title:44}" + "".join(f"{cell:>22}" for cell in cells)
    for name in sizes[-1].apart:
        yield f"{f'{name}, apart: SQL / whole':44}" + "".join(
            f"{f'{median(one.apart[name].sql):.1f} / {median(one.apart[name].page):.1f}':>22}"
            for one in sizes
        )
    every = [one for seen in sizes[-1].seen.values() for one in seen.sql]
    over = sum(p95(seen.sql) > MOST_SQL for seen in sizes[-1].seen.values())
    yield (
        f"\nSQL of a page, median of all {median(every):.1f}; {over} of {len(sizes[-1].seen)} pages"
        f" have a p95 above {MOST_SQL}\n"
    )
    yield f"{'page: SQL p95 / whole, median, by query':52}" + "".join(
        f"{one.count:>22,}" for one in sizes
    )
    for key in sorted(sizes[-1].seen, key=lambda key: -p95(sizes[-1].seen[key].sql)):
        cells = [_cell(one, key) for one in sizes]
        yield f"{key[0] or 'all open':44}{key[1]:>8}" + "".join(f"{cell:>22}" for cell in cells)
    yield ""
    for one in verdicts:
        mark = "holds" if one["holds"] else "DOES NOT HOLD"
        yield f"{one['bar']:52}{one['reached']:>10.2f}  <= {one['limit']:<6} {mark}"
    yield from (f"FAULT at {one.count:,}: {fault}" for one in sizes for fault in one.faults)


def _cell(one: Rounds, key: tuple[str, str]) -> str:
    if key not in one.seen:
        return ""
    seen = one.seen[key]
    return f"{p95(seen.sql):.1f} / {median(seen.page):.1f}"


def _bar(name: str, value: float, limit: float) -> dict[str, Any]:
    return {"bar": name, "reached": round(value, 3), "limit": limit, "holds": value <= limit}
