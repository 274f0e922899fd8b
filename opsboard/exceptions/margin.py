"""The queues in the margin: those that ship with the product, one's own, and what others share."""

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from opsboard.controls.catalogue import catalogue
from opsboard.exceptions.filter import QueueFilter
from opsboard.exceptions.models import Group, SubTask
from opsboard.exceptions.models.group import LATE
from opsboard.exceptions.queries import MOST_COUNTED, Groups
from opsboard.exceptions.tallies import Where, counts_of, told_by, told_of_late, told_of_mine
from opsboard.exceptions.together import Asked, count_of

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
    ("Waits on others", {"state": "waiting"}, False),
    ("Waits for proof", {"state": "claimed"}, False),
    ("Resolved, last 7 days", {"state": "resolved"}, False),
]


@dataclass(slots=True)
class View:
    """A queue with a name: `query` is its address, `pk` is there when somebody keeps it."""

    name: str
    query: str
    here: bool
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
    """The views, and the questions whose answers are their counts."""

    ready: list[View] = field(default_factory=list)
    own: list[View] = field(default_factory=list)
    shared: list[View] = field(default_factory=list)
    tallied: list[tuple[View, Where]] = field(default_factory=list)
    counted: dict[str, tuple[View, list[Groups]]] = field(default_factory=dict)
    team: str | None = None
    # What other teams asked of the reader's, and wait for.
    asked: int = 0

    def questions(self) -> dict[str, Asked]:
        found = {"tally": counts_of([where for _, where in self.tallied])}
        if self.team:
            found["asked"] = count_of(
                SubTask.objects.for_team(self.team).unanswered(), MOST_COUNTED
            )
        for name, (_, sets) in self.counted.items():
            for number, groups in enumerate(sets):
                found[f"{name}.{number}"] = count_of(groups, MOST_COUNTED)
        return found

    def take(self, answers: dict[str, Any]) -> None:
        self.asked = answers.get("asked", 0)
        for (view, _), count in zip(self.tallied, answers["tally"], strict=True):
            view.count, view.is_exact = int(count), True
        for name, (view, sets) in self.counted.items():
            found = sum(answers[f"{name}.{number}"] for number in range(len(sets)))
            view.count = found + (view.count or 0)
            view.is_exact = view.is_exact and found <= MOST_COUNTED

    def add(self, view: View, wanted: QueueFilter) -> View:
        """Decide how this view is counted."""
        where = told_by(wanted.cleaned_data, wanted.person, catalogue())
        asked, person = wanted.cleaned_data, wanted.person
        mine = told_of_mine(asked, person)
        late = told_of_late(asked, person, catalogue())
        if where is not None:
            self.tallied.append((view, where))
        elif mine is not None or late is not None:
            # The tally holds most of it: what the team has not given out, or was seen to be late.
            self.tallied.append((view, mine or late))
            groups = wanted.narrow(Group.objects.all())
            rest = groups.owned_by(person) if mine else groups.filter(awaited_at__lt=wanted.now)
            self.counted[f"view{len(self.counted)}"] = (view, [rest])
        else:
            groups = wanted.narrow(Group.objects.all())
            self.counted[f"view{len(self.counted)}"] = (view, parts_of(groups, wanted))
        return view


def parts_of(groups: Groups, wanted: QueueFilter) -> list[Groups]:
    """What is late is found in two places: the engine has seen it, or will when it next looks."""
    if wanted.cleaned_data["state"] == "resolved":
        return [groups.order_by("-settled_at", "-id")]
    if wanted.cleaned_data["state"] == "today":
        return [groups.order_by("due_on", "-value_at_risk", "id")]
    if wanted.cleaned_data["state"] != "late":
        return [groups]
    return [groups.filter(due_on=LATE), groups.filter(awaited_at__lt=wanted.now)]


def margin_of(wanted: QueueFilter) -> Margin:
    margin, person = Margin(team=wanted.person.team_id), wanted.person
    here = wanted.query()
    for name, chosen, loud in READY:
        if chosen == {"owner": "team"} and not person.team_id:
            continue
        view = wanted.other(chosen)
        query = view.query()
        margin.ready.append(margin.add(View(name, query, query == here, loud), view))
    for row in wanted.ground.own:
        shared = row["shared_with"] is not None
        margin.own.append(_kept(row, margin, wanted, here, shared=shared))
    for row in wanted.ground.shared:
        margin.shared.append(_kept(row, margin, wanted, here, shared=True))
    return margin


def _kept(row: dict, margin: Margin, wanted: QueueFilter, here: str, *, shared: bool) -> View:
    """A view that means nothing any more, as of an entity that is gone, has no count."""
    view = View(row["name"], row["query"], row["query"] == here, pk=row["id"], shared=shared)
    read = wanted.other(QueryDict(row["query"]).dict())
    return margin.add(view, read) if read else view
