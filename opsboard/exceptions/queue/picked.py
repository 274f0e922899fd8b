"""What a reader picked in the queue, rows or the whole filter, and what may be done to it."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from django.http import QueryDict

from opsboard.exceptions.models import Group
from opsboard.exceptions.queries import Groups, masked, name_of
from opsboard.exceptions.queue.filter import QueueFilter
from opsboard.exceptions.rights import reason_against
from opsboard.exceptions.wording import control_title
from opsboard.ui.numbers import whole

# domain.md F.3; handing over has no words that must fit each case.
MOST = {"acknowledge": 500, "assign": 10_000, "comment": 500, "claim": 500, "ask": 500}
# What is written must fit every case, so the cases are of one control (F.3).
OF_ONE_CONTROL = {"comment", "claim", "ask"}
COLUMNS = [
    "id",
    "title",
    "workflow",
    "control",
    "state",
    "severity",
    "snoozes",
    "owner_id",
    "delegate_id",
    "team_id",
    "legal_entity",
    "children",
    "project_id",
    "breached_at",
]


@dataclass(frozen=True, slots=True)
class Sorted:
    """Of what was picked: the rows an act would move, and why others stay as they are.

    `refused` is why it would move none at all.
    """

    act: str
    fits: list[SimpleNamespace]
    stays: list[tuple[str, int]]
    refused: str = ""

    @property
    def ids(self) -> list[int]:
        return [row.id for row in self.fits]


class Picked:
    """Ticked rows, or all rows of a filter; only ever what this reader may see."""

    def __init__(self, data: QueryDict, person: Any, now: Any):
        self.person = person
        self.is_all = data.get("all") == "1"
        self.query = data.get("query", "") if self.is_all else ""
        self.marked = [whole(text) for text in data.getlist("item")] if not self.is_all else []
        self.wanted = QueueFilter(QueryDict(data.get("query", "")), person, now)

    @cached_property
    def groups(self) -> Groups:
        found = Group.objects.visible_to(self.person)
        if not self.is_all:
            return found.filter(pk__in=[pk for pk in self.marked if pk])
        return self.wanted.narrow(Group.objects.all()) if self.wanted.is_valid() else found.none()

    @cached_property
    def rows(self) -> list[SimpleNamespace]:
        """One more than the most that any act takes, so that too many is told."""
        most = max(MOST.values()) + 1
        value = masked("value_at_risk", self.person)
        rows = self.groups.order_by("id").values(*COLUMNS, value=value, owner_name=name_of("owner"))
        return [SimpleNamespace(**row, owner=row["owner_name"]) for row in rows[:most]]

    @property
    def entities(self) -> set[str]:
        return {row.legal_entity for row in self.rows}

    def sorted_for(self, act: str) -> Sorted:
        if len(self.rows) > MOST[act]:
            said = f"At most {MOST[act]:,} at once; narrow the filter.".replace(",", "\u00a0")
            return Sorted(act, [], [], said)
        fits, stays = [], Counter()
        for row in self.rows:
            if reason := reason_against(act, self.person, row):
                stays[reason] += 1
            else:
                fits.append(row)
        return Sorted(act, fits, stays.most_common(), _refused(act, fits))


def _refused(act: str, fits: list[SimpleNamespace]) -> str:
    controls = sorted({row.control for row in fits})
    if act not in OF_ONE_CONTROL or len(controls) < 2:
        return ""
    named = ", ".join(control_title(code) for code in controls[:3])
    more = ", …" if len(controls) > 3 else ""
    return f"Pick cases of one control; these are of {len(controls)}: {named}{more}."
