import pytest

import connectors
from opsboard.config import config, using
from opsboard.sync.queries import settle_connections
from tests.sync.world import FIRM, Source, scripted


@pytest.fixture
def deployment(monkeypatch):
    """Use a configuration with these connections until the test ends."""
    monkeypatch.setitem(connectors.CONNECTORS, "scripted", "tests.sync.scripted:Scripted")
    standing = []

    def use(*tables):
        if standing:
            standing.pop().__exit__(None, None, None)
        standing.append(using(FIRM + "".join(tables)))
        standing[-1].__enter__()
        return settle_connections(config())

    yield use
    while standing:
        standing.pop().__exit__(None, None, None)


@pytest.fixture
def source(db, tmp_path, deployment):
    made = Source(tmp_path / "script.json")
    made.says()
    deployment(scripted(made.script))
    return made
