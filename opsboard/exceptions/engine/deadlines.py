"""How long people have, and which close needs it by when (domain.md 0.7, B.4, F.4)."""

import json
from datetime import datetime
from typing import Any

from opsboard.controls.catalogue import catalogue
from opsboard.exceptions.engine.settle import read
from opsboard.exceptions.models import Basis, Severity
from opsboard.people.calendars import ALWAYS

DAY = 24 * 60
# The working day after the month, and the clock of the entity, at which a close needs what a
# control watches over (B.4): a control's own line, else that of its workflow, else the last one.
CUTOFFS = {
    "TP06": (0, "17:00"),
    "TP05": (1, "12:00"),
    "EX04": (2, "18:00"),
    "EX05": (2, "18:00"),
    "MD11": (2, "18:00"),
    "project_setup": (1, "18:00"),
    "staffing": (1, "18:00"),
    "time_to_posting": (1, "18:00"),
    "expense_to_posting": (1, "18:00"),
    "billing": (3, "18:00"),
    "revenue": (4, "18:00"),
}
# Access of somebody who left: so many hours by the clock, whatever the severity (0.7).
ACCESS, ACCESS_HOURS = "WL04", 24
# What a flow is called that posts or bills; money waits on its messages at any hour (0.7, F.4).
POSTING = "post|bill|invoic|revenue|receipt"
UNITS = {"bh": "business hour", "bd": "business day"}


def set_deadlines(cursor: Any, as_of: datetime, config: Any, *, in_close_window: bool) -> None:
    """Due instants of what `touched` names, of what has none, and of entities whose close window
    has opened since the last time. Wants the temporary tables `touched` and `closing`."""
    values = {
        "as_of": as_of,
        "sla": json.dumps(times(config)),
        "cutoffs": json.dumps(_cutoffs(config.firm.close_day)),
        "in_close_window": in_close_window,
        "opened": _opened(cursor),
        "posting": POSTING,
    }
    cursor.execute(read("due"), values)


def _opened(cursor: Any) -> list[str]:
    """Entities that were not closing when this was last asked."""
    cursor.execute("select entity, opened_at from closing where is_closing order by entity")
    now = {entity: at.isoformat() for entity, at in cursor.fetchall() if at}
    kept = Basis.objects.filter(pk="closing").values_list("digest", flat=True).first()
    before = json.loads(kept or "{}")
    if now != before:
        Basis.objects.update_or_create(pk="closing", defaults={"digest": json.dumps(now)})
    return [entity for entity, at in now.items() if before.get(entity) != at]


def _cutoffs(close_day: int) -> list[dict[str, Any]]:
    """No later than the day on which the books of the firm close."""
    found = []
    for code, one in catalogue().items():
        if one.close_relevant:
            day, clock = CUTOFFS.get(code) or CUTOFFS.get(one.workflow) or (close_day, "18:00")
            found.append({"control": code, "working_day": min(day, close_day), "clock": clock})
    return found


def times(config: Any) -> list[dict[str, Any]]:
    """Working minutes per calendar and severity; a business day is as long as the calendar says."""
    days = {slug: one.day_minutes for slug, one in config.calendars.items()} | {ALWAYS: DAY}
    rows = [
        _time(config, slug, minutes, level) for slug, minutes in days.items() for level in Severity
    ]
    said = f"{ACCESS_HOURS} hours by the clock for the access of somebody who left"
    hours = {"resolve": ACCESS_HOURS * 60, "close": ACCESS_HOURS * 60}
    access = {"control": ACCESS, "resolve_said": said, "close_said": said, **hours}
    return rows + [row | access for row in rows if row["calendar"] == ALWAYS]


def _time(config: Any, calendar: str, day_minutes: int, level: Severity) -> dict[str, Any]:
    name = level.name.lower()
    sla = config.sla[name]
    round_the_clock = ", around the clock" if calendar == ALWAYS else ""
    return {
        "calendar": calendar,
        "severity": level.value,
        "control": "",
        "acknowledge": sla.acknowledge.working_minutes(day_minutes),
        "resolve": sla.resolve.working_minutes(day_minutes),
        "close": sla.close.working_minutes(day_minutes),
        "resolve_said": f"{_in_words(sla.resolve)} at {name} severity{round_the_clock}",
        "close_said": f"{_in_words(sla.close)} at {name} severity in the close window"
        f"{round_the_clock}",
    }


def _in_words(time: Any) -> str:
    return f"{time.amount} {UNITS[time.unit]}{'' if time.amount == 1 else 's'}"
