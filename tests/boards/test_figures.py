"""Figures are pure: rows in, a dict out, colours by role name."""

import json
import re

from opsboard.boards.figures import causes, finding, folded


def line(label, size, *, others=False):
    return {
        "label": label,
        "size": size,
        "said": str(size),
        "groups": 2,
        "value": size,
        "address": f"/exceptions/?cause={label}",
        "others": others,
    }


def test_bars_run_largest_on_top_and_name_their_rows():
    bars = causes([line("a", 9), line("b", 4), line("2 others", 7, others=True)])["data"][0]
    assert bars["y"] == ["2 others", "b", "a"]
    assert bars["customdata"][-1] == ["/exceptions/?cause=a", "open 2 causes"]
    assert bars["marker"]["color"] == ["series-5", "series-1", "series-1"]


def test_no_figure_holds_a_colour_of_its_own():
    text = json.dumps(causes([line("a", 9)]))
    assert not re.search(r"#[0-9a-f]{3,8}\b|rgb|hsl|oklch", text)


def test_eight_bars_and_others_but_never_others_alone():
    assert [len(part) for part in folded([line(str(n), n) for n in range(9)])] == [9, 0]
    assert [len(part) for part in folded([line(str(n), n) for n in range(10)])] == [8, 2]


def test_the_caption_says_what_stands_out_else_the_level():
    assert finding([line("Rates", 90), line("Tax", 10)]) == "“Rates” alone makes 90\u00a0%"
    assert finding([line(str(n), 10) for n in range(5)]).startswith("5 kinds of cause")
    assert finding([line("Rates", 90)]) == "Everything comes from “Rates”"
    assert finding([]) == "No cause holds money"
