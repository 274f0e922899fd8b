"""Two teams, three readers, and a real mail server on the loopback."""

import pytest

from opsboard.config import using
from opsboard.people.models import Team
from tests.alerts.world import CONFIG, Postbox, reader, serving


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
    with serving(box) as settings.SMTP_URL:
        yield box
