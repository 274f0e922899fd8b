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


@pytest.fixture
def do(client):
    """Do something to a group as somebody; a verdict speaks of the request that stands there."""

    def act(who, group, verb, data=None, *, follow=True, **headers):
        client.force_login(who)
        said = dict(data or {})
        if verb in {"approve", "refuse"} and "request" not in said:
            said["request"] = group.decisions.order_by("-pk").values_list("pk", flat=True).first()
        address = f"/exceptions/{group.pk}/{verb}/"
        return client.post(address, said, follow=follow, headers=headers)

    return act
