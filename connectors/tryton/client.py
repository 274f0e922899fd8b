"""Tryton 8 as a connector: one login, every stream by change stamp, deletes by comparing ids."""

import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar

from connectors.base import Connector, NeedsHuman, Opened, Page, Probe, Stream, TryAgain
from connectors.http import Http
from connectors.mapping import Mapping as Declaration
from connectors.tryton.declaring import Declared
from connectors.tryton.opening import open_census, open_rows
from connectors.tryton.probing import probe
from connectors.tryton.pulling import Puller
from connectors.tryton.rpc import Session
from connectors.tryton.settings import LARGEST_PAGE, duration, mistakes
from connectors.tryton.streams import STREAMS

# Seconds. Tryton gives a request up after 60, and takes 30 to say that a database is unknown.
PATIENCE = 65.0


class Tryton(Connector):
    slug: ClassVar[str] = "tryton"
    title: ClassVar[str] = "Tryton"

    @classmethod
    def check_settings(cls, settings: Mapping[str, Any]) -> list[str]:
        return mistakes(settings)

    def streams(self) -> tuple[Stream, ...]:
        return tuple(Stream(one.name, one.name, interval=one.interval) for one in STREAMS.values())

    def pull(self, stream: str, cursor: str) -> Iterator[Page]:
        """Rows come by id rather than by age: Tryton cannot sort by its two stamps at once."""
        session = self._session()
        puller = Puller(
            session,
            _declared(stream),
            size=self.settings.get("page_size", LARGEST_PAGE),
            overlap=duration(self.settings, "overlap"),
            census_every=duration(self.settings, "census_every"),
            fx_base=self.settings.get("fx_base", ""),
        )
        try:
            yield from puller.pages(cursor)
        finally:
            session.close()

    def open(self, stream: str, page: Page) -> Opened:
        if page.part == "census":
            return open_census(page)
        return open_rows(_declared(stream), self.mapping(stream), self.entry_pattern, page)

    def mapping_version(self, stream: str) -> str:
        whole = f"{self.mapping(stream).version} {self.entry_pattern}"
        return hashlib.sha256(whole.encode()).hexdigest()[:12]

    def probe(self) -> Probe:
        session = self._session()
        try:
            return probe(session)
        except (TryAgain, NeedsHuman) as error:
            remedy = getattr(error, "remedy", "")
            missing = [remedy] if remedy else []
            return Probe(reachable=False, detail=str(error), missing=missing)
        finally:
            session.close()

    def link(self, kind: str, source_id: str) -> str | None:
        """The record in Tryton's web client, where a person is signed in as themselves."""
        if kind not in STREAMS or not source_id.isdigit():
            return None
        base = self.settings["base_url"].rstrip("/")
        return f"{base}/#{self.settings['database']}/model/{STREAMS[kind].model}/{source_id}"

    def mapping(self, stream: str) -> Declaration:
        overrides = self.settings.get("mapping", {}).get(stream, {})
        return _declared(stream).mapping.overridden(overrides)

    @property
    def entry_pattern(self) -> str:
        return self.settings.get("entry_pattern", "")

    @cached_property
    def _source(self) -> Http:
        if self.http is not None:
            return self.http
        patient = {"timeout": PATIENCE, **self.settings}
        return Http.from_settings(patient, secrets=(self.settings["password"],))

    def _session(self) -> Session:
        where = (self.settings[name] for name in ("database", "login", "password"))
        return Session(self._source, *where)


def _declared(name: str) -> Declared:
    if name not in STREAMS:
        raise NeedsHuman(f"Tryton has no stream {name}", f"Write one of {', '.join(STREAMS)}.")
    return STREAMS[name]
