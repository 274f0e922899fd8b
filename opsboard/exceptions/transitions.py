"""Every way from one state to another, and who may go it (domain.md F.2).

People's verbs and the trigger that guards the tables are both made from this one list.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from opsboard.exceptions.states import BEFORE_CLAIM, UNSETTLED, WORKABLE, State


class Who(StrEnum):
    """Who may take a step; what else is required stands with the verb."""

    QUEUE = "queue"  # whoever works the workflow, or was handed it
    OWNER = "owner"  # the owner, a delegate, or the team's lead
    REQUESTER = "requester"
    APPROVER = "approver"
    ENGINE = "engine"


@dataclass(frozen=True, slots=True)
class Transition:
    verb: str
    sources: tuple[State, ...]
    target: State
    who: frozenset[Who]


def _way(verb: str, sources: Iterable[State], target: State, *who: Who) -> Transition:
    return Transition(verb, tuple(sources), target, frozenset(who))


TRANSITIONS = (
    _way("acknowledge", [State.NEW, State.REOPENED], State.ACKNOWLEDGED, Who.QUEUE),
    _way("start", [State.ACKNOWLEDGED, State.WAITING], State.IN_PROGRESS, Who.OWNER),
    # Whoever asks another for a fix, or claims one, has taken the work on, whether or not the
    # steps before were clicked.
    _way("wait", [State.ACKNOWLEDGED, State.IN_PROGRESS], State.WAITING, Who.OWNER),
    _way("claim", BEFORE_CLAIM, State.FIX_CLAIMED, Who.OWNER),
    _way("not_confirmed", [State.FIX_CLAIMED], State.IN_PROGRESS, Who.ENGINE),
    _way("ask", WORKABLE, State.PENDING, Who.OWNER),
    _way("waive", [State.PENDING], State.WAIVED, Who.APPROVER),
    _way("dismiss", [State.PENDING], State.FALSE_POSITIVE, Who.APPROVER),
    # A replay or a compensation that was approved goes back to whoever carries it out.
    _way("permit", [State.PENDING], State.IN_PROGRESS, Who.APPROVER),
    _way("refuse", [State.PENDING], State.IN_PROGRESS, Who.APPROVER),
    _way("withdraw", [State.PENDING], State.IN_PROGRESS, Who.REQUESTER),
    _way("lapse", [State.PENDING], State.IN_PROGRESS, Who.ENGINE),
    _way("snooze", WORKABLE, State.SNOOZED, Who.OWNER),
    _way("wake", [State.SNOOZED], State.IN_PROGRESS, Who.OWNER, Who.ENGINE),
    _way("merge", WORKABLE, State.MERGED, Who.OWNER, Who.ENGINE),
    _way("unmerge", [State.MERGED], State.IN_PROGRESS, Who.OWNER),
    _way(
        "reopen",
        [State.RESOLVED, State.FALSE_POSITIVE],
        State.REOPENED,
        Who.APPROVER,
        Who.ENGINE,
    ),
    # A waiver holds for everybody until its end, or until its ground changed.
    _way("overtake", [State.WAIVED], State.REOPENED, Who.ENGINE),
    # What comes back to a cause that is open again hangs on that.
    _way("join", [State.WAIVED, State.FALSE_POSITIVE], State.MERGED, Who.ENGINE),
    _way(
        "resolve",
        [*UNSETTLED, State.WAIVED, State.FALSE_POSITIVE, State.MERGED],
        State.RESOLVED,
        Who.ENGINE,
    ),
)
BY_VERB = {way.verb: way for way in TRANSITIONS}


def pairs(*, by_engine: bool) -> set[tuple[State, State]]:
    """Every step that people (or the engine) may take, whoever they are."""
    return {
        (source, way.target)
        for way in TRANSITIONS
        for source in way.sources
        if (Who.ENGINE in way.who if by_engine else way.who - {Who.ENGINE})
    }
