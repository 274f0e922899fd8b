"""What may be one thing, for whoever decides: open proposals, and what was decided lately."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet

from connectors.kinds import KINDS
from opsboard.records import decisions
from opsboard.records.models import CrossReference, Entity, Merge, Proposal

PAGE, LATELY = 50, 20


@dataclass(slots=True)
class Side:
    """One of the two things, and the copies of it that systems hold."""

    entity: Entity
    copies: list[CrossReference] = field(default_factory=list)


@dataclass(slots=True)
class Pair:
    proposal: Proposal
    first: Side
    second: Side


def propose(kinds: set[str], at: datetime) -> int:
    """Look for pairs among kinds whose records changed; what was decided is not proposed again."""
    return sum(decisions.suggest(kind, at=at) for kind in KINDS if kind in kinds and _has_key(kind))


def open_proposals(kind: str = "") -> QuerySet[Proposal]:
    """The likeliest first. A pair of which one was merged away meanwhile needs no word."""
    waiting = Proposal.objects.filter(
        state=Proposal.State.PROPOSED, first__merged_into=None, second__merged_into=None
    )
    if kind:
        waiting = waiting.filter(kind=kind)
    return waiting.order_by("-likeness", "pk").select_related("first", "second")


def pairs(proposals: QuerySet[Proposal]) -> list[Pair]:
    """A page of them with all copies, in two statements."""
    page = list(proposals[:PAGE])
    copies = defaultdict(list)
    entities = [one for each in page for one in (each.first_id, each.second_id)]
    for copy in CrossReference.objects.filter(entity__in=entities).order_by("system", "native_id"):
        copies[copy.entity_id].append(copy)
    return [
        Pair(
            one,
            Side(one.first, copies[one.first_id]),
            Side(one.second, copies[one.second_id]),
        )
        for one in page
    ]


def decided_lately() -> list[Merge | Proposal]:
    """The newest decisions of people, both ways; a merge can still be taken back."""
    merges = Merge.objects.filter(~Q(by=""), parent=None).select_related("gone", "kept")
    denied = Proposal.objects.filter(state=Proposal.State.REJECTED).select_related(
        "first", "second"
    )
    both = [*merges.order_by("-at")[:LATELY], *denied.order_by("-decided_at")[:LATELY]]
    return sorted(both, key=_when, reverse=True)[:LATELY]


def _when(one: Merge | Proposal) -> datetime:
    return one.at if isinstance(one, Merge) else one.decided_at or one.proposed_at


def _has_key(kind: str) -> bool:
    return bool(KINDS[kind].natural_key)
