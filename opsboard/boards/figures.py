"""Rows in, figure out. Pure: no query, no clock; colours by role name, never a hex."""

from textwrap import wrap
from typing import Any

MOST_BARS = 8
WIDTH = 26


def causes(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Horizontal bars, largest first, at most eight and "others"; every bar opens its rows.

    A line has `label`, `size`, `said` (the size in words), `groups`, `address` and `others`.
    """
    shown = list(reversed(lines))
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "x": [float(line["size"]) for line in shown],
                "y": [_wrapped(line["label"]) for line in shown],
                "text": [line["said"] for line in shown],
                "textposition": "outside",
                "cliponaxis": False,
                "customdata": [[line["address"], _open(line)] for line in shown],
                "hovertemplate": "%{y}<br>%{text}<br>%{customdata[1]}<extra></extra>",
                "marker": {"color": ["series-5" if one["others"] else "series-1" for one in shown]},
            }
        ],
        "layout": {
            "height": 48 + 34 * len(shown),
            "xaxis": {"visible": False, "rangemode": "tozero", "fixedrange": True},
            "yaxis": {"ticks": "", "ticklabelstandoff": 6, "fixedrange": True, "showgrid": False},
            "margin": {"l": 8, "r": 64, "t": 4, "b": 4},
        },
    }


def finding(lines: list[dict[str, Any]]) -> str:
    """The sentence over the figure: what stands out, else the level."""
    sizes = [float(line["size"]) for line in lines]
    if not lines or not sum(sizes):
        return "No cause holds money"
    first, share = lines[0], sizes[0] / sum(sizes)
    if len(lines) > 1 and share >= 0.3:
        return f"“{first['label']}” alone makes {share:.0%}".replace("%", "\u00a0%")
    return (
        f"{len(lines)} kinds of cause, none of them above a third"
        if len(lines) > 1
        else (f"Everything comes from “{first['label']}”")
    )


def folded(lines: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The bars that stand alone, and those that go into "others"."""
    return (lines, []) if len(lines) <= MOST_BARS + 1 else (lines[:MOST_BARS], lines[MOST_BARS:])


def _wrapped(label: str) -> str:
    """In lines short enough to leave a narrow page room for the bars."""
    return "<br>".join(wrap(label, WIDTH))


def _open(line: dict[str, Any]) -> str:
    return f"open {line['groups']} cause{'' if line['groups'] == 1 else 's'}"
