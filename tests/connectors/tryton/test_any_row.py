"""Whatever a row holds, it becomes a record or is refused."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import Page
from connectors.tryton.client import Tryton
from connectors.tryton.streams import STREAMS

PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
PARTS = ("year", "month", "day", "hour", "minute", "second", "microsecond", "seconds", "decimal")
CLASSES = ["date", "datetime", "timedelta", "Decimal", "bytes", "odd"]
TYPED = st.fixed_dictionaries(
    {"__class__": st.sampled_from(CLASSES)}, optional=dict.fromkeys(PARTS, PLAIN)
)
VALUES = st.recursive(
    PLAIN | TYPED | st.just({"__class__": "Decimal", "decimal": "NaN"}),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "code", "type", "parent.", "currency."]), inner)
    ),
    max_leaves=6,
)
META = {
    "started": "2026-07-02T12:00:00+00:00",
    "own_parties": [1, 2],
    "fx_base": "EUR",
}
MADE = {"__class__": "datetime", "year": 2026, "month": 1, "day": 2, "hour": 3, "minute": 4}
MADE |= {"second": 5, "microsecond": 6}


@pytest.mark.parametrize("stream", STREAMS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_row_breaks_the_opening(stream, data):
    names = {name.partition(".")[0] + "." * ("." in name) for name in STREAMS[stream].asked}
    row = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(sorted(names), VALUES)))
    row = data.draw(st.sampled_from([row, {"id": 7, "create_date": MADE, **row}, [row]]))
    body = json.dumps({"meta": META, "reply": {"result": [row]}}).encode()

    opened = Tryton({}).open(stream, Page(body, ""))

    assert len(opened.records) + len(opened.refused) == 1
