"""The wire with limits: no answer longer, and no wait longer, than was agreed.

httpx times out each read alone, so a server that drips one byte at a time is never late, and it
unpacks a compressed answer however large it grows. Both limits are therefore kept here, beneath
logins and redirects, where nothing goes round them.
"""

import ssl
import threading
import time
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import certifi
import httpcore
import httpx


class TooLarge(httpx.TransportError):
    """The answer is larger than the limit."""


def tls_context(*, verify: bool | str) -> ssl.SSLContext:
    """Verify against the given bundle; True means the machine's authorities and the well-known."""
    if isinstance(verify, str):
        return ssl.create_default_context(cafile=verify)
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class Clock(threading.local):
    """When the present exchange must be over, per thread."""

    ends_at = float("inf")

    def cap(self, timeout: float | None, late: type[Exception]) -> float:
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise late("the whole exchange took too long")
        return left if timeout is None else min(timeout, left)


class BoundedTransport(httpx.HTTPTransport):
    """Answers read to the end, unpacked, and never beyond `max_bytes` or `total` seconds."""

    def __init__(self, *, verify: bool | str, max_bytes: int, total: float):
        context = tls_context(verify=verify)
        super().__init__(verify=context, trust_env=False)
        self.max_bytes, self.total, self.clock = max_bytes, total, Clock()
        # httpx offers no way to hand in the network; httpcore, on which it stands, does.
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            keepalive_expiry=5.0,
            network_backend=TimedBackend(self.clock),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["Accept-Encoding"] = "gzip, deflate"
        self.clock.ends_at = time.monotonic() + self.total
        response = super().handle_request(request)
        try:
            body = self._read(response)
        finally:
            response.close()
        headers = [
            (name, value)
            for name, value in response.headers.raw
            if name.lower() not in (b"content-encoding", b"content-length", b"transfer-encoding")
        ]
        return httpx.Response(
            response.status_code, headers=headers, content=body, extensions=response.extensions
        )

    def _read(self, response: httpx.Response) -> bytes:
        declared = response.headers.get("content-length", "")
        if declared.isdigit() and int(declared[:20]) > self.max_bytes:
            raise TooLarge("too large")
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        chunks = _unpacked(encoding, response.stream, self.max_bytes)
        body = bytearray()
        for chunk in chunks:
            body += chunk
            if len(body) > self.max_bytes:
                raise TooLarge("too large")
        return bytes(body)


def _unpacked(encoding: str, stream: Iterable[bytes], limit: int) -> Iterator[bytes]:
    if encoding in ("", "identity"):
        return iter(stream)
    if encoding in ("gzip", "x-gzip"):
        return _inflate(stream, zlib.MAX_WBITS | 16, limit)
    if encoding == "deflate":
        return _inflate(stream, zlib.MAX_WBITS, limit)
    raise httpx.DecodingError(f"the answer is packed as {encoding[:20]}, which was not asked for")


def _inflate(stream: Iterable[bytes], bits: int, limit: int) -> Iterator[bytes]:
    """Never unpacks more than the limit at once, whatever a small chunk claims to hold."""
    unpacker, started = zlib.decompressobj(bits), False
    try:
        for packed in stream:
            while packed:
                # A further member may follow the first; padding of zeros may not be one.
                if unpacker.eof:
                    packed = packed.lstrip(b"\0")
                    unpacker = zlib.decompressobj(bits) if packed else unpacker
                    continue
                started = True
                yield unpacker.decompress(packed, limit + 1)
                packed = unpacker.unconsumed_tail or unpacker.unused_data
    except zlib.error:
        raise httpx.DecodingError("the compressed answer is damaged") from None
    if started and not unpacker.eof:
        raise httpx.RemoteProtocolError("the compressed answer ends in the middle")


class TimedBackend(httpcore.NetworkBackend):
    def __init__(self, clock: Clock):
        self.clock, self.network = clock, httpcore.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *rest: Any, **more: Any
    ) -> httpcore.NetworkStream:
        timeout = self.clock.cap(timeout, httpcore.ConnectTimeout)
        return TimedStream(self.network.connect_tcp(host, port, timeout, *rest, **more), self.clock)

    def sleep(self, seconds: float) -> None:
        self.network.sleep(seconds)


class TimedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, clock: Clock):
        self.stream, self.clock = stream, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, self.clock.cap(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, self.clock.cap(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        timeout = self.clock.cap(timeout, httpcore.ConnectTimeout)
        return TimedStream(self.stream.start_tls(ssl_context, server_hostname, timeout), self.clock)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)
