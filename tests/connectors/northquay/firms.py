"""A tiny firm's connections, and what they have told of it."""

from connectors.northquay.client import Northquay
from connectors.northquay.holdings import HOLDINGS

TINY = {"size": "tiny", "page_size": 200}


def connection(system, **settings):
    return Northquay({"system": system, **TINY, **settings})


class Reader:
    """Pulls every stream of every system from its own cursor on, and keeps what it was told."""

    def __init__(self, **settings):
        self.settings = settings
        self.cursors = {}
        self.held = {}

    def pull(self):
        """One round; gives how many records were told anew or again."""
        told = 0
        for system, kinds in HOLDINGS.items():
            connector = connection(system, **self.settings)
            for kind in kinds:
                told += self._stream(connector, system, kind)
        return told

    def versions(self):
        return {key: record.source_version for key, record in self.held.items()}

    def _stream(self, connector, system, kind):
        told = 0
        for page in connector.pull(kind, self.cursors.get((system, kind), "")):
            self.cursors[system, kind] = page.cursor
            opened = connector.open(kind, page)
            assert not opened.refused, opened.refused[0]
            assert not opened.drift
            for record in opened.records:
                self._keep((system, kind, record.source_id), record)
                told += 1
        return told

    def _keep(self, key, record):
        known = self.held.get(key)
        if known is None or record.source_version >= known.source_version:
            self.held[key] = record
