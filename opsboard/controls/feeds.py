"""The freshness gate: up to when absence is evidence (domain.md 0.2)."""

from datetime import datetime

from opsboard.controls.catalogue import Definition, Feed
from opsboard.sync.models import Stream


def watermarks(definition: Definition) -> dict[str, datetime | None]:
    """Per feed of a control, up to when all its streams are complete; None when one never was."""
    return {str(feed): watermark(feed) for feed in definition.feeds}


def watermark(feed: Feed) -> datetime | None:
    streams = Stream.objects.filter(active=True, connection__active=True, kind=feed.kind)
    if feed.role != "any":
        streams = streams.filter(connection__role=feed.role)
    marks = list(streams.values_list("watermark", flat=True))
    return min(marks) if marks and all(marks) else None


def bound(marks: dict[str, datetime | None], as_of: datetime) -> datetime | None:
    """The instant up to which a run may call something missing; None when it may not at all."""
    if not all(marks.values()):
        return None
    return min([as_of, *(mark for mark in marks.values() if mark)])
