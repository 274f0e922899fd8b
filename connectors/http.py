"""The one way out to the network, for every connector.

What it promises: nothing waits for ever, nothing fills the memory, no certificate goes unchecked,
no credential reaches another host, no secret reaches a message, and whatever goes wrong becomes
TryAgain or NeedsHuman.
"""

import random
import time
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from connectors.addresses import address_mistakes, trust_of
from connectors.base import NeedsHuman, TryAgain
from connectors.decoding import decode_json
from connectors.redaction import redact
from connectors.transport import BoundedTransport, TooLarge
from connectors.verdicts import BRIEFLY_DOWN, http_date, judge, retry_after

MEBIBYTE = 1024 * 1024
ATTEMPTS = 3
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 2.0
REDIRECTS = 3
SECRET_HEADERS = ("authorization", "cookie", "x-api-key", "proxy-authorization")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect, between two bytes, and for one whole exchange."""

    connect: float = 5.0
    read: float = 30.0
    total: float = 120.0


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, read to its end. `origin` is its address without secrets."""

    status: int
    headers: httpx.Headers
    content: bytes
    origin: str
    secrets: tuple[str, ...] = ()

    @property
    def date(self) -> datetime | None:
        """The source's own clock, when it told it."""
        return http_date(self.headers.get("date", ""))

    def json(self) -> Any:
        """The decoded body, numbers as int and Decimal; TryAgain when it is not JSON."""
        try:
            return decode_json(self.content)
        except ValueError as error:
            start = redact(self.content[:4096].decode("utf-8", "replace"), self.secrets)[:80]
            raise TryAgain(f"{self.origin}: the answer {error}; it begins {start!r}") from None


