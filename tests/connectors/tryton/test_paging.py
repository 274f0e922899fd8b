"""Where a pull stands, and how it goes on."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import NeedsHuman
from connectors.tryton.cursor import Cursor

STREAM = "accounting_period"
NOON = datetime(2026, 7, 2, 12, tzinfo=UTC)
MOMENTS = st.none() | st.datetimes(timezones=st.just(UTC))


def test_a_page_that_is_full_is_followed_by_another(play, tryton, period):
    first, second = [period(1), period(2)], [period(5)]
    with play(search_read=[first, second, first, second]) as script:
        pages = list(tryton(script, page_size=2).pull(STREAM, ""))

    assert [page.part for page in pages] == ["rows", "rows", "census"]
    domains = [params[0] for params in script.called("search_read")]
    assert [domain[0] for domain in domains] == [["id", ">", n] for n in (0, 2, 0, 2)]


def test_a_full_last_page_is_followed_by_an_empty_one(play, tryton, period):
    with play(search_read=[[period(1), period(2)], []]) as script:
        pages = list(tryton(script, page_size=2).pull(STREAM, ""))

    assert [page.part for page in pages] == ["rows", "rows", "census"]


def test_an_interrupted_pull_goes_on_in_its_own_window(play, tryton, period):
    rows = [[period(1), period(2)], [period(5)]]
    with play(search_read=[*rows, []]) as script:
        connector = tryton(script, page_size=2)
        first, *_ = connector.pull(STREAM, "")
        started = json.loads(first.cursor)["started"]
        script.calls.clear()
        list(connector.pull(STREAM, first.cursor))

    assert script.called("search_read")[0][0][0] == ["id", ">", 2]
    assert json.loads(first.body)["meta"]["started"] == started


def test_a_pull_killed_before_the_census_begins_with_it(play, tryton, period):
    with play(search_read=[[period(1)]]) as script:
        connector = tryton(script)
        rows, _ = connector.pull(STREAM, "")
        (census,) = connector.pull(STREAM, rows.cursor)

    assert rows.watermark is None
    assert census.part == "census"
    assert census.watermark is not None


def test_the_next_pull_asks_for_what_changed_since_a_little_before(play, tryton, period):
    with play(search_read=[[period(1)]]) as script:
        connector = tryton(script, overlap="5m")
        *_, last = connector.pull(STREAM, "")
        script.calls.clear()
        (page,) = connector.pull(STREAM, last.cursor)

    done = datetime.fromisoformat(json.loads(last.cursor)["done"])
    changed = script.called("search_read")[0][0][-1]
    since = done - timedelta(minutes=5)
    assert [clause[0] for clause in changed[1:]] == ["create_date", "write_date"]
    assert changed[1][2]["minute"] == since.minute
    assert page.watermark


def test_ids_are_compared_only_now_and_then(play, tryton, period):
    with play(search_read=[[period(1)]]) as script:
        *_, last = tryton(script).pull(STREAM, "")
        seldom = list(tryton(script).pull(STREAM, last.cursor))
        always = list(tryton(script, census_every="0s").pull(STREAM, last.cursor))

    assert [page.part for page in seldom] == ["rows"]
    assert [page.part for page in always] == ["rows", "census"]


@given(MOMENTS, MOMENTS, MOMENTS, MOMENTS, st.integers(0), st.booleans())
def test_a_cursor_comes_back_as_it_went(done, since, started, census, after, listing):
    cursor = Cursor(done, since, started, after, census, listing)

    assert Cursor.read(str(cursor)) == cursor


@pytest.mark.parametrize(
    "text",
    ["x", "[]", "{}", '"a"', '{"done": "2026-07-02", "listing": false}', '{"done": 5}', "null"],
)
def test_a_cursor_of_somebody_else_needs_a_person(text):
    with pytest.raises(NeedsHuman, match="cursor"):
        Cursor.read(text)


def test_an_overlap_reaches_back_before_the_last_start():
    cursor = Cursor(done=NOON).begin(NOON + timedelta(hours=1), timedelta(minutes=5))

    assert cursor.since == NOON - timedelta(minutes=5)
    assert cursor.begin(NOON + timedelta(hours=9), timedelta(0)) == cursor
