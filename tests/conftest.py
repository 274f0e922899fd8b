import os
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, settings

from tests.browsing import chrome
from tests.firm import make_firm

__all__ = ["chrome"]
# At the desk every run looks elsewhere; where a submission is judged, the same run gives the
# same answer.
SLOW = [HealthCheck.too_slow]
settings.register_profile("judged", derandomize=True, deadline=None, suppress_health_check=SLOW)
if os.environ.get("CI"):
    settings.load_profile("judged")


@pytest.fixture
def firm(db):
    """The tiny firm, inside the test's own transaction: runs are full."""
    with ExitStack() as stack:
        yield make_firm(stack).basics()


@pytest.fixture
def committed_firm(transactional_db):
    """The same, committed: changes become visible as in life, so runs may be incremental."""
    with ExitStack() as stack:
        yield make_firm(stack).basics()
