"""From items to groups, owners and deadlines: derived once per pipeline, after all controls."""

import json
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from opsboard.exceptions.guard import as_engine
from opsboard.exceptions.models import Severity
from opsboard.exceptions.settle import read

AS_TOUCHED = "create temp table touched on commit drop as select key from exceptions_touched"


@transaction.atomic
def regroup(as_of: datetime, config: Any, *, in_close_window: bool = False) -> None:
    """Make groups, owners and deadlines follow what the controls settled since the last time."""
    values = {
        "as_of": as_of,
        "rules": json.dumps(_rules(config)),
        "t1": config.thresholds.t1,
        "t2": config.thresholds.t2,
        "t3": config.thresholds.t3,
        "sla": json.dumps(_sla(config)),
        "in_close_window": in_close_window,
        "close_day": config.firm.close_day,
    }
    with as_engine(), connection.cursor() as cursor:
        # New touches wait for the next time; what stands now is worked off.
        cursor.execute("lock table exceptions_touched in exclusive mode")
        for name in ("close_window", "age", "hang"):
            cursor.execute(read(name), values)
        cursor.execute(AS_TOUCHED)
        for name in ("regroup", "lapse", "own", "due", "breach"):
            cursor.execute(read(name), values)
        cursor.execute(read("names"))
        cursor.execute(read("fold_tally"))
        cursor.execute("delete from exceptions_touched")
        cursor.execute("drop table cause, touched, close_window")


def _rules(config: Any) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "controls": list(rule.control) or None,
            "workflows": list(rule.workflow) or None,
            "causes": list(rule.cause) or None,
            "entities": list(rule.legal_entity) or None,
            "classes": list(rule.error_class) or None,
            "team": rule.team,
            "person": rule.person,
            "reason": _in_words(rule),
        }
        for number, rule in enumerate(config.owners)
    ]


def _in_words(rule: Any) -> str:
    """Why a rule fits, as the item tells its owner."""
    parts = [
        ("control", rule.control),
        ("workflow", rule.workflow),
        ("cause", rule.cause),
        ("entity", rule.legal_entity),
        ("class", rule.error_class),
    ]
    said = [f"{name} {' or '.join(values)}".replace("_", " ") for name, values in parts if values]
    return "by rule: " + (", ".join(said) or "everything else")


def _sla(config: Any) -> list[dict[str, Any]]:
    """Working minutes per calendar and severity; a business day is as long as the calendar says."""
    return [
        {
            "calendar": slug,
            "severity": level.value,
            "acknowledge": config.sla[name].acknowledge.working_minutes(calendar.day_minutes),
            "resolve": config.sla[name].resolve.working_minutes(calendar.day_minutes),
            "close": config.sla[name].close.working_minutes(calendar.day_minutes),
        }
        for slug, calendar in config.calendars.items()
        for level in Severity
        for name in [level.name.lower()]
    ]
