"""Who owns what: rules over business data, people who come, go and are away (domain.md E, F).

It costs what changed: groups that a turn touched, and those whose rules, people or business data
are no longer what they were when it was last decided.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from opsboard.deployment.shape import CONDITIONS
from opsboard.exceptions.engine.settle import read
from opsboard.exceptions.engine.sharing import share
from opsboard.exceptions.models import Basis
from opsboard.people.absences import Away, away_at
from opsboard.people.models import Person

# Working minutes for which something may be nobody's (F.5).
LIMIT = 120
# Conditions and owners that only the business systems know.
OF_PROJECTS = {"practice", "client", "project_manager"}


def own(cursor: Any, as_of: datetime, config: Any) -> None:
    """Make the owners of groups follow rules, people and data; `touched` names what is new.

    Fills and drops temporary tables of its own.
    """
    rules, people, away = _rules(config), _people(), away_at(as_of)
    changed = _changed_people(people)
    values = {
        "as_of": as_of,
        "limit": LIMIT,
        "rules": json.dumps(rules),
        "people": json.dumps([one for one in people if one["may_own"]]),
        "changed": changed,
        "asks_projects": any(_asks_projects(rule) for rule in config.owners),
        "last_team": config.owners[-1].team,
        **_since(cursor, _digest(rules)),
    }
    for name, made in (("unsure", "unsure"), ("choose", "chosen")):
        cursor.execute(read(name), values)
        # Guessing, the planner takes a temporary table for small and joins it row by row.
        cursor.execute(f"create index on {made} (id)")
        cursor.execute(f"analyze {made}")
    share(cursor, [one for one in people if one["may_own"] and one["id"] not in away])
    for name in ("fall_back", "own"):
        cursor.execute(read(name), values)
    _delegate(cursor, as_of, away)
    cursor.execute("drop table unsure, chosen")


def _rules(config: Any) -> list[dict[str, Any]]:
    """The rules as rows; a condition that is not asked is null."""
    return [
        {
            **{name: _asked(rule.conditions.get(name)) for name in CONDITIONS},
            "number": number,
            "team": rule.team,
            "person": rule.person,
            "pick": rule.pick,
        }
        for number, rule in enumerate(config.owners)
    ]


def _asked(condition: Any) -> Any:
    return list(condition) if isinstance(condition, tuple) else condition and str(condition)


def _asks_projects(rule: Any) -> bool:
    return rule.person == "project_manager" or bool(OF_PROJECTS & set(rule.conditions))


def _people() -> list[dict[str, Any]]:
    """Everybody with what ownership asks of a person; who has left owns nothing."""
    return [
        {
            "id": one.pk,
            "login": one.username,
            "worker_no": one.worker_no,
            "team": one.team_id,
            "entities": sorted(one.entities),
            "works": _works(one),
            "may_own": one.may("claim"),
        }
        for one in Person.objects.order_by("pk")
    ]


def _works(person: Person) -> list[str] | None:
    """The workflows of the role; None is every workflow."""
    if person.rights is None:
        return []
    return None if person.rights.works is None else sorted(person.rights.works)


def _changed_people(people: list[dict[str, Any]]) -> list[int]:
    """Who is new, or is no longer what they were; the former is put in the place of it."""
    now = {str(one["id"]): _digest(one) for one in people}
    before = json.loads(_swap("people", json.dumps(now, sort_keys=True)) or "{}")
    return [int(pk) for pk, digest in now.items() if before.get(pk) != digest]


def _since(cursor: Any, rules: str) -> dict[str, Any]:
    """The snapshot of the last look, and whether all is to be decided anew: rules that changed, no
    former look, or a database that is older than the last one."""
    cursor.execute("select pg_current_snapshot()::text")
    present = cursor.fetchone()[0]
    seen = _swap("data", present)
    same_rules = _swap("rules", rules) == rules
    cursor.execute(
        "select pg_snapshot_xmax(%s::pg_snapshot) > pg_snapshot_xmax(%s::pg_snapshot)",
        [seen, present],
    )
    is_older = cursor.fetchone()[0]
    return {"seen": seen, "everything": not same_rules or seen is None or bool(is_older)}


def _delegate(cursor: Any, as_of: datetime, away: dict[int, Away]) -> None:
    """Whoever stands in acts for those who are away; a change of either is looked at at once."""
    absent = [
        {
            "person": pk,
            "delegate": one.delegate.pk,
            "said": f"{one.person} until {one.until:%a} {one.until.day} {one.until:%B}"
            f" {one.delegate} acts",
        }
        for pk, one in sorted(away.items())
        if one.delegate
    ]
    now = {str(pk): one.delegate.pk if one.delegate else None for pk, one in away.items()}
    before = json.loads(_swap("away", json.dumps(now, sort_keys=True)) or "{}")
    moved = [int(pk) for pk in {*now, *before} if now.get(pk, 0) != before.get(pk, 0)]
    cursor.execute(read("stand_in"), {"as_of": as_of, "absent": json.dumps(absent)})
    cursor.execute(
        "update exceptions_group set escalates_at = null"
        " where is_unsettled and owner_id = any(%s) and escalates_at is not null",
        [moved],
    )


def _swap(name: str, digest: str) -> str | None:
    """Keep what is rested on now; gives what was rested on before."""
    former = Basis.objects.filter(pk=name).values_list("digest", flat=True).first()
    if former != digest:
        Basis.objects.update_or_create(pk=name, defaults={"digest": digest})
    return former


def _digest(made_of: Any) -> str:
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()[:16]
