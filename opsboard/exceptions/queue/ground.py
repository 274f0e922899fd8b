"""What a page of the queue must know before its filter can be read: one statement for all of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F

from opsboard.clock import now
from opsboard.exceptions import own_projects
from opsboard.exceptions.deciding import requests
from opsboard.exceptions.models import Group
from opsboard.exceptions.queue.search import MOST_FOUND, found_sql
from opsboard.exceptions.queue.together import ask_together, rows_of
from opsboard.people import absences
from opsboard.records.models import Entity

# A board's "others" names at most so many; of more the rest means nothing here.
MOST_CAUSES = 60


@dataclass(frozen=True, slots=True)
class Ground:
    """`found` are the groups of items that are called as `sought`."""

    entities: list[str] = field(default_factory=list)
    causes: list[str] = field(default_factory=list)
    sought: str = ""
    found: list[int] = field(default_factory=list)

    def found_for(self, text: str) -> list[int] | None:
        """None when nobody has looked for these words."""
        return self.found if text == self.sought else None

    @property
    def too_many(self) -> bool:
        """More records are called so than are looked through."""
        return len(self.found) > MOST_FOUND


def ground_of(person: Any, data: Mapping[str, str]) -> Ground:
    sought = (data.get("q") or "").strip()
    asked = {}
    if not person.entities:
        asked["entities"] = rows_of(_entities(data.get("entity") or "", person))
    if data.get("cause"):
        asked["causes"] = rows_of(_causes(data["cause"].split(","), person))
    if sought and sought.isprintable():
        sql, given = found_sql(sought)
        asked["found"] = (f"to_jsonb(({sql}))", given)
    if own_projects.is_bound(person) and not own_projects.is_read(person):
        asked["projects"] = own_projects.asked(person)
    if not hasattr(person, "_places"):
        asked["away"] = rows_of(absences.around(person, now()))
    known = ask_together(asked)
    if "away" in known:
        requests.keep_places(person, known["away"])
    if "projects" in known:
        own_projects.keep(person, known["projects"])
    return Ground(
        entities=[one["code"] for one in known.get("entities", [])],
        causes=[one["cause"] for one in known.get("causes", [])],
        sought=sought,
        found=known.get("found") or [],
    )


def _causes(asked: list[str], person: Any) -> Any:
    """Those of them that this reader has a cause of: one look at an index for each."""
    visible = Group.objects.visible_to(person).order_by()
    first, *more = [
        visible.filter(cause=cause).values("cause")[:1]
        for cause in asked[:MOST_CAUSES]
        if cause.isprintable()
    ] or [visible.none().values("cause")]
    return first.union(*more) if more else first


def _entities(asked: str, person: Any) -> Any:
    """The codes that records know, and one that only a group carries, when it is asked for."""
    codes = Entity.objects.filter(kind="legal_entity").exclude(code="").order_by().values("code")
    if not (asked and asked.isprintable()):
        return codes.order_by("code").distinct()
    groups = Group.objects.visible_to(person).filter(legal_entity=asked)
    carried = groups.order_by().values(code=F("legal_entity"))[:1]
    return codes.union(carried).order_by("code")
