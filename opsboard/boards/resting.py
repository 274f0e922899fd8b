"""What a statement rests on: how far its feeds are complete, and when its controls last ran."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max

from opsboard.controls.models import ControlRun

FEEDS = """
-- How far each feed of a statement is complete: the slowest of the systems that publish it.
select feed.system_role, feed.kind, min(feed.watermark) as watermark,
    bool_or(feed.watermark is null) as is_waiting
from feed
where feed.system_role || '.' || feed.kind = any(%(feeds)s)
   or 'any.' || feed.kind = any(%(feeds)s)
group by feed.system_role, feed.kind
order by feed.system_role, feed.kind
"""


def feeds_of(feeds: tuple[str, ...]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(FEEDS, {"feeds": list(feeds)})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def judged_at() -> datetime | None:
    """The instant that the controls were last asked about; None before they ever ran."""
    done = ControlRun.objects.filter(state=ControlRun.State.DONE)
    return done.aggregate(last=Max("as_of"))["last"]
