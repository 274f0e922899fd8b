"""Choices that mean one thing or another, as lists that each are one scan of an index.

"Mine, or of whom I stand in for" said with "or" is served by no index that holds the order of a
list: all of it would be read and sorted. The lists here hold every row once.
"""

from typing import Any

from django.db.models import Q

from opsboard.exceptions.states import State


def mine(person: Any) -> list[Q]:
    """What the person owns, and what somebody owns who is away meanwhile."""
    return [Q(owner=person), Q(delegate=person) & ~Q(owner=person)]


def to_move(person: Any) -> list[Q]:
    """`mine`, and what nobody owns of the person's team."""
    of_team = Q(owner=None, team=person.team_id) & ~Q(delegate=person)
    return [*mine(person), *([of_team] if person.team_id else [])]


def lists_of(asked: dict[str, str], person: Any) -> list[Q]:
    """The lists of a filter; a single one that takes everything, where nothing is said by "or"."""
    if asked["state"] == "mine":
        return to_move(person)
    if asked["owner"] == "me":
        return mine(person)
    if asked["state"] == "new":
        return [Q(state=State.NEW), Q(state=State.REOPENED)]
    if asked["severity"] == "urgent":
        return [Q(severity=3), Q(severity=4)]
    return [Q()]
