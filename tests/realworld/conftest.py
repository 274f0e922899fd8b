"""The live ERP, once for each module that asks for it."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.realworld.tryton.world import make_world

# Kept between runs: the environment with Tryton, and the dump of its empty database.
STATE = Path(__file__).parents[2] / ".state" / "tryton"


@pytest.fixture(scope="module")
def world():
    made = make_world(STATE, os.environ["DATABASE_URL"], datetime.now(UTC).date())
    yield made
    made.stop()
