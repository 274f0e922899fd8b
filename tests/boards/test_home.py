"""Every number on home opens its rows, and the rows add up to it."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest

from opsboard.controls.models import Control, ControlRun
from tests.cast import DE, NOW, UK, cause, hanging, item, resolved

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def world_of_faults(helen, sofia):
    """Money of every measure, some of it shared by two causes, in three entities, some late."""
    hanging([1000, 500], legal_entity=UK, owner=helen, due_at=NOW - timedelta(hours=2))
    hanging([300], legal_entity=DE, cause="project_missing", severity=4)
    hanging([70], legal_entity="", cause="feed_stale", control="IN03", workflow="integration")
    costly = cause(cost_at_risk=400, is_estimated=True, legal_entity=UK, owner=sofia)
    item(costly, 0, cost_at_risk=400)
    wrong = cause(misstatement=900, cause="tax", legal_entity=DE, due_at=NOW - timedelta(days=1))
    item(wrong, 0, misstatement=900)
    for name in ("a", "b"):
        shared = cause(value_at_risk=250, cause=name, legal_entity=UK)
        item(shared, 250, atom="psa:SHARED")
    for number in range(8):
        hanging([number + 1], cause=f"kind_{number}", legal_entity=DE)
    for name in ("kind_0", "kind_1"):
        item(cause(value_at_risk=3, cause=name, legal_entity=DE), 3, atom="psa:SMALL")
    resolved(settled_at=NOW - timedelta(hours=3))


def plain(text):
    return re.sub(r"<[^>]+>", "", unescape(text)).replace("\xa0", "").strip()


def rows_of(body):
    """Of a queue page: number of rows, sum of the at-risk column, and what the page says of it."""
    values = re.findall(
        r'<td class="num risk"><a class="rowlink money[^"]*"[^>]*>([^<]+)</a>', body
    )
    answered = plain(re.search(r'<p class="answered".*?</p>', body, re.DOTALL)[0])
    twice = re.search(r"; (\d+) stands in more than one", answered)
    return {
        "rows": len(values),
        "sum": sum(Decimal(plain(value)) for value in values) - int(twice[1] if twice else 0),
        "value": re.search(r"value at risk (\d+)USD", answered),
        "cost": re.search(r"cost (\d+)", answered),
        "misstated": re.search(r"misstatement (\d+)", answered),
    }


def tiles_of(body):
    found = re.findall(r"<dt>([^<]+)</dt><dd><span class=.value.>(.*?)</span></dd>", body)
    links = {plain(name): re.search(r'href="([^"]+)">([\d\xa0]+)', tile) for name, tile in found}
    return {
        name: (unescape(link[1]), Decimal(plain(link[2]))) for name, link in links.items() if link
    }


def test_every_tile_equals_its_rows(read, world_of_faults, helen):
    tiles = tiles_of(read(helen, "/"))
    for name, measure in {
        "Value at risk, USD": "value",
        "Cost not recorded, USD": "cost",
        "Misstatement, USD": "misstated",
    }.items():
        address, said = tiles[name]
        rows = rows_of(read(helen, address))
        assert Decimal(rows[measure][1]) == said > 0, name
        if measure == "value":
            assert rows["sum"] == said
    for name in ("Open causes", "Late"):
        address, said = tiles[name]
        assert rows_of(read(helen, address))["rows"] == said > 0, name


def test_shared_money_counts_once(read, world_of_faults, helen):
    tiles = tiles_of(read(helen, "/"))
    assert tiles["Value at risk, USD"][1] == 1500 + 300 + 70 + 250 + 36 + 3
    assert "253 stands in more than one and counts once" in read(helen, "/").replace("&nbsp;", " ")


def test_every_entity_equals_its_rows(read, world_of_faults, helen):
    body = read(helen, "/")
    table = body[body.index('id="entities"') :]
    lines = re.findall(
        r'<tr><th scope="row" class="rowhead pin"><a href="([^"]+)">(.*?)</tr>', table
    )
    assert len(lines) == 3
    total = 0
    for address, cells in lines:
        numbers = [plain(cell) for cell in re.findall(r'<td class="num">(.*?)</td>', cells)]
        rows = rows_of(read(helen, unescape(address)))
        assert rows["rows"] == int(numbers[0])
        assert rows["sum"] == Decimal(rows["value"][1]) == Decimal(numbers[2])
        total += Decimal(numbers[2])
        if numbers[1] != "0":
            late = rows_of(read(helen, unescape(address) + "&state=late"))
            assert late["rows"] == int(numbers[1])
    assert total == tiles_of(body)["Value at risk, USD"][1]


def test_every_bar_equals_its_rows(read, world_of_faults, helen):
    body = read(helen, "/")
    figure = json.loads(re.search(r'<script id="causes-figure"[^>]*>(.*?)</script>', body)[1])
    (bars,) = figure["data"]
    assert len(bars["x"]) == 9
    assert bars["y"][0].endswith("others")
    for size, (address, opens) in zip(bars["x"], bars["customdata"], strict=True):
        rows = rows_of(read(helen, address))
        assert rows["sum"] == Decimal(str(size))
        assert opens.startswith(f"open {rows['rows']} cause")
    table = re.findall(r'<th scope="row" class="rowhead"><a href="([^"]+)">', body)
    assert [unescape(address) for address in table] == [
        address for address, _ in reversed(bars["customdata"])
    ]


def test_the_headline_names_the_sum_and_the_largest(read, world_of_faults, helen):
    headline = plain(re.search(r"<h1>(.*?)</h1>", read(helen, "/"), re.DOTALL)[1])
    assert headline.startswith("2159USD stand at risk in 17causes.")
    assert "holds most of it and is late." in headline


def test_what_waits_for_the_reader_stands_first(read, world_of_faults, helen, sofia):
    yours = cause(owner=sofia, title="Hers alone", due_at=NOW + timedelta(hours=1))
    cause(owner=sofia, title="Claimed by her", state="fix_claimed")
    body = read(sofia, "/")
    section = body[body.index('id="yours"') : body.index('id="causes"')]
    assert f'href="/exceptions/{yours.pk}/">Hers alone' in section
    assert "Claimed by her" not in section
    helens = read(helen, "/")
    assert "Hers alone" not in helens[helens.index('id="yours"') : helens.index('id="causes"')]


def test_nothing_open_is_said_only_of_what_was_checked(read, helen):
    assert "No control has run yet" in read(helen, "/")
    control = Control.objects.create(
        code="TP01", slug="x", title="x", workflow="billing", digest="x"
    )
    given = {"version": 1, "digest": "x", "mode": "full", "as_of": NOW, "started_at": NOW}
    ControlRun.objects.create(control=control, state="done", **given)
    assert "Nothing is open: every control that ran" in read(helen, "/")


def test_the_controls_tile_speaks_of_last_runs(read, helen):
    given = {"version": 1, "digest": "x", "mode": "full", "as_of": NOW}
    for code, runs in {"TP01": ["failed", "done"], "TP02": ["done", "failed"], "TP04": []}.items():
        control = Control.objects.create(
            code=code, slug=code.lower(), title="x", workflow="billing", digest="x"
        )
        for age, state in enumerate(runs):
            started = NOW - timedelta(hours=2 - age)
            ControlRun.objects.create(control=control, state=state, started_at=started, **given)
    body = plain(re.search(r"<dt>Controls run</dt>(.*?)</div>", read(helen, "/"), re.DOTALL)[1])
    assert re.sub(r"\s+", " ", body) == "1 of 31 failed; 0 not evaluated in full"


def test_home_costs_the_same_for_one_cause_and_for_fifty(
    client, helen, django_assert_max_num_queries
):
    client.force_login(helen)
    hanging([10])
    client.get("/")
    for number in range(50):
        hanging([number], cause=f"kind_{number}")
    with django_assert_max_num_queries(18):
        client.get("/")


def test_a_masked_reader_gets_numbers_of_causes_instead(read, world_of_faults, marek):
    body = read(marek, "/")
    figure = json.loads(re.search(r'<script id="causes-figure"[^>]*>(.*?)</script>', body)[1])
    assert sum(figure["data"][0]["x"]) == 17
    assert "Number of open causes" in body
