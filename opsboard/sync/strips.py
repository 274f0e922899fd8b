"""The runs of a day as a strip of bars: height says how it went, so it reads without colour."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any, ClassVar

HEIGHT = 20
STEP = 4
# A run this much longer than its fellows is slow, unless it was short all the same.
MUCH = 3
SHORT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle; `kind` is a class of runs.css."""

    kind: str
    x: int
    height: int

    @property
    def y(self) -> int:
        return HEIGHT - self.height


@dataclass(frozen=True, slots=True)
class Strip:
    SLOTS: ClassVar[int] = 48

    bars: tuple[Bar, ...]

    @property
    def width(self) -> int:
        return self.SLOTS * STEP - 1

    @property
    def in_words(self) -> str:
        """What the bars say, for whoever does not see them."""
        kinds = [bar.kind for bar in self.bars]
        ran = len(kinds) - kinds.count("none")
        if not ran:
            return "Runs of 24 hours: none"
        bad, slow = kinds.count("bad"), kinds.count("slow")
        return f"Runs in {ran} half hours of 24 hours: {bad} with a failure, {slow} slow"


def strip(slots: Iterable[dict[str, Any]]) -> Strip:
    """`slots` holds dicts with slot, failed and seconds; several may share a slot."""
    longest: dict[int, float] = {}
    failed = set()
    for one in slots:
        place = min(one["slot"], Strip.SLOTS - 1)
        longest[place] = max(longest.get(place, 0.0), one["seconds"])
        if one["failed"]:
            failed.add(place)
    usual = median(longest.values()) if longest else 0.0
    return Strip(
        tuple(
            _bar(place, longest.get(place), usual, is_bad=place in failed)
            for place in range(Strip.SLOTS)
        )
    )


def _bar(place: int, seconds: float | None, usual: float, *, is_bad: bool) -> Bar:
    x = place * STEP
    if seconds is None:
        return Bar("none", x, 3)
    if is_bad:
        return Bar("bad", x, HEIGHT)
    if seconds > SHORT_SECONDS and seconds > MUCH * usual:
        return Bar("slow", x, 17)
    return Bar("ok", x, 7 + round(6 * min(1.0, seconds / (2 * usual or 1))))