class Http:
    """A connection to one base address.

    `verify` is True or the path of a CA bundle; False is possible for this machine alone.
    `plain` allows http:// to another machine, for networks that are private by other means.
    `secrets` are struck out of every message, besides what looks like a secret.
    """

    def __init__(
        self,
        base_url: str,
        *,
        timeout: Timeouts | float | None = None,
        verify: bool | str = True,
        max_bytes: int = 64 * MEBIBYTE,
        headers: Mapping[str, str] | None = None,
        auth: httpx.Auth | None = None,
        secrets: Iterable[str] = (),
        plain: bool = False,
    ):
        mistakes = address_mistakes(base_url, verify=verify, plain=plain)
        if mistakes:
            raise ValueError("; ".join(mistakes))
        limits = timeout if isinstance(timeout, Timeouts) else Timeouts(read=timeout or 30.0)
        self.max_bytes = max_bytes
        self.secrets = (*secrets, *_secrets_of(headers or {}))
        self.client = httpx.Client(
            base_url=base_url,
            headers={"User-Agent": "opsboard", "Accept": "application/json", **(headers or {})},
            auth=auth,
            timeout=httpx.Timeout(limits.read, connect=limits.connect),
            transport=BoundedTransport(verify=verify, max_bytes=max_bytes, total=limits.total),
            trust_env=False,
        )
        # Whoever forgets to close leaves no open connection behind all the same.
        weakref.finalize(self, self.client.close)

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any], **more: Any) -> "Http":
        """The connection that a checked table of settings asks for."""
        limits = {"max_bytes": settings["max_bytes"]} if "max_bytes" in settings else {}
        return cls(
            settings["base_url"],
            timeout=settings.get("timeout"),
            verify=trust_of(settings),
            plain=settings.get("plain_http", False),
            **limits,
            **more,
        )

    def get(self, path: str = "", **options: Any) -> Reply:
        return self.request("GET", path, **options)

    def post(self, path: str = "", **options: Any) -> Reply:
        return self.request("POST", path, **options)

    def request(
        self,
        method: str,
        path: str = "",
        *,
        idempotent: bool | None = None,
        accept: Iterable[int] = (),
        **options: Any,
    ) -> Reply:
        """Exchange one request for a good answer; raises TryAgain or NeedsHuman.

        `idempotent` says that asking twice is harmless, as a read over POST is; such a request is
        repeated a few times, briefly. `accept` are statuses that the caller judges itself.
        `options` are httpx's: params, json, content, headers.
        """
        request = self._build(method, path, options)
        repeatable = method in ("GET", "HEAD") if idempotent is None else idempotent
        response = self._exchange(request, ATTEMPTS if repeatable else 1)
        origin = self._origin(response.request.url)
        if response.status_code not in accept:
            judge(response, origin)
        return Reply(response.status_code, response.headers, response.content, origin, self.secrets)

    def close(self) -> None:
        self.client.close()

    def __enter__(self) -> "Http":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _exchange(self, request: httpx.Request, attempts: int) -> httpx.Response:
        for attempt in range(1, attempts + 1):
            pause = FIRST_PAUSE * 2**attempt * random.uniform(0.5, 1.0)
            try:
                response = self._follow(request)
            except (httpx.NetworkError, httpx.RemoteProtocolError, httpx.ConnectTimeout) as error:
                if attempt == attempts or _is_certificate(error):
                    raise self._explain(error, request) from None
            except httpx.HTTPError as error:
                raise self._explain(error, request) from None
            else:
                asked = retry_after(response)
                pause = asked.total_seconds() if asked is not None else pause
                if response.status_code not in BRIEFLY_DOWN or pause > LONGEST_PAUSE:
                    return response
                if attempt == attempts:
                    return response
            time.sleep(pause)
        raise AssertionError("a request is tried at least once")

    def _follow(self, request: httpx.Request) -> httpx.Response:
        """Redirects are followed within the host alone: a login must not be carried elsewhere."""
        for _ in range(REDIRECTS):
            response = self.client.send(request)
            if response.next_request is None or request.method not in ("GET", "HEAD"):
                return response
            target = response.next_request.url
            if _place(target) != _place(self.client.base_url):
                raise NeedsHuman(
                    f"{self._origin(request.url)} redirects to {_place_text(target)}",
                    "If that is the right source, write its address as base_url.",
                )
            request = response.next_request
        raise NeedsHuman(
            f"{self._origin(request.url)} redirects in circles", "Check base_url in opsboard.toml."
        )

    def _build(self, method: str, path: str, options: Mapping[str, Any]) -> httpx.Request:
        """A source may name the address of its next page; only its own host gets the login."""
        try:
            request = self.client.build_request(method, path, **options)
        except httpx.InvalidURL:
            raise NeedsHuman(
                f"{redact(path, self.secrets)} is no address", "Check base_url in opsboard.toml."
            ) from None
        if _place(request.url) != _place(self.client.base_url):
            raise NeedsHuman(
                f"The source names an address elsewhere: {_place_text(request.url)}",
                "If that is the right source, write its address as base_url.",
            )
        return request

    def _explain(self, error: httpx.HTTPError, request: httpx.Request) -> Exception:
        origin, detail = self._origin(request.url), redact(str(error), self.secrets)
        if isinstance(error, TooLarge):
            return NeedsHuman(
                f"{origin}: the answer is larger than {self.max_bytes} bytes",
                "Ask for smaller pages, or raise the limit in opsboard.toml.",
            )
        if _is_certificate(error):
            return NeedsHuman(
                f"{origin}: the certificate cannot be trusted: {detail}",
                "Have the certificate renewed, or name your authority's bundle in ca_bundle.",
            )
        if isinstance(error, httpx.TimeoutException):
            return TryAgain(f"{origin} took too long to answer")
        return TryAgain(f"{origin}: {detail or type(error).__name__}")

    def _origin(self, url: httpx.URL) -> str:
        return redact(str(url), self.secrets)


def _secrets_of(headers: Mapping[str, str]) -> tuple[str, ...]:
    values = [value for name, value in headers.items() if name.lower() in SECRET_HEADERS]
    return tuple(part for value in values for part in (value, value.rpartition(" ")[2]))


def _is_certificate(error: Exception) -> bool:
    return "CERTIFICATE_VERIFY_FAILED" in str(error)


def _place(url: httpx.URL) -> tuple[str, str, int | None]:
    ports = {"http": 80, "https": 443}
    return url.scheme, url.host, url.port or ports.get(url.scheme)


def _place_text(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.host}" + (f":{url.port}" if url.port else "")
