"""The load-balanced pick: whoever of the team has the least open work gets the next piece."""

from typing import Any

LOADS = """
    select owner_id, sum(severity)
    from exceptions_group
    where is_unsettled and owner_id = any(%s)
    group by owner_id
"""
TO_SHARE = """
    select id, team, workflow, legal_entity, severity
    from chosen
    where is_picked
    order by severity desc, id
"""
GIVE = """
    update chosen
    set owner = given.owner
    from unnest(%s::bigint[], %s::bigint[]) as given (id, owner)
    where chosen.id = given.id
"""


def share(cursor: Any, present: list[dict[str, Any]]) -> None:
    """Give what `chosen` wants picked to those of each team who are `present`.

    The heaviest first, each to whom the least severity is open with; between equals the one who is
    here longest, so that the same question has the same answer. One after the other, because each
    pick changes the next.
    """
    cursor.execute(TO_SHARE)
    rows = cursor.fetchall()
    if not rows:
        return
    loads = _loads(cursor, [one["id"] for one in present])
    given: dict[int, int] = {}
    for group, team, workflow, entity, severity in rows:
        able = [one["id"] for one in present if _fits(one, team, workflow, entity)]
        if able:
            owner = min(able, key=lambda one: (loads[one], one))
            loads[owner] += severity
            given[group] = owner
    cursor.execute(GIVE, [list(given), list(given.values())])


def _loads(cursor: Any, people: list[int]) -> dict[int, int]:
    cursor.execute(LOADS, [people])
    return dict.fromkeys(people, 0) | dict(cursor.fetchall())


def _fits(person: dict[str, Any], team: str, workflow: str, entity: str) -> bool:
    """Of the team, sees the entity, and in a role that works the workflow."""
    sees = not person["entities"] or entity in person["entities"]
    works = person["works"] is None or workflow in person["works"]
    return person["team"] == team and sees and works
