"""What the systems said about one record and what was made of it, in the order it happened."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.kinds import KINDS, Field, fields_of
from opsboard.records.models import TABLES, Change

MOST = 30
# Stamps move with every touch of a record and tell a reader nothing.
NOT_CONTENT = {"source_updated_at", "source_updated_by"}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in one system; `role` is the system's, `at` UTC."""

    at: datetime
    role: str
    what: str
    detail: str = ""


def story(kind: str, key: str, sees: frozenset[str]) -> list[Event]:
    """The events of a record and of the ledger lines that name it, oldest first.

    `sees` are the reader's sensitivity classes (domain.md A.5): a change of a field outside them
    is told without its values. Three look-ups, however much happened.
    """
    if kind not in TABLES:
        return []
    record = TABLES[kind].objects.filter(key=key).first()
    lines = list(TABLES["project_actual"].objects.filter(source_key=key).order_by("id")[:MOST])
    roles = {one.key: one.system_role for one in (record, *lines) if one}
    events = [*_of_record(kind, record), *map(_of_line, lines)]
    changes = Change.objects.filter(key__in=roles).order_by("-id")[:MOST]
    events += [_of_change(change, roles[change.key], sees) for change in changes]
    return sorted(events, key=lambda event: event.at)[-MOST:]


def _of_line(line: Any) -> Event:
    at = line.posted_at or line.source_updated_at or line.loaded_at
    gone = " (deleted since)" if line.is_deleted else ""
    return Event(at, line.system_role, f"Posted {line.hours} h{gone}", line.source_id)


def _of_record(kind: str, record: Any) -> Iterator[Event]:
    if record is None:
        return
    known = [field for field in _instants(kind) if getattr(record, field.name)]
    for field in known:
        yield Event(getattr(record, field.name), record.system_role, _word(field), "")
    if not known:
        at = record.source_updated_at or record.loaded_at
        yield Event(at, record.system_role, "Last changed", "")


def _instants(kind: str) -> list[Field]:
    envelope = {"source_updated_at"}
    return [
        field
        for field in fields_of(KINDS[kind])
        if field.type == "datetime" and field.name not in envelope
    ]


def _word(field: Field) -> str:
    name = field.name.removesuffix("_at").replace("_", " ")
    return "Reached its present state" if name == "status since" else name.capitalize()


def _of_change(change: Change, role: str, sees: frozenset[str]) -> Event:
    if change.op == "delete":
        return Event(change.at, role, "Deleted", "noticed by this reading")
    fields = fields_of(KINDS[change.kind])
    hidden = {field.name for field in fields if set(field.sensitive) - set(sees)}
    names = [name for name in sorted(change.after) if name not in NOT_CONTENT]
    told = [_told(name, change, hidden) for name in names]
    return Event(change.at, role, "Changed", "; ".join(told[:4]))


def _told(name: str, change: Any, hidden: set[str]) -> str:
    label = name.replace("_", " ")
    if name in hidden:
        return f"{label} (restricted)"
    before, after = change.before.get(name), change.after.get(name)
    return f"{label} {_shown(before)} → {_shown(after)}"


def _shown(value: Any) -> str:
    return "none" if value in (None, "") else str(value)
