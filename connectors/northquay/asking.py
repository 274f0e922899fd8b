"""Asking the process that keeps the firm open (see `serving`), if there is one."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import Any

from connectors.base import NeedsHuman, Page, Retried, TryAgain

# Beside the clock: where the firm's process listens, and the word that it wants to hear.
NAME = "open.json"
# Long enough for a large firm that is still being built.
PATIENCE_SECONDS = 300


class NobodyThere(Exception):
    """No process keeps the firm of this folder open."""


def pages(folder: Path, settings: Mapping[str, Any], stream: str, cursor: str) -> Iterator[Page]:
    """What changed since the cursor. NobodyThere before the first page, or not at all."""
    with _Line(folder) as line:
        page = line.page(settings, stream, cursor)
        yield page
        while page.watermark is None:
            try:
                page = line.page(settings, stream, page.cursor)
            except NobodyThere:
                raise TryAgain("The process that keeps the firm open has ended") from None
            yield page


def truth(folder: Path, settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is really wrong with the firm, in plain values. NobodyThere when none keeps it open."""
    with _Line(folder) as line:
        return json.loads(line.ask("truth", {"settings": _plain(settings)}).read())


def retry(folder: Path, settings: Mapping[str, Any], messages: Sequence[str]) -> list[Retried]:
    """What became of messages that are sent again. NobodyThere when none keeps the firm open."""
    with _Line(folder) as line:
        asked = {"settings": _plain(settings), "messages": list(messages)}
        return [Retried(**one) for one in json.loads(line.ask("retry", asked).read())]


def write_place(folder: Path, port: int, word: str) -> None:
    """For readers of the folder alone."""
    draft = folder / f".{NAME}.{os.getpid()}"
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump({"port": port, "word": word}, out)
    draft.replace(folder / NAME)


class _Line:
    """One connection to the process, for several questions."""

    def __init__(self, folder: Path) -> None:
        try:
            told = json.loads((folder / NAME).read_text())
            self._line = HTTPConnection("127.0.0.1", told["port"], timeout=PATIENCE_SECONDS)
            self._word = told["word"]
        except (OSError, ValueError, KeyError, TypeError):
            raise NobodyThere from None

    def __enter__(self) -> "_Line":
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()

    def page(self, settings: Mapping[str, Any], stream: str, cursor: str) -> Page:
        asked = {"settings": _plain(settings), "stream": stream, "cursor": cursor}
        answer = self.ask("page", asked)
        told = answer.headers
        watermark = told.get("Firm-Watermark")
        return Page(
            body=answer.read(),
            cursor=told["Firm-Cursor"],
            watermark=datetime.fromisoformat(watermark) if watermark else None,
            origin=told["Firm-Origin"],
        )

    def ask(self, what: str, question: Mapping[str, Any]) -> HTTPResponse:
        """The answer. NobodyThere also when another program listens at that port by now."""
        try:
            self._line.request("POST", f"/{self._word}/{what}", json.dumps(question))
            answer = self._line.getresponse()
        except (OSError, HTTPException):
            raise NobodyThere from None
        if answer.status == HTTPStatus.CONFLICT:
            told = json.loads(answer.read())
            raise NeedsHuman(told["message"], told["remedy"])
        if answer.status != HTTPStatus.OK:
            raise NobodyThere
        return answer


def _plain(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is opsboard's own, such as the names of streams and their intervals."""
    return {name: given for name, given in settings.items() if name not in ("streams", "owner")}
