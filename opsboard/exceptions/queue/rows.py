"""The rows of the queue as markup: the template is read once for rows alike, the words are each
row's own.

A template looks up and escapes every word anew; with fifty rows of forty words that was half of the
time of a page. `_row.html` says how a row looks. It is rendered once per `Shape` in a process, with
marks where the words go, and each row fills them.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from opsboard.exceptions.queue.together import Asked
from opsboard.exceptions.rights import reason_against
from opsboard.exceptions.states import SETTLED, State
from opsboard.exceptions.wording import control_title, next_step, standing
from opsboard.ui import cells, words
from opsboard.ui.templatetags import board

# The acts that a row offers; all others stand on its page.
ON_A_ROW = ("acknowledge", "assign", "claim", "comment", "ask")
NEW = {State.NEW, State.REOPENED}
# Stands in no text of PostgreSQL's, so no word can be taken for a mark.
MARK = "\x00"
WORDS = [
    *("id", "url", "title", "severity", "entity", "control", "records"),
    *("value", "cost", "misstated", "due_class", "due", "state", "step", "seen", "owner", "team"),
]
NAMES = (Path(__file__).parent.parent / "sql" / "names_of_rows.sql").read_text()
NO_DEADLINE = "<b>No deadline</b>"
severity, state, safe, counted = (
    lru_cache(4096)(one) for one in (board.severity, board.state, escape, words.counted)
)


@dataclass(frozen=True, slots=True)
class Shape:
    """All that the markup of a row depends on besides its words."""

    can_pick: bool
    acts: frozenset[str]
    has_entity: bool
    # "restricted", "nil" or "some".
    value: str
    has_cost: bool
    is_estimated: bool
    has_misstated: bool
    # "settled", "paused" or "due".
    clock: str
    # "somebody", "unheeded" (nobody, in spite of the time there was) or "nobody".
    owner: str


class Rows:
    """Writes rows for one reader at one instant."""

    def __init__(self, person: Any, now: datetime):
        self.person, self.now, self.place = person, now, person.place
        self.can_pick = person.may("comment")
        self.queue = reverse("exceptions:queue")
        self._acts: dict[tuple, frozenset[str]] = {}
        self._steps: dict[tuple, str] = {}
        self._titles: dict[str, str] = {}
        self._deadlines: dict[datetime, tuple[str, str]] = {}

    def written(self, rows: list[dict[str, Any]], names: dict[str, Any]) -> list[dict[str, Any]]:
        """The rows of `listed_to`, with their markup as `html`; `names` answer their question."""
        owners, teams = names["owners"] or {}, names["teams"] or {}
        self.person._led = set(names["led"])
        for row in rows:
            row["owner_name"] = owners.get(str(row["owner_id"]))
            row["team_name"] = teams.get(row["team_id"])
            row["html"] = self.html(row)
        return rows

    def html(self, row: dict[str, Any]) -> SafeString:
        """A row of `listed_to` or `shown_to`, with `owner_name` and `team_name`."""
        filled = list(_pattern(self._shape(row)))
        said = self._words(row)
        filled[1::2] = [said[name] for name in filled[1::2]]
        return mark_safe("".join(filled))

    def _shape(self, row: dict[str, Any]) -> Shape:
        value = row["value"]
        settled = row["state"] in SETTLED
        return Shape(
            can_pick=self.can_pick,
            acts=self._open_acts(row),
            has_entity=bool(row["legal_entity"]),
            value="restricted" if value is None else "some" if value else "nil",
            has_cost=bool(row["cost"]),
            is_estimated=row["is_estimated"],
            has_misstated=bool(row["misstated"]),
            clock="settled" if settled else "paused" if row["paused_at"] else "due",
            owner=self._owner(row),
        )

    def _open_acts(self, row: dict[str, Any]) -> frozenset[str]:
        """Asked once for rows that stand alike before this reader."""
        me, owner = self.person.pk, row["owner_id"]
        whose = owner if owner in (None, me) else -1
        place = (row["workflow"], row["project_id"], row["state"], row["team_id"])
        like = (*place, whose, row["delegate_id"] == me)
        if like not in self._acts:
            group = SimpleNamespace(**row | {"owner": row["owner_name"]})
            found = {act for act in ON_A_ROW if not reason_against(act, self.person, group)}
            if owner == me:
                found.discard("assign")
            self._acts[like] = frozenset(found)
        return self._acts[like]

    def _owner(self, row: dict[str, Any]) -> str:
        if row["owner_id"] is not None:
            return "somebody"
        by = row["acknowledge_by"]
        return "unheeded" if row["state"] in NEW and by and by < self.now else "nobody"

    def _words(self, row: dict[str, Any]) -> dict[str, str]:
        due_class, due = self._due(row)
        number = str(row["id"])
        return {
            "id": number,
            "url": f"{self.queue}{number}/",
            "title": escape(row["title"]),
            "severity": severity(row["severity"]),
            "entity": safe(row["legal_entity"]),
            "control": self._title(row["control"]),
            "records": counted(row["children"], "record"),
            "value": _figure(row["value"]),
            "cost": _figure(row["cost"]),
            "misstated": _figure(row["misstated"]),
            "due_class": due_class,
            "due": due,
            "state": state(row["state"], standing(SimpleNamespace(**row), self.place)),
            "step": self._step(row),
            "seen": quote(f"{row['owner_id'] or ''}:{row['team_id'] or ''}", safe=""),
            "owner": safe(row["owner_name"] or ""),
            "team": safe(row["team_name"] or ""),
        }

    def _title(self, control: str) -> str:
        if control not in self._titles:
            self._titles[control] = escape(control_title(control))
        return self._titles[control]

    def _step(self, row: dict[str, Any]) -> str:
        like = (row["control"], row["cause"], row["state"], bool(row["unrecorded"]))
        if like not in self._steps:
            self._steps[like] = escape(next_step(*like[:3], unrecorded=like[3]))
        return self._steps[like]

    def _due(self, row: dict[str, Any]) -> tuple[str, str]:
        """The class of the cell, and what stands in it."""
        if row["state"] in SETTLED:
            return "due", self._moment(row["settled_at"])
        if row["paused_at"]:
            return "due", self._moment(row["pause_ends_at"])
        at = row["due_at"]
        if at is None:
            return "due", NO_DEADLINE
        if at not in self._deadlines:
            first, second = cells.deadline(at, self.now, self.place)
            due = f"<b>{first}</b><small>{second}</small>"
            self._deadlines[at] = board.class_of(at, self.now, self.place), due
        return self._deadlines[at]

    def _moment(self, at: datetime | None) -> str:
        if at is None:
            return ""
        return cells.time(at, words.short(at, self.now, self.place), self.place)


def names_question(rows: list[dict[str, Any]], person: Any) -> Asked:
    """The names of the owners and teams of these rows, and the teams that the reader leads."""
    owners = sorted({row["owner_id"] for row in rows} - {None})
    teams = sorted({row["team_id"] for row in rows} - {None})
    return NAMES, [owners, teams, person.pk]


@lru_cache(1000)
def _pattern(shape: Shape) -> tuple[str, ...]:
    """The markup of all rows of one shape, parted where words go: every second part names one."""
    row = {name: mark_safe(f"{MARK}{name}{MARK}") for name in WORDS}
    return tuple(get_template("exceptions/_row.html").render(row | {"row": shape}).split(MARK))


def _figure(value: Any) -> str:
    return words.bracketed(value) if value else "0"
