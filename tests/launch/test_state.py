"""The state folder belongs to one supervisor, its secrets to one user, its port to one server."""

import os
import socket

import pytest

from opsboard.launch import state
from opsboard.launch.errors import CannotStart
from opsboard.launch.state import State, is_held, listen, own_folder


def test_the_next_free_port_is_taken():
    with listen(8700) as first, listen(8700) as second:
        taken = first.getsockname()[1]
        assert second.getsockname()[1] > taken >= 8700
        with socket.create_connection(("127.0.0.1", taken), timeout=5):
            pass


def test_no_free_port_is_said_and_not_searched_for_ever(monkeypatch):
    monkeypatch.setattr(state, "PORTS_TRIED", 1)
    with (
        listen(8700) as taken,
        pytest.raises(CannotStart, match="no free port"),
        listen(taken.getsockname()[1]),
    ):
        pass


def test_a_state_is_held_by_one_and_free_afterwards(tmp_path):
    one = State(tmp_path / "state")
    with one.held():
        assert is_held(one.home)
        with pytest.raises(CannotStart, match="already runs"), State(one.home).held():
            pass
    assert not is_held(one.home)
    assert not one.run.exists()


@pytest.mark.parametrize("before", [None, 0o755])
def test_nobody_else_can_look_into_a_state(tmp_path, before):
    """Neither into a new one nor into one that was made open to all."""
    mine = State(tmp_path / "state")
    if before:
        mine.home.mkdir(mode=before)
    with mine.held():
        assert mine.home.stat().st_mode & 0o777 == 0o700


def test_somebody_elses_socket_folder_is_refused(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(CannotStart, match="belongs to somebody else"):
        own_folder(tmp_path / "link")


def test_the_secret_is_made_once_and_private(tmp_path):
    mine = State(tmp_path)
    secret = mine.secret()

    assert len(secret) >= 50
    assert mine.secret() == secret
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret-key"]


def test_states_and_users_do_not_share_a_socket_folder(tmp_path, monkeypatch):
    mine, other = State(tmp_path / "a").run, State(tmp_path / "b").run
    monkeypatch.setattr(os, "geteuid", lambda: 4711)

    assert len({mine, other, State(tmp_path / "a").run}) == 3
    assert len(str(mine)) < 90
