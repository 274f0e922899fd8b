import pytest

from opsboard.people.roles import ROLES, Role
from opsboard.ui.context import ROOMS

PAGES = {
    "systems": ["/systems/", "/systems/erp", "/traces/"],
    "controls": ["/controls/", "/controls/TP01"],
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("room", PAGES)
def test_a_room_opens_to_its_roles_and_to_no_other(read, somebody, erp, role, room):
    person = somebody(role)
    status = 200 if room in ROLES[role].rooms else 403
    for address in PAGES[room]:
        page = read(person, address, status=status)
        assert ("not a room of the role" in page) == (status == 403)


@pytest.mark.parametrize("address", [one for some in PAGES.values() for one in some])
def test_a_stranger_is_sent_to_the_door_and_back_afterwards(client, erp, address):
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"] == f"/people/sign-in?next={address}"


def test_an_account_without_a_role_is_told_so(read, somebody, erp):
    page = read(somebody(""), "/systems/", status=403)
    assert "an account without a role" in page


@pytest.mark.parametrize("role", Role)
def test_the_masthead_shows_the_rooms_of_the_role_alone(read, somebody, role):
    page = read(somebody(role), "/nowhere", status=404)
    for slug, (title, _) in ROOMS.items():
        assert (f'data-says="Go to {title}"' in page) == (slug in ROLES[role].rooms)


def test_acts_are_refused_to_those_who_only_look(client, somebody, erp):
    client.force_login(somebody(Role.AUDITOR))
    for address in ["/systems/pull", "/systems/erp/pull", "/systems/erp/replay"]:
        response = client.post(address, {"stream": "1"})
        assert response.status_code == 403
        assert "integration support, controllers and administrators" in response.content.decode()


def test_the_open_count_is_that_of_the_readers_entities(read, somebody):
    from tests.cast import cause

    cause(legal_entity="NQ-UK")
    cause(legal_entity="NQ-DE")
    page = read(somebody(Role.BILLING, entities=["NQ-DE"]), "/controls/")
    assert '<span class="count">1<' in page
    page = read(somebody(Role.PMO), "/controls/")
    assert '<span class="count">2<' in page
