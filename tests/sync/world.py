"""A small deployment for the tests of sync: one firm, one source that follows a script."""

import json
from datetime import UTC, datetime

from opsboard.sync.models import Stream
from opsboard.sync.pages import mark_loaded, open_pages
from opsboard.sync.sources import opened

FIRM = """
[firm]
name = "Northquay"
group_currency = "GBP"
zone = "Europe/London"

[team.support]
name = "Support"

[[owner]]
team = "support"
"""
NOON = datetime(2026, 7, 2, 12, tzinfo=UTC)


def party(number, *, version=1, **changes):
    """A vendor's row of a customer; `version` is the day of its last change."""
    return {
        "id": number,
        "code": f"C{number:03}",
        "name": f"Customer {number}",
        "changed_at": f"2026-06-{version:02}T10:00:00+00:00",
        "state": "open",
        **changes,
    }


class Source:
    """A scripted source: what it will say, and the stream that asks it."""

    def __init__(self, script):
        self.script = script
        self.steps = {}

    def says(self, *steps, stream="party"):
        self.steps[stream] = list(steps)
        self.script.write_text(json.dumps(self.steps))

    def stream(self, name="party"):
        return Stream.objects.get(connection_id="crm", name=name)

    def load(self, stream=None, at=NOON, **counts):
        """Open what is stored and mark it loaded, as the pipeline does; what was opened."""
        stream = stream or self.stream()
        with opened(stream.connection) as connector:
            batch = list(open_pages(stream, connector))
            mark_loaded(stream, batch, connector=connector, at=at, **counts)
        return [found for _, found in batch]


def scripted(script, more=""):
    return f"""
[connection.crm]
connector = "scripted"
system = "crm"
role = "crm"
script = "{script}"
{more}
"""
