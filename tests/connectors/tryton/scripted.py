"""A server that speaks Tryton's JSON-RPC by rote: what a method answers is written in the test."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LOGIN = [4, "a1b2c3d4e5f6", None]
PREFERENCES = {"company": 6, "company.rec_name": "Northquay GmbH"}


class Script:
    """`answers` gives for each method a list of what it answers, the last one for ever: a value for
    a result, an Error, a Status, or the bytes of a whole answer.
    """

    def __init__(self, **answers: list[Any]):
        self.answers = {
            "login": [LOGIN],
            "logout": [None],
            "get_preferences": [PREFERENCES],
            "version": ["8.2"],
            **answers,
        }
        self.calls: list[tuple[str, list[Any]]] = []
        self.address = ""

    def answer(self, method: str, params: list[Any]) -> Any:
        name = method.rpartition(".")[2]
        self.calls.append((name, params))
        known = self.answers[name]
        return known.pop(0) if len(known) > 1 else known[0]

    def called(self, name: str) -> list[list[Any]]:
        return [params for method, params in self.calls if method == name]


class Error:
    """An answer 200 that is one of Tryton's errors."""

    def __init__(self, *told: Any):
        self.told = list(told)


class Status(int):
    """An answer with this status and no JSON."""


@contextmanager
def playing(**answers: list[Any]) -> Iterator[Script]:
    script = Script(**answers)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(script))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    script.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield script
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(script: Script) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told = script.answer(body["method"], body["params"])
            match told:
                case Status():
                    self._reply(int(told), b"<!doctype html>")
                case bytes():
                    self._reply(200, told)
                case Error():
                    self._reply(200, json.dumps({"id": 1, "error": told.told}).encode())
                case _:
                    self._reply(200, json.dumps({"id": 1, "result": told}).encode())

        def _reply(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
