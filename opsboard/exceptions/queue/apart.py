"""Choices that mean one thing or another, as lists that each are one scan of an index.

"Mine, or of whom I stand in for" said with "or" is served by no index that holds the order of a
list: all of it would be read and sorted. The lists here hold every row once.
"""

from typing import Any

from django.db.models import Q

from opsboard.exceptions.queries import WAITS
from opsboard.exceptions.states import SETTLED, WORKABLE, State

# Who names nothing but these has no index that would be the better one to read by.
PLAIN = {"", "late", "today"}


def mine(person: Any) -> list[Q]:
    """What the person owns, and what somebody owns who is away meanwhile."""
    return [Q(owner=person), Q(delegate=person) & ~Q(owner=person)]


def to_move(person: Any) -> list[Q]:
    """What waits for this person: `mine`, and what nobody owns of the person's team, where neither
    somebody else nor the next run moves it."""
    # What is left out is said, and not what is looked for: by owner or team there are fewer.
    moved_by_others = [
        state
        for state in State
        if state not in SETTLED and (state in WAITS or state not in WORKABLE)
    ]
    states = ~Q(state__in=moved_by_others)
    of_team = Q(owner=None, team=person.team_id) & ~Q(delegate=person)
    return [one & states for one in (*mine(person), *([of_team] if person.team_id else []))]


def lists_of(asked: dict[str, str], person: Any, *, by_day: bool) -> tuple[str, list[Q]]:
    """The choice that says "or", and its lists; without one, a single list of everything."""
    if asked["state"] == "mine":
        return "state", to_move(person)
    if asked["owner"] == "me":
        return "owner", mine(person)
    if not by_day:
        # Many are new or urgent: one soon comes upon a page of them in any other order.
        return "", [Q()]
    if asked["state"] == "new":
        return "state", [Q(state=State.NEW), Q(state=State.REOPENED)]
    if asked["severity"] == "urgent" and asked["state"] in PLAIN:
        return "severity", [Q(severity=3), Q(severity=4)]
    return "", [Q()]
