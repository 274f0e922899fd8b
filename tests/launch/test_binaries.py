"""Programs are taken from where the environment says, and their absence is said with a remedy."""

import pytest

from opsboard.launch.binaries import postgres_folder, postgres_version, redis_server
from opsboard.launch.errors import CannotStart


def program(path, output=""):
    path.write_text(f"#!/bin/sh\necho '{output}'\n")
    path.chmod(0o644)
    return path


def test_the_environment_decides_which_postgres(tmp_path, monkeypatch):
    program(tmp_path / "initdb")
    program(tmp_path / "postgres", "postgres (PostgreSQL) 16.2 (Somewhere)")
    monkeypatch.setenv("OPSBOARD_POSTGRES_BIN", str(tmp_path))

    assert postgres_folder() == tmp_path
    assert postgres_version(tmp_path) == 16


@pytest.mark.parametrize("said", ["postgres (PostgreSQL) 14.9", "cannot load library", ""])
def test_a_postgres_too_old_or_broken_is_not_taken(tmp_path, monkeypatch, said):
    program(tmp_path / "initdb")
    program(tmp_path / "postgres", said)
    monkeypatch.setenv("OPSBOARD_POSTGRES_BIN", str(tmp_path))

    with pytest.raises(CannotStart, match="DATABASE_URL"):
        postgres_folder()


def test_a_missing_redis_is_said_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("OPSBOARD_REDIS_BIN", str(tmp_path / "absent"))

    with pytest.raises(CannotStart, match="REDIS_URL"):
        redis_server()


def test_a_program_that_lost_its_executable_bit_gets_it_back(tmp_path, monkeypatch):
    monkeypatch.setenv("OPSBOARD_REDIS_BIN", str(program(tmp_path / "redis-server")))

    assert redis_server().stat().st_mode & 0o111
