import pytest

from opsboard.people.demo import CAST, DOORS, settle_demo_people
from opsboard.people.models import Person


@pytest.fixture
def people():
    settle_demo_people()


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.username)
def test_in_the_demo_one_click_is_enough(client, settings, people, door):
    settings.DEMO = True
    assert f"{door.first_name} {door.last_name}" in client.get("/people/sign-in").content.decode()
    assert client.post(f"/people/enter/{door.username}")["Location"] == "/"
    assert client.session["_auth_user_id"] == str(Person.objects.get(username=door.username).pk)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.username)
def test_elsewhere_there_is_no_such_door(client, settings, people, door):
    settings.DEMO = False
    assert "Look around as" not in client.get("/people/sign-in").content.decode()
    assert client.post(f"/people/enter/{door.username}").status_code == 404
    assert "_auth_user_id" not in client.session


def test_a_link_alone_lets_nobody_in(client, settings, people):
    settings.DEMO = True
    assert client.get("/people/enter/helen").status_code == 405


def test_only_the_four_have_a_door(client, settings, people):
    settings.DEMO = True
    Person.objects.create(username="root", role="admin", is_superuser=True)
    for name in ["root", "lena", "nobody"]:
        assert client.post(f"/people/enter/{name}").status_code == 404


def test_the_cast_is_settled_once_and_has_no_password(people):
    settle_demo_people()
    assert Person.objects.count() == len(CAST)
    assert not any(one.has_usable_password() for one in Person.objects.all())
