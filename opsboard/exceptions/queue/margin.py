"""The queues in the margin: those that ship with the product, one's own, and what others share."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from opsboard.exceptions.deciding.requests import may_decide
from opsboard.exceptions.models import SavedView
from opsboard.exceptions.queries import MOST_COUNTED
from opsboard.exceptions.queue.filter import QueueFilter
from opsboard.exceptions.queue.together import Asked, rows_of

# Name, choices, and whether a count above zero is loud.
READY = [
    ("Mine", {"owner": "me"}, False),
    ("My team", {"owner": "team"}, False),
    ("All open", {}, False),
    ("Blocks the close", {"state": "close"}, False),
    ("Unowned", {"owner": "nobody"}, True),
    ("Late", {"state": "late"}, True),
    ("Due today", {"state": "today"}, False),
    ("Waits for me", {"state": "mine"}, False),
    ("To decide", {"state": "decide"}, False),
    ("Waits on others", {"state": "waiting"}, False),
    ("Waits for proof", {"state": "claimed"}, False),
    ("Resolved, last 7 days", {"state": "resolved"}, False),
]
MOST_VIEWS = 6


@dataclass(slots=True)
class View:
    """A queue with a name: `query` is its address, `pk` is there when somebody keeps it.

    `count` is None while nobody has counted, and where the view means nothing any more.
    """

    name: str
    query: str
    here: bool
    # The choices it stands for.
    chosen: dict[str, str] = field(default_factory=dict)
    loud: bool = False
    pk: int | None = None
    shared: bool = False
    count: int | None = None
    # A tally told the count; else nobody counted beyond MOST_COUNTED.
    is_exact: bool = False

    @property
    def is_many(self) -> bool:
        return not self.is_exact and (self.count or 0) > MOST_COUNTED

    @property
    def alarms(self) -> bool:
        return self.loud and bool(self.count)


@dataclass(slots=True)
class Margin:
    """The views by name. Their counts are served apart from the list (`counts.py`)."""

    ready: list[View] = field(default_factory=list)
    own: list[View] = field(default_factory=list)
    shared: list[View] = field(default_factory=list)
    # What other teams asked of the reader's, and wait for.
    asked: int = 0
    # What the team is called that shares views.
    team: str = ""
    is_counted: bool = False

    def __iter__(self) -> Iterator[View]:
        yield from (*self.ready, *self.own, *self.shared)

    @property
    def groups(self) -> list[tuple[str, list[View]]]:
        kept = [("Kept by you", self.own), (f"Shared by {self.team}", self.shared)]
        return [("", self.ready), *(one for one in kept if one[1])]

    @property
    def can_keep(self) -> bool:
        return len(self.own) < MOST_VIEWS and not any(view.here for view in self)


def kept_questions(person: Any) -> dict[str, Asked]:
    """What `margin_of` must be told: the views that this reader keeps, and those of the team."""
    fields = ("id", "name", "query", "shared_with")
    views = SavedView.objects.order_by("position", "pk")
    own = views.filter(owner=person).values(*fields)[:MOST_VIEWS]
    team = views.filter(shared_with=person.team_id) if person.team_id else views.none()
    shared = team.exclude(owner=person).values(*fields)[:MOST_VIEWS]
    called = ("select to_jsonb(name) from people_team where slug = %s", [person.team_id])
    return {"own": rows_of(own), "shared": rows_of(shared), "team": called}


def margin_of(wanted: QueueFilter, kept: dict[str, Any]) -> Margin:
    here, person = wanted.query(), wanted.person
    margin = Margin(team=kept["team"] or "")
    for name, chosen, loud in READY:
        if chosen == {"owner": "team"} and not person.team_id:
            continue
        if chosen == {"state": "decide"} and not may_decide(person):
            continue
        query = "&".join(f"{key}={value}" for key, value in chosen.items())
        margin.ready.append(View(name, query, query == here, chosen, loud))
    for row in kept["own"]:
        margin.own.append(_kept(row, here))
    for row in kept["shared"]:
        margin.shared.append(_kept(row, here))
    return margin


def _kept(row: dict, here: str) -> View:
    name, query, pk = row["name"], row["query"], row["id"]
    chosen, is_shared = QueryDict(query).dict(), row["shared_with"] is not None
    return View(name, query, query == here, chosen, pk=pk, shared=is_shared)
