import re
from datetime import timedelta

import pytest

from opsboard.audit.models import AuditEvent
from tests.cast import PASSWORD, person

DOOR = "/people/sign-in"


@pytest.fixture
def knock(client):
    def post(name="helen", password=PASSWORD, address="192.0.2.1", **more):
        given = {"name": name, "password": password, **more}
        return client.post(DOOR, given, REMOTE_ADDR=address)

    return post


def test_the_right_password_opens(client, known, knock):
    response = knock(next="/controls/")
    assert response["Location"] == "/controls/"
    assert client.get("/controls/").status_code == 200


def test_the_work_mail_stands_for_the_name(known, knock):
    assert knock("Helen@Example.com").status_code == 302


def test_a_mail_that_two_share_stands_for_neither(known, knock):
    person("sofia", email=known.email)
    assert knock(known.email).status_code == 200


@pytest.mark.parametrize("name", ["helen", "nobody-at-all"])
def test_wrong_ones_are_told_the_same_whether_the_name_exists(known, knock, name):
    page = knock(name, "not the password").content.decode()
    assert "do not belong together" in page
    assert 'aria-invalid="true"' in page
    assert "not the password" not in page


def test_after_five_wrong_tries_the_right_password_waits_too(known, knock, world):
    for _ in range(5):
        assert knock(password="guess").status_code == 200
    response = knock()
    assert response.status_code == 429
    assert "rests for 15 minutes" in response.content.decode()
    world.shift(timedelta(minutes=15, seconds=1))
    assert knock().status_code == 302


def test_capitals_do_not_make_another_name(known, knock):
    for name in ["helen", "HELEN", "Helen", "hELEN", "heLen"]:
        knock(name, "guess")
    assert knock().status_code == 429


def test_somebody_elsewhere_is_not_locked_out_by_a_guesser(known, knock):
    for _ in range(5):
        knock(password="guess", address="198.51.100.7")
    assert knock(address="192.0.2.1").status_code == 302


def test_what_a_header_claims_to_be_the_address_changes_nothing(client, known):
    for number in range(6):
        response = client.post(
            DOOR,
            {"name": "helen", "password": "guess"},
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
        )
    assert response.status_code == 429


def test_one_address_cannot_try_name_after_name(known, knock, monkeypatch):
    monkeypatch.setattr("opsboard.people.queries.TRIES_PER_ADDRESS", 7)
    for number in range(7):
        knock(f"name{number}", "guess")
    assert knock().status_code == 429


def test_tries_are_on_record_without_the_password(known, knock):
    knock(password="guess-4711")
    knock()
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "sign_in_refused",
        "signed_in",
    ]
    assert "4711" not in str(list(AuditEvent.objects.values()))


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/x", "javascript:alert(1)", "http:///x"]
)
def test_the_way_on_is_never_to_another_site(known, knock, wanted):
    assert knock(next=wanted)["Location"] == "/"


def test_someone_without_a_password_cannot_enter_with_an_empty_one(helen, knock):
    helen.set_unusable_password()
    helen.save()
    assert knock(password="").status_code == 200
    assert knock(password="!").status_code == 200


def test_someone_who_left_cannot_enter(known, knock):
    known.is_active = False
    known.save()
    assert knock().status_code == 200


def test_signing_out_takes_a_post_and_ends_the_session(client, known, knock):
    knock()
    assert client.get("/people/sign-out").status_code == 405
    assert client.post("/people/sign-out")["Location"] == DOOR
    assert client.get("/controls/").status_code == 302


def test_forms_of_strangers_are_refused(known):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    response = strict.post(DOOR, {"name": "helen", "password": PASSWORD})
    assert response.status_code == 403
    assert "This form was too old" in response.content.decode()


def test_the_door_is_not_kept_in_caches(client):
    response = client.get(DOOR)
    assert "no-store" in response["Cache-Control"]
    assert re.search(
        r'name="password"[^>]*autocomplete="current-password"|autocomplete='
        r'"current-password"',
        response.content.decode(),
    )


def test_a_page_left_open_is_led_to_the_door_and_back(client):
    here = {"HX-Request": "true", "HX-Current-URL": "http://testserver/controls/TP01?before=9"}
    response = client.get("/controls/TP01", headers=here, follow=True)
    assert response["HX-Redirect"] == f"{DOOR}?next=%2Fcontrols%2FTP01%3Fbefore%3D9"
    assert not response.content
