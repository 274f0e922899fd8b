"""Every answer that is not a good one says who can help: time, or a person."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from connectors.base import NeedsHuman, TryAgain
from connectors.http import Http


@pytest.fixture
def http(server):
    with Http(server.address) as http:
        yield http


def answering(*statuses, **headers):
    """Each status in turn, the last one for ever."""
    left = list(statuses)
    return lambda request: request.say(left.pop(0) if len(left) > 1 else left[0], b"{}", **headers)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_read_is_repeated_while_the_source_is_briefly_down(server, http, status):
    server.answers["/x"] = answering(status, status, 200)

    assert http.get("x").status == 200
    assert server.seen["/x"] == 3


def test_a_source_that_stays_down_is_tried_again_later(server, http):
    server.answers["/x"] = answering(503)

    with pytest.raises(TryAgain, match="503"):
        http.get("x")
    assert server.seen["/x"] == 3


def test_a_write_is_never_repeated_and_a_read_over_post_is(server, http):
    server.answers["/x"] = answering(503, 200)
    server.answers["/y"] = answering(503, 200)

    with pytest.raises(TryAgain):
        http.post("x", json={})
    assert http.post("y", json={}, idempotent=True).status == 200
    assert (server.seen["/x"], server.seen["/y"]) == (1, 2)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 422])
def test_a_mistake_of_ours_needs_a_person_and_is_not_repeated(server, http, status):
    server.answers["/x"] = answering(status)

    with pytest.raises(NeedsHuman, match=str(status)) as caught:
        http.get("x")
    assert caught.value.remedy.endswith(".")
    assert server.seen["/x"] == 1


@pytest.mark.parametrize("status", [408, 425, 429, 500, 501, 505])
def test_what_may_pass_is_tried_again_without_hammering(server, http, status):
    server.answers["/x"] = answering(status)

    with pytest.raises(TryAgain, match=str(status)):
        http.get("x")
    assert server.seen["/x"] == 1


def test_a_status_the_caller_wants_to_judge_is_handed_back(server, http):
    server.answers["/x"] = answering(404)

    assert http.get("x", accept=[404]).status == 404


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_asked_for_in_seconds_is_passed_on_at_once(server, http, status):
    server.answers["/x"] = answering(status, Retry_After="120")

    with pytest.raises(TryAgain) as caught:
        http.get("x")
    assert caught.value.retry_after == timedelta(seconds=120)
    assert server.seen["/x"] == 1


def test_a_wait_asked_for_as_a_date_is_passed_on(server, http):
    until = datetime.now(UTC) + timedelta(minutes=10)
    server.answers["/x"] = answering(429, Retry_After=format_datetime(until, usegmt=True))

    with pytest.raises(TryAgain) as caught:
        http.get("x")
    assert timedelta(minutes=9) < caught.value.retry_after <= timedelta(minutes=10)


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("Thu, 01 Jan 1970 00:00:00 GMT", timedelta(0)),
        ("99999999999999999999", timedelta(days=1)),
        ("Fri, 01 Jan 2100 00:00:00 GMT", timedelta(days=1)),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("Thu, 99 Foo 2026", None),
    ],
)
def test_a_wait_that_makes_no_sense_does_no_harm(server, http, asked, wait):
    server.answers["/x"] = answering(429, Retry_After=asked)

    with pytest.raises(TryAgain) as caught:
        http.get("x")
    assert caught.value.retry_after == wait


def test_a_redirect_within_the_host_is_followed(server, http):
    server.answers["/old"] = lambda request: request.say(302, Location="/new")
    server.answers["/new"] = answering(200)

    assert http.get("old").origin == f"{server.address}/new"


@pytest.mark.parametrize("target", ["http://localhost:1/x", "https://example.org/?token=s3cret"])
def test_a_redirect_to_another_host_carries_nothing_there(server, target):
    server.answers["/x"] = lambda request: request.say(302, Location=target)

    login = httpx.BasicAuth("me", "s3cret")
    with Http(server.address, auth=login) as http, pytest.raises(NeedsHuman) as caught:
        http.get("x")

    assert "redirects to" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_redirects_in_circles_end(server, http):
    server.answers["/x"] = lambda request: request.say(302, Location="/x")

    with pytest.raises(NeedsHuman, match="circles"):
        http.get("x")


def test_what_was_posted_is_not_redirected(server, http):
    server.answers["/x"] = lambda request: request.say(307, Location="/y")

    with pytest.raises(NeedsHuman, match="redirect"):
        http.post("x", json={})
    assert server.seen["/y"] == 0


def test_an_address_the_source_names_must_be_its_own(server, http):
    server.answers["/next"] = answering(200)

    assert http.get(f"{server.address}/next").status == 200
    with pytest.raises(NeedsHuman, match="elsewhere"):
        http.get("http://127.0.0.2:9/next")
    with pytest.raises(NeedsHuman, match="no address"):
        http.get("http://[::1/next")


class Login(httpx.Auth):
    """Fetches a session when it is refused, as many sources want it."""

    requires_response_body = True

    def auth_flow(self, request):
        response = yield request
        if response.status_code == 401:
            session = yield httpx.Request("POST", request.url.copy_with(path="/login"))
            request.headers["Authorization"] = f"Session {session.json()['id']}"
            yield request


def test_a_login_is_a_conversation_of_its_own(server):
    def guarded(request):
        request.say(200 if request.headers.get("Authorization") == "Session 7" else 401, b"{}")

    server.answers["/x"] = guarded
    server.answers["/login"] = lambda request: request.say(200, b'{"id": 7}')

    with Http(server.address, auth=Login()) as http:
        assert http.get("x").status == 200
    assert server.seen["/login"] == 1


def test_the_limits_hold_for_logins_too(server):
    server.answers["/x"] = answering(401)
    server.answers["/login"] = lambda request: request.say(200, bytes(2000))

    http = Http(server.address, auth=Login(), max_bytes=1000)
    with http, pytest.raises(NeedsHuman, match="larger than 1000 bytes"):
        http.get("x")


def test_the_clock_of_the_source_can_be_read(server, http):
    server.answers["/x"] = answering(200)

    assert abs(http.get("x").date - datetime.now(UTC)) < timedelta(seconds=5)
