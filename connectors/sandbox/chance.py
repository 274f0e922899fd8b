"""Chance that depends on names alone: the same seed and name give the same draw, in any order."""

import hashlib
from collections.abc import Sequence
from statistics import NormalDist
from typing import Any, TypeVar

T = TypeVar("T")
NORMAL = NormalDist()


class Chance:
    """A source of draws for one seed. Switching one thing off never moves another's draw."""

    def __init__(self, seed: int) -> None:
        self._seed = f"{seed}/".encode()

    def _bits(self, names: tuple[Any, ...]) -> int:
        text = self._seed + "/".join(map(str, names)).encode()
        return int.from_bytes(hashlib.blake2b(text, digest_size=6).digest(), "big")

    def below(self, limit: int, *names: Any) -> int:
        return self._bits(names) % limit

    def share(self, *names: Any) -> float:
        """A number strictly between 0 and 1."""
        return (self._bits(names) + 0.5) / 2**48

    def pick(self, options: Sequence[T], *names: Any) -> T:
        return options[self._bits(names) % len(options)]

    def normal(self, *names: Any) -> float:
        return NORMAL.inv_cdf(self.share(*names))

    def order(self, things: Sequence[T], *names: Any) -> list[T]:
        """The same things shuffled."""
        draws = {place: self._bits((*names, place)) for place in range(len(things))}
        return [things[place] for place in sorted(draws, key=draws.__getitem__)]
