"""How far a stream of files has been taken, as the text of a cursor."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.base import NeedsHuman
from connectors.files.folder import File

# Older files are covered by `floor`: what sorts up to it and is not remembered was taken long ago.
REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class Position:
    """`taken` maps names to size, time and content hash; `top` is the latest sequence taken.

    `at` is the file in the middle of which the last page ended: name, content hash, rows done.
    """

    taken: dict[str, list[Any]] = field(default_factory=dict)
    floor: str = ""
    top: int = 0
    at: tuple[str, str, int] | None = None

    @classmethod
    def read(cls, cursor: str) -> "Position":
        if not cursor:
            return cls()
        try:
            known = json.loads(cursor)
            at = known["at"] and (str(known["at"][0]), str(known["at"][1]), int(known["at"][2]))
            return cls(dict(known["taken"]), str(known["floor"]), int(known["top"]), at or None)
        except (ValueError, KeyError, TypeError, IndexError):
            raise NeedsHuman(
                "The cursor is not one of a folder of files", "Pull the stream again with --full."
            ) from None

    def text(self) -> str:
        known = {"taken": self.taken, "floor": self.floor, "top": self.top, "at": self.at}
        return json.dumps(known, sort_keys=True, separators=(",", ":"))

    def has(self, file: File) -> bool:
        return file.name in self.taken or (bool(self.floor) and file.name <= self.floor)

    def rows_done(self, file: File, digest: str) -> int:
        """How many rows of exactly this content are safe already."""
        return self.at[2] if self.at and self.at[:2] == (file.name, digest) else 0

    def reached(self, file: File, digest: str, row: int) -> "Position":
        return replace(self, at=(file.name, digest, row))

    def finished(self, file: File, digest: str, sequence: int) -> "Position":
        taken = {**self.taken, file.name: [*file.mark, digest]}
        floor = self.floor
        while len(taken) > REMEMBERED:
            floor = min(taken)
            del taken[floor]
        return Position(taken, max(floor, self.floor), max(self.top, sequence), None)

    def without_gone(self, names: set[str]) -> "Position":
        """Forget files that were tidied away; should a name come back, it is a new file."""
        kept = {name: mark for name, mark in self.taken.items() if name in names}
        return replace(self, taken=kept)
