"""Pages are read by somebody, at the instant of the cast."""

import pytest
import time_machine

from opsboard.config import using
from tests.cast import CONFIG, NOW, aisha, charlie, helen, marek, sofia  # noqa: F401


@pytest.fixture
def world(db):
    with using(CONFIG), time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def read(client):
    """Ask for an address as somebody; the body as text."""

    def ask(person, address="/exceptions/", *, status=200, **headers):
        client.force_login(person)
        response = client.get(address, **headers)
        assert response.status_code == status, response.content.decode()[:2000]
        return b"".join(response).decode()

    return ask
