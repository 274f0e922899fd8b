"""One pull of a stream, and one turn of all, at a time, with the database as referee."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

from django.db import Error, connection

from opsboard.sync.models import Stream

# Two numbers make an advisory lock: what it is about, and which one.
STREAM = "hashtext('opsboard.sync.stream'), %s"
TURN = "hashtext('pipeline')"


def claimed(stream: Stream) -> AbstractContextManager[bool]:
    """Whether the stream is ours while the block runs."""
    return _held(STREAM, [stream.pk])


def only_turn() -> AbstractContextManager[bool]:
    """Whether ours is the one turn of the whole deployment while the block runs."""
    return _held(TURN, [])


@contextmanager
def _held(lock: str, values: list[int]) -> Iterator[bool]:
    """The lock belongs to the session, so the database itself lets go when the process dies.

    It is not meant for pgbouncer's transaction mode, where a session has many owners.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"select pg_try_advisory_lock({lock})", values)
        is_ours = cursor.fetchone()[0]
    try:
        yield is_ours
    finally:
        if is_ours:
            _let_go(lock, values)


def _let_go(lock: str, values: list[int]) -> None:
    """A session that is gone has let go already."""
    with suppress(Error), connection.cursor() as cursor:
        cursor.execute(f"select pg_advisory_unlock({lock})", values)
