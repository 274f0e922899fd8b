"""Two teams, three readers, and a real mail server on the loopback."""

import pytest
from aiosmtpd.controller import Controller

from opsboard.config import using
from opsboard.people.models import Team
from tests.alerts.world import CONFIG, Postbox, reader


@pytest.fixture(autouse=True)
def world(db):
    with using(CONFIG):
        for slug in ("billing", "integration"):
            Team.objects.create(slug=slug, name=slug.capitalize())
        yield


@pytest.fixture
def sofia():
    return reader("sofia", "billing", "billing")


@pytest.fixture
def helen():
    return reader("helen", "controller")


@pytest.fixture
def marek():
    return reader("marek", "integration", "integration")


@pytest.fixture
def postbox(settings):
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=0)
    controller.start()
    port = controller.server.sockets[0].getsockname()[1]
    settings.SMTP_URL = f"smtp://127.0.0.1:{port}"
    box.port = port
    yield box
    controller.stop()
