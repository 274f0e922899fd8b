"""What every page of opsboard carries besides its own matter: masthead, dateline, theme."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from opsboard import clock
from opsboard.config import config
from opsboard.ui.freshness import Freshness, freshness
from opsboard.ui.words import ROLE_WORDS, role_place

# The floor imports no room: the dateline asks the tables in one statement of its own.
STATEMENT = (Path(__file__).parent / "sql" / "sheet.sql").read_text()
ROOMS = {
    "today": ("Today", "boards:today"),
    "exceptions": ("Exceptions", "exceptions:queue"),
    "statements": ("Statements", "statements:overview"),
    "systems": ("Systems", "sync:systems"),
    "controls": ("Controls", "controls:catalogue"),
    "matches": ("Matches", "records:matches"),
}
THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Room:
    slug: str
    title: str
    url_name: str
    key: int
    here: bool


@dataclass(frozen=True, slots=True)
class Feed:
    """One system in the dateline: as fresh as its slowest stream."""

    slug: str
    label: str
    freshness: Freshness
    stopped: bool


class Sheet:
    """Asked only for what a template shows: a part of a page costs no dateline."""

    def __init__(self, request: HttpRequest):
        self.request = request
        self.now: datetime = clock.now()

    @cached_property
    def person(self):
        user = getattr(self.request, "user", None)
        return user if user and user.is_authenticated else None

    @cached_property
    def zone(self) -> ZoneInfo:
        return self.person.place if self.person else config().firm.zone

    @property
    def firm(self) -> str:
        return config().firm.name

    @property
    def currency(self) -> str:
        return config().firm.group_currency

    @property
    def made_up(self) -> str:
        """For the readers of a demonstration: how time passes there. Empty for a real firm."""
        return clock.how_it_passes() if settings.DEMO and clock.is_made_up() else ""

    @property
    def theme(self) -> str:
        """`light` or `dark` when the reader chose; empty follows the system."""
        theme = self.request.COOKIES.get("theme", "")
        return theme if theme in THEMES else ""

    @property
    def keys(self) -> bool:
        """Single-letter keys can be switched off (WCAG 2.1.4)."""
        return self.request.COOKIES.get("keys") != "off"

    @cached_property
    def rooms(self) -> list[Room]:
        if not self.person or not self.person.rights:
            return []
        open_to = self.person.rights.rooms
        names = [name for name in ROOMS if name in open_to]
        return [
            Room(name, *ROOMS[name], key=key, here=self._is_in(ROOMS[name][1]))
            for key, name in enumerate(names, start=1)
        ]

    @property
    def room_slugs(self) -> set[str]:
        return {room.slug for room in self.rooms}

    def _is_in(self, url_name: str) -> bool:
        match = self.request.resolver_match
        return bool(match) and match.namespace == url_name.partition(":")[0]

    @cached_property
    def _rows(self) -> list[dict]:
        entities = list(self.person.entities) if self.person else []
        with connection.cursor() as cursor:
            cursor.execute(STATEMENT, {"entities": entities})
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    @property
    def open_groups(self) -> int | None:
        """None for a reader who may not know how much there is beside the own work."""
        if self.person and self.person.rights and not self.person.rights.reads_others:
            return None
        return self._rows[0]["open_groups"]

    @cached_property
    def feeds(self) -> list[Feed]:
        rows = [row for row in self._rows if row["slug"]]
        systems = [list(streams) for _, streams in groupby(rows, key=itemgetter("slug"))]
        systems.sort(key=lambda streams: role_place(streams[0]["role"]))
        roles = [streams[0]["role"] for streams in systems]
        return [self._feed(streams, roles) for streams in systems]

    def _feed(self, streams: list[dict], roles: list[str]) -> Feed:
        first = streams[0]
        label = ROLE_WORDS.get(first["role"], first["title"])
        if roles.count(first["role"]) > 1:
            label = first["title"]
        each = [freshness(row["watermark"], row["interval"], self.now) for row in streams]
        # A stream never read is further behind than any that was.
        worst = max(each, key=lambda one: (one.behind is None, one.share))
        stopped = any(row["state"] == "stopped" for row in streams)
        return Feed(first["slug"], label, worst, stopped)


def sheet(request: HttpRequest) -> dict[str, Sheet]:
    return {"sheet": Sheet(request)}
