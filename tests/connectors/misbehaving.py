"""A small HTTP server with bad manners, for connectors and for the layer they stand on."""

import gzip
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE = 7
PARTIES = 40


class Server(ThreadingHTTPServer):
    """`answers` maps a path to a function of the request; `seen` counts what was asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, Callable[[Handler], None]] = dict(MANNERS)
        self.seen: Counter[str] = Counter()
        self.headers_seen: list[dict[str, str]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up on a bad server is what is being tested."""


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer()

    def log_message(self, *_: Any) -> None:
        pass

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @property
    def query(self) -> dict[str, str]:
        return {name: one[0] for name, one in parse_qs(urlsplit(self.path).query).items()}

    def _answer(self) -> None:
        path = urlsplit(self.path).path
        self.server.seen[path] += 1
        self.server.headers_seen.append(dict(self.headers))
        answer = self.server.answers.get(path, lambda request: request.say(404))
        answer(self)


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def party(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "code": f"C{number:03}",
        "name": f"Customer {number}",
        "changed_at": f"2026-06-{number % 28 + 1:02}T10:00:00+02:00",
        "limit": 1000.10,
        "state": "open",
    }


def page(after: int) -> bytes:
    last = min(after + PAGE, PARTIES)
    answer = {"rows": [party(n) for n in range(after + 1, last + 1)], "next": str(last)}
    if last == PARTIES:
        answer["as_of"] = "2026-07-01T08:00:00Z"
    return json.dumps(answer).encode()


def tell_parties(request: Handler) -> None:
    after = request.query.get("after", "")
    if after and not after.isdigit():
        request.say(400)
        return
    request.say(200, page(int(after or 0)))


def tell_spoilt_parties(request: Handler) -> None:
    rows = [party(1), {**party(2), "changed_at": "yesterday"}, {**party(3), "state": "?"}, party(4)]
    rows.append({"id": 5})
    answer = {"rows": [*rows, "not a row", None], "next": "4", "as_of": "2026-07-01T08:00:00Z"}
    request.say(200, json.dumps(answer).encode())


def drip(request: Handler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    for _ in range(100):
        request.wfile.write(b" ")
        time.sleep(0.05)


def cut_off(request: Handler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    request.wfile.write(b'{"rows": [')
    request.close_connection = True


def tell_bomb(request: Handler) -> None:
    request.say(200, gzip.compress(bytes(20_000_000)), Content_Encoding="gzip")


MANNERS: dict[str, Callable[[Handler], None]] = {
    "/ok/parties": tell_parties,
    "/spoilt/parties": tell_spoilt_parties,
    "/malformed/parties": lambda request: request.say(200, b'{"password": "hunter2", <html>'),
    "/misshapen/parties": lambda request: request.say(200, b'[{"rows": {}}]'),
    "/slow/parties": drip,
    "/unauthorised/parties": lambda request: request.say(401),
    "/throttled/parties": lambda request: request.say(429, Retry_After="90"),
    "/huge/parties": tell_bomb,
    "/truncated/parties": cut_off,
}
