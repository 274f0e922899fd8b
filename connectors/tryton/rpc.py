"""One login to Tryton's JSON-RPC: what is called, what comes back, and what went wrong in words.

A call that fails inside Tryton is answered 200 with an `error`; only the way there has statuses.
Errors are a list: the name of one of Tryton's own errors and its arguments, or, for everything
unexpected, a text and a traceback.
"""

import base64
import re
from contextlib import suppress
from typing import Any

from connectors.base import NeedsHuman, TryAgain
from connectors.http import Http, Reply
from connectors.redaction import redact
from connectors.tryton.codec import encode

CONTEXT_ONLY = True
OURS_TO_JUDGE = (401, 403, 404, 409, 413, 423, 429)
REMEDY_LOGIN = "Check login and password in opsboard.toml, and that the user is active in Tryton."
REMEDY_RIGHT = (
    "An administrator of Tryton grants it to a group of this login: Administration > Models > "
    "Models Access (or Fields Access), read only."
)
REMEDY_MODULE = "Check in Tryton that the module is activated; otherwise leave the stream out."


class Expired(Exception):
    """The session is over; log in again."""


class Session:
    """Logs in when first needed, and once more when Tryton ends the session."""

    def __init__(self, http: Http, database: str, login: str, password: str):
        self.http, self.database, self.login, self.password = http, database, login, password
        self.token = ""

    def call(self, method: str, *params: Any) -> tuple[Any, Reply]:
        """The result and the answer it came in. Raises TryAgain or NeedsHuman."""
        if not self.token:
            self._log_in()
        try:
            return self._post(method, params)
        except Expired:
            self._log_in()
        try:
            return self._post(method, params)
        except Expired:
            raise NeedsHuman(
                f"Tryton ends the session of {self.login} at once", REMEDY_LOGIN
            ) from None

    def close(self) -> None:
        """Best effort: a session that is not ended is ended by Tryton's own clock."""
        if self.token:
            with suppress(Expired, NeedsHuman, TryAgain):
                self._post("common.db.logout", [])
            self.token = ""

    def preferences(self) -> tuple[dict[str, Any], Reply]:
        """What Tryton keeps for this login: its company above all."""
        told, reply = self.call("model.res.user.get_preferences", CONTEXT_ONLY, {})
        if not isinstance(told, dict):
            raise TryAgain(f"{reply.origin} told its preferences in an unknown shape")
        return told, reply

    def version(self) -> str:
        """The server's series, such as 8.2; needs no login."""
        body = encode({"id": 1, "method": "common.server.version", "params": []})
        reply = self._send("/rpc/", body, {})
        return str(_result(reply, "common.server.version", self._safe))

    def _log_in(self) -> None:
        self.token = ""
        try:
            answer, reply = self._post(
                "common.db.login", [self.login, {"password": self.password}, "en"]
            )
        except Expired:
            raise NeedsHuman(f"Tryton refuses the login {self.login}", REMEDY_LOGIN) from None
        match answer:
            case [int() as user, str() as key, *_]:
                token = f"{self.login}:{user}:{key}"
                self.token = base64.b64encode(token.encode()).decode()
            case _:
                raise TryAgain(f"{reply.origin} answered the login in an unknown shape")

    def _post(self, method: str, params: Any) -> tuple[Any, Reply]:
        body = encode({"id": 1, "method": method, "params": list(params)})
        headers = {"Authorization": f"Session {self.token}"} if self.token else {}
        reply = self._send(f"/{self.database}/rpc/", body, headers)
        if reply.status != 200:
            self._judge(reply, method)
        return _result(reply, method, self._safe), reply

    def _send(self, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        return self.http.post(
            path,
            content=body,
            headers={"Content-Type": "application/json", **headers},
            # Everything called here reads, or repeats without harm.
            idempotent=True,
            accept=OURS_TO_JUDGE,
        )

    def _judge(self, reply: Reply, method: str) -> None:
        said = f"{reply.origin} answered {reply.status} to {method}"
        match reply.status:
            case 401:
                raise Expired
            case 403:
                raise NeedsHuman(said, f"Tryton does not offer {method}; is it version 8?")
            case 404:
                raise NeedsHuman(said, "Check base_url and database in opsboard.toml.")
            case 413:
                raise NeedsHuman(said, "Lower page_size below Tryton's request.records_limit.")
            case 429:
                raise TryAgain(f"Tryton holds off {self.login} after too many failed logins")
        raise TryAgain(said)

    def _safe(self, text: str) -> str:
        return redact(text, (self.password, self.token))


def _result(reply: Reply, method: str, safe: Any) -> Any:
    answer = reply.json()
    if not isinstance(answer, dict) or not {"result", "error"} & set(answer):
        raise TryAgain(f"{reply.origin} answered {method} in an unknown shape")
    if "error" not in answer:
        return answer["result"]
    raise _explain(answer["error"], method, safe)


def _explain(error: Any, method: str, safe: Any) -> Exception:
    """Tryton's sentence is kept: it names the model or the field that may not be read."""
    match error:
        case ["UserError" | "UserWarning" | "LoginException", [str() as message, *more], *_]:
            detail = f" ({more[0]})" if more and more[0] and isinstance(more[0], str) else ""
            said = safe(f"{method}: {message}{detail}").replace("\n", " ")
            return NeedsHuman(said[:500], REMEDY_RIGHT)
        case ["ConcurrencyException" | "RateLimitException" | "TimeOutException", *_]:
            return TryAgain(f"{method}: Tryton is busy with these records")
        case [str() as text, *_] if re.fullmatch(r"'[\w.]+'", text):
            # A name alone, in quotes, is how a model or field shows that is not there.
            said = safe(f"{method}: Tryton does not know {text}")
            return NeedsHuman(said[:500], REMEDY_MODULE)
        case [str() as text, *_]:
            return TryAgain(safe(f"{method} failed inside Tryton: {text}")[:300])
    return TryAgain(f"{method} failed inside Tryton, which does not say why")
