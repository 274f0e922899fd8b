from contextlib import ExitStack

import pytest

from tests.browsing import chrome
from tests.firm import make_firm

__all__ = ["chrome"]


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
