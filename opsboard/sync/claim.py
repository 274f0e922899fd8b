"""One pull of a stream at a time, with the database as referee."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error, connection

from opsboard.sync.models import Stream

# Two numbers make an advisory lock: what it is about, and which one.
STREAMS = "hashtext('opsboard.sync.stream')"


@contextmanager
def claimed(stream: Stream) -> Iterator[bool]:
    """Whether the stream is ours while the block runs.

    The lock belongs to the session, so the database itself lets go of it when the process dies.
    It is not meant for pgbouncer's transaction mode, where a session has many owners.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"select pg_try_advisory_lock({STREAMS}, %s)", [stream.pk])
        is_ours = cursor.fetchone()[0]
    try:
        yield is_ours
    finally:
        if is_ours:
            _let_go(stream)


def _let_go(stream: Stream) -> None:
    """A session that is gone has let go already."""
    with suppress(Error), connection.cursor() as cursor:
        cursor.execute(f"select pg_advisory_unlock({STREAMS}, %s)", [stream.pk])
