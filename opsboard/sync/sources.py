"""The connector behind a connection, with its secrets, for as long as it is needed."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime

from connectors import connector_class
from connectors.base import Connector, Probe
from connectors.redaction import redact
from opsboard.config import config
from opsboard.sync.models import Connection

log = logging.getLogger(__name__)


@contextmanager
def opened(connection: Connection) -> Iterator[Connector]:
    """The connector of an active connection; what it holds open is closed afterwards."""
    settings = config().settings_for(connection.slug)
    connector = connector_class(connection.connector)(settings)
    try:
        yield connector
    finally:
        connector.close()


def probe(connection: Connection, now: datetime) -> Probe:
    """Ask the source what it allows, and remember the answer. Never raises for the source."""
    try:
        with opened(connection) as connector:
            found = connector.probe()
    except Exception as error:
        found = Probe(reachable=False, detail=blamed(connection.slug, error))
    answer = {
        **asdict(found),
        "detail": said(connection.slug, found.detail),
        "missing": [said(connection.slug, one) for one in found.missing],
    }
    connection.probe, connection.probed_at = answer, now
    connection.save(update_fields=["probe", "probed_at"])
    return Probe(**answer)


def said(connection: str, words: object) -> str:
    """What a source or its connector said, without its secrets."""
    return redact(str(words), config().secrets_of(connection))


def blamed(connection: str, error: Exception) -> str:
    """A mistake of the connector itself, for people.

    Its message may hold a payload, so only its name is kept; the log has the lines of code.
    """
    lines = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s: the connector failed with %s\n%s", connection, type(error).__name__, lines)
    return f"The connector failed with {type(error).__name__}; the log says where."
