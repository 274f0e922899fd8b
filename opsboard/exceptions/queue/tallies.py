"""Totals of open causes from the tally: what can be counted without counting."""

from typing import Any

from django.db import connection

from opsboard.exceptions.queries import ONLY_ITS_WORK, WAITS, may_see
from opsboard.exceptions.queue.together import Asked
from opsboard.exceptions.states import WORKABLE, State
from opsboard.exceptions.wording import LEVELS, STATE_OF

# Column and what it is compared with; all of them must hold.
Where = dict[str, list[Any]]
OPEN_STATES = {"": None, "new": [State.NEW, State.REOPENED]} | {
    name: [STATE_OF[name]] for name in ("waiting", "claimed", "pending", "snoozed")
}
# Columns that are no text.
PLAIN = {"is_owned", "is_late", "severity"}
BY_WORKFLOW = """
    select workflow, sum(groups), sum(items), {value}, {cost}, {misstated}
    from exceptions_tally
    where cardinality(%(entities)s::text[]) = 0 or legal_entity = any(%(entities)s::text[])
    group by workflow
    having sum(groups) > 0
    order by 4 desc nulls last, workflow
"""


def told_by(asked: dict[str, str], person: Any, controls: Any) -> Where | None:
    """The tally's own words for a filter; None when it asks for what no tally tells."""
    if person.role in ONLY_ITS_WORK or asked["state"] not in OPEN_STATES:
        return None
    if asked["owner"] == "me" or asked["about"] in controls:
        return None
    if asked["cause"] or asked["amount"] or asked["q"]:
        return None
    return _where(asked, person)


def told_of_mine(asked: dict[str, str], person: Any) -> Where | None:
    """The part of "waits for me" that nobody owns; None where more is asked than that."""
    more = any(value for name, value in asked.items() if name not in ("state", "order"))
    if asked["state"] != "mine" or more or not person.team_id or person.role in ONLY_ITS_WORK:
        return None
    where = {"state": [state for state in WORKABLE if state not in WAITS], "is_owned": [False]}
    entities = {"legal_entity": list(person.entities)} if person.entities else {}
    return where | {"team": [person.team_id]} | entities


def told_of_late(asked: dict[str, str], person: Any, controls: Any) -> Where | None:
    """What the engine has seen to be late."""
    if asked["state"] != "late":
        return None
    where = told_by(asked | {"state": ""}, person, controls)
    return None if where is None else where | {"is_late": [True]}


def _where(asked: dict[str, str], person: Any) -> Where:
    low, high = LEVELS.get(asked["severity"], (1, 4))
    entity = {"": list(person.entities), "none": [""]}.get(asked["entity"], [asked["entity"]])
    known = {
        "state": OPEN_STATES[asked["state"]],
        "legal_entity": entity,
        "workflow": [asked["about"]] if asked["about"] else None,
        "team": [person.team_id] if asked["owner"] == "team" else None,
        "is_owned": [False] if asked["owner"] == "nobody" else None,
        "severity": list(range(low, high + 1)) if asked["severity"] else None,
    }
    return {column: list(values) for column, values in known.items() if values}


def counts_of(wheres: list[Where]) -> Asked:
    """The number of causes of each, in one look at the tally."""
    if not wheres:
        return "'[]'::jsonb", []
    texts, given = [], []
    for where in wheres:
        conditions = [f"{column} = any(%s)" for column in where] or ["true"]
        texts.append(f"coalesce(sum(groups) filter (where {' and '.join(conditions)}), 0)")
        given += [
            [str(one) if column not in PLAIN else one for one in values]
            for column, values in where.items()
        ]
    return f"select jsonb_build_array({', '.join(texts)}) from exceptions_tally", given


def by_workflow(person: Any) -> list[tuple]:
    """Open causes and records and what they hold, per workflow, largest first; masked amounts are
    None. Rows of causes are added up: the same money may stand in two of them.
    """
    sums = {
        "value": ("value_at_risk", "sum(value_at_risk)"),
        "cost": ("cost_at_risk", "sum(cost_at_risk)"),
        "misstated": ("misstatement", "sum(misstatement)"),
    }
    text = BY_WORKFLOW.format(
        **{
            name: total if may_see(measure, person) else "null::numeric"
            for name, (measure, total) in sums.items()
        }
    )
    with connection.cursor() as cursor:
        cursor.execute(text, {"entities": list(person.entities)})
        return cursor.fetchall()
