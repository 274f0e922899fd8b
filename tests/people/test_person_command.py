"""`manage.py person` makes an account that can be used, and changes one."""

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from opsboard.audit.models import AuditEvent
from opsboard.people.models import Person
from tests.cast import PASSWORD

NEW = ("nadia", "--email", "nadia@example.com", "--role", "controller")


@pytest.fixture
def piped(monkeypatch, settings):
    """Give the command a standard input that is no terminal."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_new_person_can_sign_in_and_work(piped, client):
    piped(f"{PASSWORD}\n")
    call_command("person", *NEW, "--team", "finance", "--entities", "NQ-UK", "NQ-DE")

    nadia = Person.objects.get(username="nadia")
    assert (nadia.team_id, nadia.entities) == ("finance", ["NQ-UK", "NQ-DE"])
    assert str(nadia.place) == "Europe/London"
    assert client.login(username="nadia", password=PASSWORD)
    assert client.get("/exceptions/").status_code == 200


def test_what_is_not_given_stays_as_it_is(known):
    call_command("person", "helen", "--role", "auditor", "--zone", "Europe/Berlin", "--no-mail")

    helen = Person.objects.get(username="helen")
    assert (helen.role, helen.zone, helen.wants_mail) == ("auditor", "Europe/Berlin", False)
    assert (helen.team_id, helen.email) == (known.team_id, known.email)
    assert helen.check_password(PASSWORD)


def test_bounds_can_be_lifted_and_a_team_left(known):
    call_command("person", "helen", "--entities", "NQ-UK")
    call_command("person", "helen", "--entities", "--team", "", "--no-active")

    helen = Person.objects.get(username="helen")
    assert (helen.entities, helen.team, helen.is_active) == ([], None, False)


def test_a_password_is_changed_only_when_asked_for(piped, known):
    piped("another long enough one\n")
    call_command("person", "helen", "--password")

    assert Person.objects.get(username="helen").check_password("another long enough one")


def test_the_audit_log_says_what_changed_and_no_password(piped, known):
    piped("another long enough one\n")
    call_command("person", "helen", "--role", "billing", "--password")

    (event,) = AuditEvent.objects.filter(action="person_changed", subject="person:helen")
    assert (event.before["role"], event.after["role"]) == ("controller", "billing")
    assert event.after["password"] == "new"
    assert "another" not in str(event.after)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("helen", "--role", "boss"), "role: Value 'boss' is not a valid choice"),
        (("helen", "--zone", "Mars/X"), "zone: There is no time zone Mars/X"),
        (("helen", "--email", "nobody"), "email: Enter a valid email address"),
        (("helen", "--team", "finanse"), "There is no team finanse; did you mean finance"),
        (("nadia", "--email", "nadia@example.com"), "role: This field cannot be blank"),
    ],
)
def test_what_would_make_no_usable_account_is_refused(piped, known, given, said):
    piped(f"{PASSWORD}\n")
    with pytest.raises(CommandError, match=said):
        call_command("person", *given)

    assert list(Person.objects.values_list("username", "role", "zone")) == [
        ("helen", "controller", "Europe/London")
    ]


def test_a_password_that_anybody_guesses_is_refused(piped):
    piped("short\n")
    with pytest.raises(CommandError, match="too short"):
        call_command("person", *NEW)
    assert not Person.objects.exists()


def test_a_superuser_is_not_made_without_a_role():
    with pytest.raises(CommandError, match="--role"):
        call_command("createsuperuser", interactive=False, username="root", email="r@example.com")


@pytest.mark.parametrize("field", [{"zone": "Mars/X"}, {"zone": ""}, {"role": "boss"}])
def test_an_account_that_is_wrong_already_breaks_no_page(known, client, field):
    """Zones are taken out of the world's list, and accounts are made in a shell."""
    Person.objects.filter(pk=known.pk).update(**field)
    client.force_login(known)

    wanted = 403 if "role" in field else 200
    for page in ("/", "/exceptions/", "/systems/", "/controls/"):
        assert client.get(page).status_code == wanted, page


def test_a_role_that_is_not_known_sees_nothing(known):
    from opsboard.exceptions.models import Group
    from tests.cast import cause

    cause()
    assert Group.objects.visible_to(known).exists()
    known.role = "boss"
    assert not Group.objects.visible_to(known).exists()
    assert known.sees == frozenset()
    assert not known.may("comment")
