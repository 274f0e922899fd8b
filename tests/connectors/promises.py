"""What every connector promises (connectors/base.py), each as a function of a living one.

Use them for a source of your own:

    @pytest.mark.parametrize("promise", PROMISES)
    def test_it_keeps_the_promises(promise, erp):
        promise(Live(Tryton, settings, settings_of_a_dead_server))
"""

from collections.abc import Callable
from datetime import datetime

import msgspec
import pytest

from connectors.base import NeedsHuman, Page, TryAgain
from connectors.kinds import KINDS
from tests.connectors.live import Live

OURS = (TryAgain, NeedsHuman)


def settings_that_work_have_no_mistakes(live: Live) -> None:
    assert live.kind.check_settings(live.settings) == []


def nothing_at_all_is_a_list_of_mistakes(live: Live) -> None:
    mistakes = live.kind.check_settings({})
    assert mistakes
    assert all(": " in mistake for mistake in mistakes)


def every_stream_publishes_a_kind_we_know(live: Live) -> None:
    streams = live.connector.streams()
    assert streams
    assert {one.kind for one in streams} <= set(KINDS)
    assert len({one.name for one in streams}) == len(streams)


def resuming_from_any_page_skips_nothing(live: Live) -> None:
    for stream in _names(live):
        pages = _pages(live, stream)
        for place, page in enumerate(pages):
            later = _keys(live, stream, pages[place + 1 :])
            assert later <= _keys(live, stream, _pages(live, stream, page.cursor))


def ids_are_unique_in_a_page(live: Live) -> None:
    for stream in _names(live):
        for page in _pages(live, stream):
            ids = [record.source_id for record in live.connector.open(stream, page).records]
            assert len(set(ids)) == len(ids)


def times_are_aware(live: Live) -> None:
    for stream in _names(live):
        pages = _pages(live, stream)
        marks = [page.watermark for page in pages if page.watermark]
        assert marks, f"{stream}: no page moves the watermark"
        times = marks + [
            value
            for page in pages
            for record in live.connector.open(stream, page).records
            for value in msgspec.structs.asdict(record).values()
            if isinstance(value, datetime)
        ]
        assert all(one.utcoffset() is not None for one in times)


def a_page_opens_the_same_for_everybody(live: Live) -> None:
    """Kept as text, by another instance, without the source."""
    for stream in _names(live):
        for page in _pages(live, stream):
            kept = Page(page.body.decode().encode(), "", page.watermark, page.part, page.origin)
            stranger = live.kind(live.unreachable)
            assert stranger.open(stream, kept) == live.connector.open(stream, page)


def records_are_of_the_kind_the_stream_names(live: Live) -> None:
    for stream in live.connector.streams():
        for page in _pages(live, stream.name):
            for record in live.connector.open(stream.name, page).records:
                assert type(record) is KINDS[stream.kind]


def the_mapping_has_a_version(live: Live) -> None:
    for stream in _names(live):
        assert live.connector.mapping_version(stream) == live.connector.mapping_version(stream)
        assert 0 < len(live.connector.mapping_version(stream)) <= 40


def a_dead_source_is_said_in_our_words(live: Live) -> None:
    connector = live.kind(live.unreachable)
    for stream in _names(live):
        with pytest.raises(OURS):
            list(connector.pull(stream, ""))


def a_foreign_cursor_is_said_in_our_words(live: Live) -> None:
    for stream in _names(live):
        with pytest.raises(OURS):
            list(live.connector.pull(stream, "no such cursor"))


def a_foreign_page_is_said_in_our_words(live: Live) -> None:
    for stream in _names(live):
        for body in (b"", b"<html>", b"{}", b"[1, 2]", b"null", b'{"rows": 3}'):
            try:
                opened = live.connector.open(stream, Page(body, ""))
            except OURS:
                continue
            assert not opened.records


def probing_a_dead_source_says_so(live: Live) -> None:
    probe = live.kind(live.unreachable).probe()
    assert not probe.reachable
    assert probe.detail


def probing_a_living_source_says_so(live: Live) -> None:
    probe = live.connector.probe()
    assert probe.reachable, probe.detail


PROMISES: list[Callable[[Live], None]] = [
    settings_that_work_have_no_mistakes,
    nothing_at_all_is_a_list_of_mistakes,
    every_stream_publishes_a_kind_we_know,
    resuming_from_any_page_skips_nothing,
    ids_are_unique_in_a_page,
    times_are_aware,
    a_page_opens_the_same_for_everybody,
    records_are_of_the_kind_the_stream_names,
    the_mapping_has_a_version,
    a_dead_source_is_said_in_our_words,
    a_foreign_cursor_is_said_in_our_words,
    a_foreign_page_is_said_in_our_words,
    probing_a_dead_source_says_so,
    probing_a_living_source_says_so,
]


def _names(live: Live) -> list[str]:
    return [stream.name for stream in live.connector.streams()]


def _pages(live: Live, stream: str, cursor: str = "") -> list[Page]:
    return list(live.connector.pull(stream, cursor))


def _keys(live: Live, stream: str, pages: list[Page]) -> set[tuple[str, int]]:
    opened = [live.connector.open(stream, page) for page in pages]
    return {(one.source_id, one.source_version) for page in opened for one in page.records}
