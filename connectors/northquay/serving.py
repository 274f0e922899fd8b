"""The firm kept open: one process builds it once and answers all who ask, page by page.

A firm of 400 people takes some ten seconds and half a gigabyte to build, and whoever pulls is often
a process that lives for one pull alone. So `serve` keeps the firm and writes beside its clock where
it listens; connections that find it ask there, and build the firm themselves when nobody answers.
Both give the same pages. It listens on this machine alone; only the middleware's retry changes
anything.
"""

import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from connectors.base import NeedsHuman
from connectors.northquay import clock
from connectors.northquay.asking import NAME, write_place
from connectors.northquay.client import Northquay
from connectors.northquay.settings import mistakes
from connectors.sandbox.truth import to_json

log = logging.getLogger(__name__)
LARGEST_QUESTION = 50_000
WANTED = ("page", "retry", "truth")


class Service(ThreadingHTTPServer):
    """The firm of one folder on a free port; its address holds a word that only readers of the
    folder know."""

    daemon_threads = True

    def __init__(self, folder: Path):
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder.absolute()
        self.word = secrets.token_urlsafe(16)

    def __enter__(self) -> "Service":
        folder = self.folder
        folder.mkdir(parents=True, exist_ok=True)
        write_place(folder, self.server_address[1], self.word)
        return self

    def __exit__(self, *_: object) -> None:
        (self.folder / NAME).unlink(missing_ok=True)
        self.server_close()

    def warm(self, settings: Mapping[str, Any]) -> None:
        """Build the firm while nobody waits for it yet."""
        Thread(target=self.truth, args=(settings,), daemon=True).start()

    def page(self, asked: Mapping[str, Any]) -> Any:
        """The next page from a cursor on, of a stream of a system."""
        firm = Northquay(self._ours(asked["settings"]))
        return firm.page(asked["stream"], asked["cursor"])

    def retry(self, asked: Mapping[str, Any]) -> str:
        """The middleware's own call; the one that changes something."""
        answers = Northquay(self._ours(asked["settings"])).resend(asked["messages"])
        return json.dumps([asdict(one) for one in answers])

    def truth(self, settings: Mapping[str, Any]) -> str:
        return to_json(clock.truth(self.folder, self._ours(settings)))

    def _ours(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        found = {**settings, "folder": str(self.folder)}
        if wrong := mistakes(found):
            raise NeedsHuman("; ".join(wrong))
        return found


class Handler(BaseHTTPRequestHandler):
    """POST /WORD/page, /WORD/retry or /WORD/truth, with what is wanted as JSON."""

    protocol_version = "HTTP/1.1"
    server: Service

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        _, word, what = [*self.path.split("/"), "", ""][:3]
        if word != self.server.word or what not in WANTED or length > LARGEST_QUESTION:
            self.close_connection = True
            self._answer(HTTPStatus.NOT_FOUND, b"")
            return
        asked = json.loads(self.rfile.read(length))
        try:
            if what == "page":
                self._give(self.server.page(asked))
            elif what == "retry":
                self._answer(HTTPStatus.OK, self.server.retry(asked).encode())
            else:
                self._answer(HTTPStatus.OK, self.server.truth(asked["settings"]).encode())
        except NeedsHuman as error:
            told = {"message": str(error), "remedy": error.remedy}
            self._answer(HTTPStatus.CONFLICT, json.dumps(told).encode())

    def _give(self, page: Any) -> None:
        told = {"Cursor": page.cursor, "Origin": page.origin}
        if page.watermark:
            told["Watermark"] = page.watermark.isoformat()
        self._answer(HTTPStatus.OK, page.body, told)

    def _answer(
        self, status: HTTPStatus, body: bytes, headers: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(f"Firm-{name}", value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        log.debug(format, *arguments)


def serve(folder: Path, settings: Mapping[str, Any]) -> None:
    """Answer until told to stop."""
    with Service(folder) as service:
        service.warm(settings)
        service.serve_forever()
