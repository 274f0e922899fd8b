"""Where a pull stands, as text that sync keeps.

A pull reads the rows that changed since `since`, by ascending id. A row that changes meanwhile
stays in that set, for its stamp only moves forward; if its id was passed already, the next pull
finds it, because that one begins before this one started. So the id alone says how far we are.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.base import NeedsHuman


@dataclass(frozen=True, slots=True)
class Cursor:
    """`done` is when the last finished pull started, by Tryton's clock; the others belong to the
    pull under way, except `census`, when the ids were last compared.
    """

    done: datetime | None = None
    since: datetime | None = None
    started: datetime | None = None
    after: int = 0
    census: datetime | None = None
    listing: bool = False

    @classmethod
    def read(cls, text: str) -> "Cursor":
        if not text:
            return cls()
        try:
            told = json.loads(text)
            moments = {
                name: datetime.fromisoformat(told[name]) if told.get(name) else None
                for name in ("done", "since", "started", "census")
            }
            if any(one and one.tzinfo is None for one in moments.values()):
                raise ValueError
            return cls(**moments, after=int(told.get("after", 0)), listing=bool(told["listing"]))
        except (ValueError, TypeError, KeyError, AttributeError):
            raise NeedsHuman(
                "The cursor is not one of Tryton's", "Pull the stream again with --full."
            ) from None

    def __str__(self) -> str:
        moments = {name: getattr(self, name) for name in ("done", "since", "started", "census")}
        told = {name: one.isoformat() for name, one in moments.items() if one}
        return json.dumps({**told, "after": self.after, "listing": self.listing})

    def begin(self, now: datetime, overlap: timedelta) -> "Cursor":
        """A pull under way goes on as it began."""
        if self.started:
            return self
        since = self.done - overlap if self.done else None
        return replace(self, since=since, started=now, after=0)

    def passed(self, last: int) -> "Cursor":
        return replace(self, after=last)

    def list_next(self) -> "Cursor":
        return replace(self, listing=True)

    def finish(self, *, listed: bool) -> "Cursor":
        census = self.started if listed else self.census
        return Cursor(done=self.started, census=census)
