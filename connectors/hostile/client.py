"""A plain JSON source over HTTP, whose manners are a setting.

GET {base_url}/{mode}/parties?after={cursor}
{"rows": [{…}], "next": "cursor", "as_of": "2026-07-01T08:00:00Z"}     as_of on the last page
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar

from connectors.addresses import HTTP_SETTINGS, http_mistakes
from connectors.base import Connector, NeedsHuman, Opened, Page, Probe, Refused, Stream, TryAgain
from connectors.decoding import decode_json
from connectors.hostile.streams import PARTIES
from connectors.http import Http
from connectors.mapping import Mapping as Declared
from connectors.transforms import to_instant

MODES = (
    "ok",
    "malformed",
    "misshapen",
    "spoilt",
    "slow",
    "unauthorised",
    "throttled",
    "huge",
    "truncated",
)
COMMON = frozenset(
    ("connector", "system", "role", "title", "streams", "mapping", "owner", "enabled")
)


class Hostile(Connector):
    slug: ClassVar[str] = "hostile"
    title: ClassVar[str] = "A source that misbehaves"

    @classmethod
    def check_settings(cls, settings: Mapping[str, Any]) -> list[str]:
        known = HTTP_SETTINGS | COMMON | {"mode", "token"}
        faults = [f"{name}: is not a setting of hostile" for name in settings if name not in known]
        if settings.get("mode", "ok") not in MODES:
            faults.append(f"mode: write one of {', '.join(MODES)}")
        if not isinstance(settings.get("token", ""), str):
            faults.append("token: write a text")
        overrides = settings.get("mapping", {}).get("party", {})
        faults += [f"mapping.party.{fault}" for fault in PARTIES.mistakes(overrides)]
        return faults + http_mistakes(settings)

    @cached_property
    def mapping(self) -> Declared:
        return PARTIES.overridden(self.settings.get("mapping", {}).get("party", {}))

    @cached_property
    def source(self) -> Http:
        if self.http is not None:
            return self.http
        token = self.settings.get("token", "")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return Http.from_settings(self.settings, headers=headers)

    def streams(self) -> tuple[Stream, ...]:
        return (Stream("party", "party"),)

    def pull(self, stream: str, cursor: str) -> Iterator[Page]:
        """Page by page, until the source says that it is complete."""
        address = f"{self.settings.get('mode', 'ok')}/parties"
        watermark = None
        while watermark is None:
            reply = self.source.get(address, params={"after": cursor})
            _, following, watermark = _read(reply.json(), reply.origin)
            if following == cursor and watermark is None:
                raise TryAgain(f"{reply.origin} does not come on from its own cursor")
            cursor = following
            yield Page(reply.content, cursor, watermark, origin=reply.origin)

    def open(self, stream: str, page: Page) -> Opened:
        try:
            rows, _, _ = _read(decode_json(page.body), page.origin)
        except (ValueError, TryAgain):
            raise NeedsHuman(
                f"The stored page of {page.origin} cannot be opened",
                "Pull the stream again with --full.",
            ) from None
        read = [self.mapping.read(row) for row in rows]
        refused = [one for one in read if isinstance(one, Refused)]
        records = {one.source_id: one for one in read if not isinstance(one, Refused)}
        return Opened(list(records.values()), refused, self.mapping.drift(rows))

    def mapping_version(self, stream: str) -> str:
        return self.mapping.version

    def probe(self) -> Probe:
        try:
            self.source.get(f"{self.settings.get('mode', 'ok')}/parties").json()
        except (TryAgain, NeedsHuman) as error:
            remedy = getattr(error, "remedy", "")
            missing = [remedy] if remedy else []
            return Probe(reachable=False, detail=str(error), missing=missing)
        return Probe(reachable=True, detail="It answers.", rights={"party": True})


def _read(answer: Any, origin: str) -> tuple[list[Any], str, Any]:
    """Rows, next cursor and watermark; TryAgain when the answer has another shape."""
    try:
        rows, following, as_of = answer["rows"], answer["next"], answer.get("as_of")
        if not isinstance(rows, list) or not isinstance(following, str):
            raise TypeError
        return rows, following, to_instant(as_of) if as_of else None
    except (KeyError, TypeError, AttributeError, ValueError):
        raise TryAgain(f"{origin} answered in a shape that nobody agreed on") from None
