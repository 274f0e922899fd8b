"""The drop folder as a connector: each file once, in the order of the names."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from connectors.base import Connector, NeedsHuman, Opened, Page, Probe, Stream, TryAgain
from connectors.files.checks import mistakes
from connectors.files.folder import File, is_settled, listing, reading
from connectors.files.opening import open_page
from connectors.files.position import Position
from connectors.files.streams import FileStream, declare
from connectors.files.taking import notice, take

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
USUAL_INTERVAL = timedelta(minutes=15)


class Files(Connector):
    slug: ClassVar[str] = "files"
    title: ClassVar[str] = "Files in a folder"

    @classmethod
    def check_settings(cls, settings: Mapping[str, Any]) -> list[str]:
        return mistakes(settings)

    @cached_property
    def declared(self) -> dict[str, FileStream]:
        return {name: declare(name, self.settings) for name in self.settings["streams"]}

    def streams(self) -> tuple[Stream, ...]:
        return tuple(
            Stream(one.name, one.kind, interval=self._interval(one.name), snapshot=one.snapshot)
            for one in self.declared.values()
        )

    def pull(self, stream: str, cursor: str) -> Iterator[Page]:
        declared, position = self._stream(stream), Position.read(cursor)
        files = listing(self.settings["folder"], declared)
        names = {file.name for file in files}
        if position.at and position.at[0] not in names:
            name, _, rows = position.at
            position = Position(position.taken, position.floor, position.top)
            yield notice(name, f"vanished after {rows} rows; the others were not read", position)
        position = position.without_gone(names)
        now = datetime.now(UTC)
        for file in files:
            if not position.has(file) and not is_settled(file, declared, now):
                return
            for page in self._pages(file, declared, position, now):
                yield page
                position = Position.read(page.cursor)

    def open(self, stream: str, page: Page) -> Opened:
        return open_page(self._stream(stream), page)

    def mapping_version(self, stream: str) -> str:
        return self._stream(stream).mapping.version

    def probe(self) -> Probe:
        folder, missing, newest = self.settings["folder"], [], []
        try:
            for name, stream in self.declared.items():
                files = listing(folder, stream)
                newest += [_newest(name, files)] if files else []
                missing += [] if files else [f"{name}: no file matches {stream.pattern} yet."]
        except (NeedsHuman, TryAgain) as error:
            remedy = getattr(error, "remedy", "")
            return Probe(
                reachable=False,
                detail=str(error),
                rights={"read": False},
                missing=[remedy] if remedy else [],
            )
        detail = "; ".join(newest) or f"{folder} holds no file of any stream."
        return Probe(reachable=True, detail=detail, rights={"read": True}, missing=missing)

    def _stream(self, name: str) -> FileStream:
        if name not in self.declared:
            raise NeedsHuman(f"There is no stream {name}", "Check 'streams' in opsboard.toml.")
        return self.declared[name]

    def _interval(self, name: str) -> timedelta:
        found = re.fullmatch(r"(\d+)([smhd])", str(self.settings["streams"][name].get("interval")))
        return timedelta(**{UNITS[found[2]]: int(found[1])}) if found else USUAL_INTERVAL

    def _pages(
        self, file: File, stream: FileStream, position: Position, now: datetime
    ) -> Iterator[Page]:
        with reading(file.name):
            if position.has(file):
                yield from _check_same(file, position)
            else:
                yield from take(file, stream, position, now)


def _check_same(file: File, position: Position) -> Iterator[Page]:
    """A file taken once is not read again, but nobody shall believe that its changes arrived."""
    *mark, digest = position.taken.get(file.name, [*file.mark, ""])
    if mark == file.mark:
        return
    found = file.digest()
    position.taken[file.name] = [*file.mark, found]
    if found != digest:
        said = "changed after it was taken; drop the changes under a new name"
        yield notice(file.name, said, position)


def _newest(name: str, files: list[File]) -> str:
    file = max(files, key=lambda one: one.modified)
    age = datetime.now(UTC) - file.modified_at
    return f"{name}: newest is {file.name}, {_in_words(age)} old"


def _in_words(age: timedelta) -> str:
    minutes = max(0, age // timedelta(minutes=1))
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"
