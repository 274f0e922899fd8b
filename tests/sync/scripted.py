"""A connector that does what a file tells it, step by step: pages, and every way to fail."""

import json
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from connectors.base import Connector, NeedsHuman, Opened, Page, Probe, Refused, Stream, TryAgain
from connectors.hostile.streams import PARTIES

STREAMS = ("party", "supplier")


class Scripted(Connector):
    slug: ClassVar[str] = "scripted"
    title: ClassVar[str] = "A source that follows a script"

    @classmethod
    def check_settings(cls, settings: Mapping[str, Any]) -> list[str]:
        return [] if "script" in settings else ["script: is missing; write the path of a script"]

    def streams(self) -> tuple[Stream, ...]:
        return tuple(Stream(name, "party") for name in STREAMS)

    def pull(self, stream: str, cursor: str) -> Iterator[Page]:
        steps = json.loads(Path(self.settings["script"]).read_text()).get(stream, [])
        for number, step in enumerate(steps):
            if number >= int(cursor or 0):
                yield self._page(step, number)

    def open(self, stream: str, page: Page) -> Opened:
        found = json.loads(page.body)
        if page.part == "census":
            return Opened([], census=found)
        read = [self._mapping(stream).read(row) for row in found]
        refused = [one for one in read if isinstance(one, Refused)]
        records = [one for one in read if not isinstance(one, Refused)]
        return Opened(records, refused, self._mapping(stream).drift(found))

    def mapping_version(self, stream: str) -> str:
        return self._mapping(stream).version

    def probe(self) -> Probe:
        if self.settings.get("is_down"):
            return Probe(reachable=False, detail="No answer.", missing=["Start the source."])
        rights = {"party": True, "supplier": False}
        return Probe(reachable=True, detail="It answers.", rights=rights)

    def _mapping(self, stream: str):
        return PARTIES.overridden(self.settings.get("mapping", {}).get(stream, {}))

    def _page(self, step: dict, number: int) -> Page:
        if "try_again" in step:
            asked = step.get("retry_after")
            raise TryAgain(step["try_again"], asked and timedelta(seconds=asked))
        if "needs_human" in step:
            raise NeedsHuman(step["needs_human"], step.get("remedy", ""))
        if "bug" in step:
            raise KeyError(step["bug"])
        time.sleep(step.get("seconds", 0))
        watermark = step.get("watermark")
        return Page(
            body=step["body"].encode() if "body" in step else json.dumps(step["rows"]).encode(),
            cursor=str(number + 1),
            watermark=datetime.fromisoformat(watermark) if watermark else None,
            part=step.get("part", "rows"),
            origin=step.get("origin", ""),
        )
