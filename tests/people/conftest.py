import pytest
import time_machine

from opsboard.config import using
from tests.cast import CONFIG, NOW, PASSWORD, helen, marek, sofia  # noqa: F401


@pytest.fixture(autouse=True)
def world(db):
    with using(CONFIG), time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def known(helen, settings):  # noqa: F811
    # The real hash is slow on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    helen.set_password(PASSWORD)
    helen.save()
    return helen
