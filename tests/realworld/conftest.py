"""The live ERP: a fresh one for each module that counts its faults, one for all that only read."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.realworld.erp import Erp
from tests.realworld.tryton.world import make_world

pytest.register_assert_rewrite("tests.connectors.promises")
# Kept between runs: the environment with Tryton, and the dump of its empty database.
STATE = Path(__file__).parents[2] / ".state" / "tryton"


@pytest.fixture(scope="module")
def world():
    """Untouched, so that its truth is known; the test may mend it."""
    made = make_world(STATE, os.environ["DATABASE_URL"], datetime.now(UTC).date())
    yield made
    made.stop()


@pytest.fixture(scope="session")
def erp():
    """Shared by tests that compare with what is there now, and change it as they like."""
    made = make_world(STATE, os.environ["DATABASE_URL"], datetime.now(UTC).date(), "northquay_2")
    yield Erp(made)
    made.stop()
