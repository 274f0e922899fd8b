import pytest

from connectors.tryton.client import Tryton
from tests.connectors.tryton.scripted import playing

SETTINGS = {"database": "firm", "login": "opsboard", "password": "open sesame"}


@pytest.fixture
def tryton():
    """Make a connector on a script: `tryton(script, page_size=2)`."""

    def make(script, **more):
        settings = {"base_url": script.address, **SETTINGS, **more}
        assert Tryton.check_settings(settings) == []
        return Tryton(settings)

    return make


@pytest.fixture
def period():
    """A vendor's row of an accounting period."""

    def make(number, **changes):
        day = {"__class__": "date", "year": 2026, "month": number % 12 + 1, "day": 1}
        made = {"__class__": "datetime", "year": 2026, "month": 1, "day": 2, "hour": 3}
        return {
            "id": number,
            "name": f"Period {number}",
            "start_date": day,
            "end_date": {**day, "day": 28},
            "state": "open",
            "company": 6,
            "create_date": {**made, "minute": 4, "second": 5, "microsecond": 678},
            "write_date": None,
            **changes,
        }

    return make


@pytest.fixture
def play():
    return playing
