"""No secret reaches a message."""

import base64
import traceback

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import NeedsHuman, TryAgain
from connectors.http import Http
from connectors.redaction import redact

# By name, so that the line of a test in a traceback does not tell them.
TOKEN, QUIET = "s3cret-value", "hush-hush"
SECRETS = st.text(
    st.characters(min_codepoint=33, max_codepoint=126), min_size=6, max_size=20
).filter(lambda text: any(map(str.isalnum, text)))


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer s3cret-value",
        "authorization: Session bWU6MTpzM2NyZXQ= s3cret-value",
        "Cookie: a=1; session=s3cret-value",
        "Set-Cookie: sid=s3cret-value; HttpOnly",
        "https://me:s3cret-value@example.org/x",
        "https://example.org/x?access_token=s3cret-value&page=2",
        "https://example.org/x?page=2&api_key=s3cret-value#top",
        "https://example.org/x?sig=s3cret-value",
        '{"password": "s3cret-value", "login": "me"}',
        '{"client_secret" : "s3cret\\"-s3cret-value"}',
        "{'refreshToken': 's3cret-value'}",
        '{"apiKey":"s3cret-value',
        "password=s3cret-value",
        "cannot log in with Bearer s3cret-value",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzM2NyZXQifQ.s3cret-value",
    ],
)
def test_what_looks_like_a_secret_is_struck_out(text):
    assert "s3cret-value" not in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/invoices?page=2&status=posted",
        '{"name": "Key Account", "hours": 7.5}',
        "party 17 has no tax identifier",
        "http://127.0.0.1:8000/ok answered 503 Service Unavailable",
    ],
)
def test_what_helps_people_stays(text):
    assert redact(text) == text


@given(SECRETS)
def test_a_known_secret_is_struck_out_in_every_spelling(secret):
    spellings = [
        secret,
        httpx.QueryParams({"q": secret})["q"],
        base64.b64encode(secret.encode()).decode(),
    ]
    for spelling in spellings:
        assert spelling not in redact(f"before [{spelling}] after", [secret]).replace("***", "")


def everything_said(error):
    lines = traceback.format_exception(error)
    return "".join(lines) + str(error) + repr(error) + getattr(error, "remedy", "")


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 302])
def test_no_error_tells_the_secret_of_its_request(server, status):
    server.answers["/x"] = lambda request: request.say(
        status, Location=f"http://example.org/?k={TOKEN}"
    )
    http = Http(server.address, headers={"Authorization": f"Bearer {TOKEN}"}, secrets=[QUIET])

    with http, pytest.raises((TryAgain, NeedsHuman)) as caught:
        http.get("x", params={"token": TOKEN, "note": QUIET})

    said = everything_said(caught.value)
    assert TOKEN not in said
    assert QUIET not in said


def test_no_answer_that_repeats_the_secret_passes_it_on(server):
    server.answers["/x"] = lambda request: request.say(
        200, f"you sent {request.headers['Authorization']}, {QUIET}".encode()
    )
    http = Http(server.address, headers={"Authorization": f"Custom {TOKEN}"}, secrets=[QUIET])

    with http, pytest.raises(TryAgain, match="you sent") as caught:
        http.get("x").json()

    assert TOKEN not in everything_said(caught.value)
    assert QUIET not in everything_said(caught.value)
