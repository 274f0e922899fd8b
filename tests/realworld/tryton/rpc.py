"""Calls Tryton's own JSON-RPC with the standard library alone; used to mend, not to test with."""

import base64
import gzip
import json
import urllib.request
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

CONTEXT_ONLY = True


class Tryton:
    """A logged-in user. `call("model.party.party.read", ids, fields)` adds the context itself."""

    def __init__(self, url: str, database: str, login: str, password: str):
        self.endpoint = f"{url}/{database}/rpc/"
        self.headers = {"Content-Type": "application/json"}
        self.context: dict[str, Any] = {}
        self.user, session, _ = self._post("common.db.login", [login, {"password": password}, "en"])
        token = base64.b64encode(f"{login}:{self.user}:{session}".encode()).decode()
        self.headers["Authorization"] = f"Session {token}"
        self.context = self.call("model.res.user.get_preferences", CONTEXT_ONLY)

    def call(self, method: str, *arguments: Any) -> Any:
        return self._post(method, [*arguments, self.context])

    def search_read(self, model: str, domain: list, fields: list[str]) -> list[dict]:
        """All of it; meant for small tables."""
        return self.call(
            f"model.{model}.search_read", domain, 0, 1000, [["id", "ASC"]], [*fields, "id"]
        )

    def _post(self, method: str, params: list) -> Any:
        body = json.dumps({"id": 1, "method": method, "params": params}, default=_typed)
        call = urllib.request.Request(self.endpoint, body.encode(), self.headers)
        with urllib.request.urlopen(call, timeout=60) as reply:
            answer = json.loads(_plain(reply))
        if "error" not in answer:
            return answer["result"]
        kind, details, *_ = answer["error"]
        if kind != "UserWarning":
            raise SystemExit(f"Tryton refused {method}: {kind} {details}")
        return self._insist(details[0], method, params)

    def _insist(self, warning: str, method: str, params: list) -> Any:
        """Answer Tryton's "are you sure?" with yes, as the clerk would."""
        yes = {"user": self.user, "name": warning, "always": False}
        self._post("model.res.user.warning.create", [[yes], self.context])
        return self._post(method, params)


def _plain(reply: Any) -> bytes:
    """Tryton marks long replies as gzip whether it was asked for that or not."""
    data = reply.read()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def _typed(value: Any) -> dict:
    match value:
        case date():
            parts = {"year": value.year, "month": value.month, "day": value.day}
            return {"__class__": "date", **parts}
        case timedelta():
            return {"__class__": "timedelta", "seconds": value.total_seconds()}
        case Decimal():
            return {"__class__": "Decimal", "decimal": str(value)}
    raise TypeError(f"{value!r} has no JSON form in Tryton")
