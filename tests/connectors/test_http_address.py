"""Where a source may live, and whom opsboard trusts there."""

import ssl
from pathlib import Path

import pytest

from connectors.addresses import http_mistakes
from connectors.base import NeedsHuman, TryAgain
from connectors.http import Http

# A certificate for this machine alone, signed by itself, with its key.
CERTIFICATE = str(Path(__file__).parent / "loopback.pem")


@pytest.fixture
def secure(server):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.answers["/x"] = lambda request: request.say(200, b"{}")
    return f"https://localhost:{server.server_port}"


def test_a_certificate_nobody_vouches_for_is_not_trusted(secure):
    with Http(secure) as http, pytest.raises(NeedsHuman, match="certificate") as caught:
        http.get("x")

    assert "ca_bundle" in caught.value.remedy


def test_a_named_authority_is_trusted(secure):
    with Http(secure, verify=CERTIFICATE) as http:
        assert http.get("x").status == 200


def test_a_certificate_for_another_name_is_not_trusted(secure):
    another = secure.replace("localhost", "127.1")

    with Http(another, verify=CERTIFICATE) as http, pytest.raises(NeedsHuman, match="certificate"):
        http.get("x")


def test_verification_can_be_left_out_on_this_machine_alone(secure):
    with Http(secure, verify=False) as http:
        assert http.get("x").status == 200
    with pytest.raises(ValueError, match="this machine alone"):
        Http("https://erp.example.com", verify=False)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "base_url: is missing"),
        ({"base_url": 3}, "base_url: is missing"),
        ({"base_url": ""}, "base_url: write an address"),
        ({"base_url": "erp.example.com"}, "base_url: write an address"),
        ({"base_url": "ftp://erp.example.com"}, "base_url: write an address"),
        ({"base_url": "https://[::1"}, "base_url: is no address"),
        ({"base_url": "http://erp.example.com"}, "base_url: write https://"),
        ({"base_url": "https://me:pw@erp.example.com"}, "base_url: keep the login out"),
        ({"base_url": "https://erp.example.com?x=1"}, "base_url: leave out"),
        ({"base_url": "https://erp.example.com", "verify": False}, "verify: can be false for"),
        ({"base_url": "https://erp.example.com", "verify": "no"}, "verify: write true or false"),
        ({"base_url": "https://erp.example.com", "ca_bundle": "/nowhere.pem"}, "there is no file"),
        ({"base_url": "https://erp.example.com", "ca_bundle": __file__}, "cannot be read as"),
        ({"base_url": "https://erp.example.com", "ca_bundle": 3}, "ca_bundle: write the path"),
        ({"base_url": "https://erp.example.com", "timeout": 0}, "timeout: write a number above 0"),
        ({"base_url": "https://erp.example.com", "max_bytes": "1"}, "max_bytes: write a number"),
    ],
)
def test_each_mistake_is_said_with_its_place(settings, said):
    assert any(said in mistake for mistake in http_mistakes(settings)), http_mistakes(settings)


@pytest.mark.parametrize(
    "settings",
    [
        {"base_url": "https://erp.example.com/api/"},
        {"base_url": "http://127.0.0.1:8000"},
        {"base_url": "http://[::1]:8000"},
        {"base_url": "http://localhost"},
        {"base_url": "http://erp:8000", "plain_http": True},
        {"base_url": "https://erp.example.com", "ca_bundle": CERTIFICATE, "timeout": 2.5},
    ],
)
def test_settings_that_work_have_no_mistakes(settings):
    assert http_mistakes(settings) == []
    Http.from_settings(settings).close()


def test_a_source_that_is_not_there_is_tried_again(server):
    with Http("http://127.0.0.1:9") as http, pytest.raises(TryAgain):
        http.get("x")
