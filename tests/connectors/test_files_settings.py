"""Every mistake in the settings of a drop folder is said, all at once, with its place."""

import pytest

from connectors.files.client import Files
from tests.connectors.drop import COLUMNS


def settings(**stream):
    table = {"pattern": "time-{stamp}.csv", "columns": COLUMNS, **stream}
    return {"folder": "/exports", "streams": {"time_entry": table}}


@pytest.mark.parametrize(
    ("stream", "place"),
    [
        ({"pattern": "a/b.csv"}, "pattern"),
        ({"pattern": "{stamp}{stamp}"}, "pattern"),
        ({"pattern": 3}, "pattern"),
        ({"kind": "timesheet"}, "kind"),
        ({"format": "xml"}, "format"),
        ({"delimiter": ";;"}, "delimiter"),
        ({"delimiter": ""}, "delimiter"),
        ({"encoding": "klingon"}, "encoding"),
        ({"encoding": "base64"}, "encoding"),
        ({"decimal": ";"}, "decimal"),
        ({"decimal": ",", "thousands": ","}, "decimal"),
        ({"date": "31.12.2026"}, "date"),
        ({"instant": "noon"}, "instant"),
        ({"stamp": "noon"}, "stamp"),
        ({"as_of": "sometimes"}, "as_of"),
        ({"as_of": "stamp", "pattern": "*.csv"}, "as_of"),
        ({"snapshot": "yes"}, "snapshot"),
        ({"marker": 1}, "marker"),
        ({"settle": -1}, "settle"),
        ({"settle": True}, "settle"),
        ({"ignored": "Cost"}, "ignored"),
        ({"columns": "Id"}, "columns"),
        ({"seperator": ";"}, "seperator"),
        ({"columns": {**COLUMNS, "colour": "C"}}, "columns.colour"),
        ({"columns": {**COLUMNS, "note": {"path": "N", "via": "shout"}}}, "columns.note"),
        ({"columns": {"source_id": "Id"}}, "columns.hours"),
    ],
)
def test_each_mistake_of_a_stream_is_said_with_its_place(stream, place):
    mistakes = Files.check_settings(settings(**stream))

    assert any(one.startswith(f"streams.time_entry.{place}: ") for one in mistakes), mistakes


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"folder": ""}, "folder"),
        ({"folder": None}, "folder"),
        ({"zone": "Mars/One"}, "zone"),
        ({"zone": 1}, "zone"),
        ({"settle": "5"}, "settle"),
        ({"streams": {}}, "streams"),
        ({"streams": []}, "streams"),
        ({"streams": {"time_entry": 1}}, "streams.time_entry.pattern"),
        ({"password": "x"}, "password"),
        ({"mapping": {"invoice": {}}}, "mapping.invoice"),
        ({"mapping": {"time_entry": {"hours": {"via": "shout"}}}}, "streams.time_entry.columns"),
        ({"mapping": {"time_entry": 1}}, "streams.time_entry.columns"),
    ],
)
def test_each_mistake_of_the_connection_is_said_with_its_place(change, place):
    mistakes = Files.check_settings({**settings(), **change})

    assert any(one.startswith(place) for one in mistakes), mistakes


def test_one_mistake_does_not_hide_another():
    wrong = settings(delimiter=";;", snapshot="yes", kind="timesheet", date="x", settle=-1)

    assert len(Files.check_settings({**wrong, "zone": "Mars/One", "x": 1})) == 7


@pytest.mark.parametrize(
    "stream",
    [
        {},
        {"interval": "15m", "snapshot": True, "marker": True, "settle": 0},
        {"encoding": "cp1252", "delimiter": "\t", "decimal": ",", "thousands": "'"},
        {"pattern": "t*.jsonl.gz", "as_of": "column:exported_at", "version": "rev"},
        {"columns": {**COLUMNS, "note": {"path": "N", "default": "-", "optional": True}}},
    ],
)
def test_settings_that_work_have_no_mistakes(stream):
    assert Files.check_settings(settings(**stream)) == []


@pytest.mark.parametrize(
    ("interval", "seconds"), [("30s", 30), ("5m", 300), ("2h", 7200), ("1d", 86400), (None, 900)]
)
def test_a_stream_says_how_often_it_can_be_asked(interval, seconds):
    (stream,) = Files(settings(interval=interval, snapshot=True)).streams()

    assert stream.interval.total_seconds() == seconds
    assert (stream.name, stream.kind, stream.snapshot) == ("time_entry", "time_entry", True)
