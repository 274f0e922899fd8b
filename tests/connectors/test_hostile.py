"""A source without manners, met with ours."""

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from connectors.base import NeedsHuman, TryAgain
from connectors.hostile.client import MODES, Hostile
from tests.connectors.misbehaving import PARTIES


def hostile(server, mode, **settings):
    return Hostile({"base_url": server.address, "mode": mode, "timeout": 0.3, **settings})


def test_in_a_good_mood_it_tells_all_and_up_to_when(server):
    connector = hostile(server, "ok", token="t0ken")

    pages = list(connector.pull("party", ""))
    records = [one for page in pages for one in connector.open("party", page).records]

    assert len(records) == PARTIES
    assert records[0].credit_limit == Decimal("1000.10")
    assert [page.watermark for page in pages[:-1]] == [None] * (len(pages) - 1)
    assert pages[-1].watermark == datetime(2026, 7, 1, 8, tzinfo=UTC)
    assert server.headers_seen[0]["Authorization"] == "Bearer t0ken"


@pytest.mark.parametrize(
    ("mode", "error", "said"),
    [
        ("malformed", TryAgain, "is not JSON"),
        ("misshapen", TryAgain, "shape"),
        ("slow", TryAgain, "took too long"),
        ("truncated", TryAgain, "parties"),
        ("throttled", TryAgain, "429"),
        ("unauthorised", NeedsHuman, "401"),
        ("huge", NeedsHuman, "larger than"),
    ],
)
def test_each_bad_habit_becomes_one_of_our_errors(server, mode, error, said):
    more = {"max_bytes": 1_000_000}
    if mode == "slow":
        server.answers["/slow/parties"] = lambda request: time.sleep(1)

    with pytest.raises(error, match=said) as caught:
        list(hostile(server, mode, **more).pull("party", ""))

    assert "hunter2" not in str(caught.value)
    probe = hostile(server, mode, **more).probe()
    assert probe.reachable == (mode == "misshapen")


def test_a_throttled_pull_knows_how_long_to_wait(server):
    with pytest.raises(TryAgain) as caught:
        list(hostile(server, "throttled").pull("party", ""))

    assert caught.value.retry_after == timedelta(seconds=90)


def test_spoilt_rows_are_refused_and_the_others_arrive(server):
    connector = hostile(server, "spoilt")

    (page,) = connector.pull("party", "")
    opened = connector.open("party", page)

    assert [one.source_id for one in opened.records] == ["1", "4"]
    assert [one.source_id for one in opened.refused] == ["2", "3", "5", "", ""]
    assert "'yesterday' is not a time" in opened.refused[0].reason


def test_every_mode_is_one_the_settings_know(server):
    assert all(f"/{mode}/parties" in server.answers for mode in MODES)
    assert any("mode:" in said for said in Hostile.check_settings({"mode": "polite"}))


def test_a_field_can_be_called_otherwise(server):
    mapping = {"party": {"trading_name": "name"}}
    connector = hostile(server, "ok", mapping=mapping)

    page = next(connector.pull("party", ""))

    assert connector.open("party", page).records[0].trading_name == "Customer 1"
    assert connector.mapping_version("party") != hostile(server, "ok").mapping_version("party")
