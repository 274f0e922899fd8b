"""Nothing waits for ever, nothing fills the memory."""

import gzip
import time
import tracemalloc
import zlib
from decimal import Decimal

import pytest

from connectors.base import NeedsHuman, TryAgain
from connectors.http import Http, Timeouts
from tests.connectors.misbehaving import drip

LIMIT = 100_000


@pytest.fixture
def http(server):
    with Http(server.address, max_bytes=LIMIT, timeout=Timeouts(read=0.5, total=0.6)) as http:
        yield http


def packed(data):
    return lambda request: request.say(200, data, Content_Encoding="gzip")


def drip_headers(request):
    for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100:
        request.wfile.write(bytes([byte]))
        time.sleep(0.05)


@pytest.mark.parametrize("slowly", [drip, drip_headers, lambda request: time.sleep(1.5)])
def test_a_slow_answer_is_given_up_in_time(server, http, slowly):
    server.answers["/slow"] = slowly

    before = time.monotonic()
    with pytest.raises(TryAgain, match="took too long"):
        http.get("slow")

    assert time.monotonic() - before < 1.2
    assert server.seen["/slow"] == 1


def test_a_silence_that_begins_late_is_cut_short_too(server):
    """The time of the whole exchange counts, however long a single read might take."""
    server.answers["/late"] = lambda request: time.sleep(1.5)
    before = time.monotonic()

    http = Http(server.address, timeout=Timeouts(read=30, total=0.4))
    with http, pytest.raises(TryAgain, match="took too long"):
        http.get("late")

    assert time.monotonic() - before < 1.2


def test_an_answer_of_the_agreed_length_is_taken_and_one_byte_more_is_not(server, http):
    server.answers["/fits"] = lambda request: request.say(200, bytes(LIMIT))
    server.answers["/over"] = lambda request: request.say(200, bytes(LIMIT + 1))

    assert len(http.get("fits").content) == LIMIT
    with pytest.raises(NeedsHuman, match="larger than 100000 bytes") as caught:
        http.get("over")
    assert "smaller pages" in caught.value.remedy


def test_an_answer_that_does_not_say_its_length_is_stopped_too(server, http):
    def gush(request):
        request.send_response(200)
        request.send_header("Connection", "close")
        request.end_headers()
        request.close_connection = True
        for _ in range(50):
            request.wfile.write(bytes(10_000))

    server.answers["/gush"] = gush

    with pytest.raises(NeedsHuman, match="larger than"):
        http.get("gush")


def test_a_compressed_bomb_does_not_go_off(server, http):
    server.answers["/bomb"] = packed(gzip.compress(bytes(30_000_000)))

    tracemalloc.start()
    try:
        with pytest.raises(NeedsHuman, match="larger than"):
            http.get("bomb")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 5_000_000


def test_compressed_answers_are_unpacked(server, http):
    server.answers["/gzip"] = packed(gzip.compress(b'{"a": ') + gzip.compress(b"1.10}"))
    server.answers["/deflate"] = lambda request: request.say(
        200, zlib.compress(b"[]"), Content_Encoding="deflate"
    )

    assert http.get("gzip").json() == {"a": Decimal("1.10")}
    assert http.get("deflate").json() == []


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(b"[1, 2, 3]")[:-4], "gzip"),
        (b"[1, 2, 3]", "gzip"),
        (gzip.compress(b"[]")[:12] + b"\xff" * 20, "gzip"),
        (b"[]", "br"),
    ],
)
def test_a_damaged_answer_is_tried_again(server, http, body, encoding):
    server.answers["/bad"] = lambda request: request.say(200, body, Content_Encoding=encoding)

    with pytest.raises(TryAgain):
        http.get("bad")


def test_an_answer_cut_off_is_asked_for_again_and_then_given_up(server, http):
    with pytest.raises(TryAgain):
        http.get("truncated/parties")

    assert server.seen["/truncated/parties"] == 3


def test_numbers_keep_their_digits(server, http):
    server.answers["/n"] = lambda request: request.say(
        200, b"[0.1, 1e2, 123456789012345678901234567890.123456789, 10000000000000000000001]"
    )

    tenth, hundred, long, whole = http.get("n").json()

    assert (tenth, hundred) == (Decimal("0.1"), Decimal("1E+2"))
    assert str(long) == "123456789012345678901234567890.123456789"
    assert whole == 10000000000000000000001


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"a": NaN}', b"\xff", b"[" * 200_00, b'{"a": 1}}']
)
def test_what_is_not_json_is_tried_again_with_its_beginning_in_words(server, http, body):
    server.answers["/j"] = lambda request: request.say(200, body)

    with pytest.raises(TryAgain, match="it begins") as caught:
        http.get("j").json()

    assert len(str(caught.value)) < 400
