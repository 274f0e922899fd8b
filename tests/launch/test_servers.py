"""The embedded servers start, answer, keep what is durable and leave nothing behind."""

import psycopg
import pytest
import redis

from opsboard.launch.embedded import embedded


@pytest.fixture(autouse=True)
def no_running_servers(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


def test_a_durable_state_is_found_again_at_the_second_start(tmp_path):
    with embedded(tmp_path / "state", durable=True) as servers:
        with psycopg.connect(servers.database_url) as link:
            link.execute("create table kept as select 42 as answer")
        with redis.Redis.from_url(servers.redis_url) as link:
            link.set("kept", "42")

    with embedded(tmp_path / "state", durable=True) as servers:
        with psycopg.connect(servers.database_url) as link:
            assert link.execute("select answer from kept").fetchone() == (42,)
        with redis.Redis.from_url(servers.redis_url) as link:
            assert link.get("kept") == b"42"
