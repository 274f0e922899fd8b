"""Firms for tests: the tiny one, and a middling one in which every fault finds its victims."""

from dataclasses import replace
from functools import cache

from connectors.sandbox.firm import Firm, healthy, stage
from connectors.sandbox.shape import SNAPSHOTS, sized
from connectors.sandbox.world import World

MIDDLING = sized(90)
END = SNAPSHOTS["post-close"]
# What a version says of itself follows from its content and is not compared.
ENVELOPE = ("source_version", "source_updated_at")


@cache
def _world() -> World:
    return healthy(1, MIDDLING)


def middling(faults="none", *, traps: bool = False) -> Firm:
    """A middling firm of one's own, at its last snapshot."""
    world = replace(_world(), book=_world().book.copy())
    return stage(world, "post-close", faults, traps=traps)


@cache
def twin(*, traps: bool = False) -> Firm:
    """The healthy middling firm. Nobody may change it."""
    return middling(traps=traps)


@cache
def sick() -> Firm:
    """The middling firm with everything that can be wrong with it. Nobody may change it."""
    return middling("all", traps=True)


def whole(firm: Firm) -> dict:
    """Every record at the end of the script, by system, kind and id."""
    return {
        (system, kind, own): firm.world.book.row((system, kind, own))
        for system, kind in firm.world.book.kinds()
        for own in firm.world.book.pages[system, kind]
    }


def differing(healthy: Firm, other: Firm) -> set:
    """Records whose histories differ."""
    found = set()
    for system, kind in {*healthy.world.book.kinds(), *other.world.book.kinds()}:
        left = healthy.world.book.pages.get((system, kind), {})
        right = other.world.book.pages.get((system, kind), {})
        for own in left.keys() | right.keys():
            if left.get(own) != right.get(own):
                found.add((system, kind, own))
    return found
