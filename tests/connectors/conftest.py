import pytest

from tests.connectors.drop import Drop
from tests.connectors.misbehaving import serving

pytest.register_assert_rewrite("tests.connectors.promises")


@pytest.fixture
def server():
    with serving() as running:
        yield running


@pytest.fixture
def drop(tmp_path):
    return Drop(tmp_path / "drop")
