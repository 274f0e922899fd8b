"""From the findings of a run to items, money and claims, in the run's own transaction."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from opsboard.controls.catalogue import Definition, library
from opsboard.controls.causes import ladder
from opsboard.exceptions.guard import as_engine
from opsboard.exceptions.models import ExceptionItem
from opsboard.exceptions.states import State

SQL = Path(__file__).parent.parent / "sql"
# An item's column, and where its value comes from; everything a later run may refresh.
FOUND = {
    "base_severity": "found.base_severity",
    "highest_severity": "found.highest_severity",
    "match_strength": "coalesce(found.match_strength, 'exact')",
    "unrecorded": "found.unrecorded",
    "title": "coalesce(found.title, found.subject)",
    "error_class": "coalesce(found.family_class, %(error_class)s)",
    "cause": "coalesce(found.root_cause, %(slug)s)",
    "root_entity": "coalesce(found.root_entity, found.subject)",
    "cause_title": "coalesce(found.cause_title, '')",
    "group_key": "found.group_key",
    "group_control": "coalesce(found.family_control, %(control)s)",
    "group_workflow": "coalesce(found.family_workflow, %(workflow)s)",
    "legal_entity": "coalesce(found.entity, '')",
    "project_id": "found.project_id",
    "worker_id": "found.worker_id",
    "party_id": "found.party_id",
    "service_date": "found.service_date",
    "look_at": "found.look_at",
    "currency": "coalesce(found.currency, '')",
    "cost_currency": "coalesce(found.cost_currency, found.currency, '')",
    "revenue_at_risk": "found.revenue_at_risk",
    "cost_at_risk": "found.cost_at_risk",
    "cash_at_risk": "found.cash_at_risk",
    "misstatement": "found.misstatement",
    "misstatement_cost": "found.misstatement_cost",
    "exposure_only": "found.exposure_only",
    "is_estimated": "coalesce(found.is_estimated, false)",
    "fx_rate": "found.fx_rate",
    "fx_date": "found.fx_date",
    "cost_fx_rate": "found.cost_fx_rate",
    "amount_at_risk": "found.amount_gc",
    "value_at_risk": "found.value_gc",
    "evidence": "found.evidence",
}


def restless_subjects(control: str, as_of: datetime, group_currency: str) -> list[str]:
    """Subjects the next run judges whatever changed: fixes claimed, waivers that end, and amounts
    whose exchange rate has moved since: the group currency is translated daily (domain.md 0.4).
    """
    if not has_live(control):
        return []
    values = {
        "control": control,
        "day": as_of.date(),
        "as_of": as_of,
        "group_currency": group_currency,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(read("rates"), values)
        cursor.execute(read("restless"), values)
        subjects = [subject for (subject,) in cursor.fetchall()]
        cursor.execute("drop table spot")
    return subjects


def has_unsettled(control: str) -> bool:
    return ExceptionItem.objects.filter(control=control).unsettled().exists()


def has_live(control: str) -> bool:
    """Also what is waived: its control still finds it, and its waiver will end."""
    return ExceptionItem.objects.filter(control=control).exclude(state=State.RESOLVED).exists()


def let_go(run: Any) -> None:
    """Resolve everything that a control which runs no more still holds, and say why."""
    values = {"control": run.control_id, "run": run.pk, "as_of": run.as_of}
    with as_engine(), connection.cursor() as cursor:
        cursor.execute("create temp table moved_atom (atom text) on commit drop")
        cursor.execute(read("let_go"), values)
        cursor.execute(read("count_atoms"))
        cursor.execute("drop table moved_atom")


def settle(run: Any, definition: Definition, firm: Any, *, in_close_window: bool = False) -> None:
    """Settle one control from the temporary table `outcome` that its run filled.

    `firm` gives the group currency and the thresholds. Called inside the run's transaction. Where
    nothing is found and nothing is held, nothing is to be settled.
    """
    if not run.findings and not has_live(definition.code):
        return
    values = _values(run, definition, firm, in_close_window=in_close_window)
    judged = "true" if run.mode == "full" else "item.subject in (select subject from asked)"
    with as_engine(), connection.cursor() as cursor:
        cursor.execute(read("rates"), values)
        cursor.execute(_closing(definition), values)
        cursor.execute(read("rank").format(priced=read("price")), values)
        cursor.execute(_settling(judged), values)
        cursor.execute("create temp table moved_atom (atom text) on commit drop")
        cursor.execute(read("expose"), values)
        cursor.execute(read("count_atoms"))
        cursor.execute(read("return_claims"), values)
        cursor.execute("drop table spot, close_window, ranked, moved_atom, fallen_claim")


def _closing(definition: Definition) -> str:
    """Who is in the close window: asked where the severity depends on it, and else of nobody."""
    matters = definition.close_relevant or definition.close_floor != definition.floor
    return read("close_window") + ("" if matters else " where false")


def _settling(judged: str) -> str:
    names = list(FOUND)
    return read("settle").format(
        judged=judged,
        columns=", ".join(names),
        wanted=", ".join(FOUND.values()),
        present=", ".join(f"item.{name}" for name in names),
        assignments=",\n        ".join(f"{name} = {value}" for name, value in FOUND.items()),
    )


def _values(run: Any, definition: Definition, firm: Any, *, in_close_window: bool) -> dict:
    return {
        "as_of": run.as_of,
        "day": run.as_of.date(),
        "bound": run.bound or run.as_of,
        "run": run.pk,
        "control": definition.code,
        "slug": definition.slug,
        "workflow": definition.workflow,
        "error_class": definition.error_class,
        "floor": definition.floor,
        "close_floor": definition.close_floor,
        "close_day": firm.firm.close_day,
        "cap": definition.cap,
        "close_relevant": definition.close_relevant,
        "in_close_window": in_close_window,
        "group_currency": firm.firm.group_currency,
        "families": _families(),
        "t1": firm.thresholds.t1,
        "t2": firm.thresholds.t2,
        "t3": firm.thresholds.t3,
    }


def _families() -> str:
    """The causes that have a family of their own, for whole sets of findings."""
    return json.dumps(
        [
            {
                "cause": cause.slug,
                "workflow": cause.workflow,
                "control": cause.control if cause.control in library() else "",
                "error_class": cause.error_class,
            }
            for cause in ladder().values()
        ]
    )


def read(name: str) -> str:
    return (SQL / f"{name}.sql").read_text()
