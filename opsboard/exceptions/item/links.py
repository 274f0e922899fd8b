"""The way from an exception to the record in the system that owns it."""

from dataclasses import dataclass

from opsboard.config import Misconfigured
from opsboard.controls.catalogue import catalogue
from opsboard.sync.models import Connection
from opsboard.sync.sources import opened


@dataclass(frozen=True, slots=True)
class Link:
    """Where a person mends the record: the system's title and the address in it."""

    title: str
    address: str


def link_of(key: str, control: str) -> Link | None:
    """The address of `system:source_id` in its system, when the connector knows one."""
    system, _, source_id = key.partition(":")
    found = catalogue().get(control)
    if not source_id or not found:
        return None
    kind = found.population.split()[0]
    connection = Connection.objects.filter(active=True, system=system, streams__kind=kind).first()
    if connection is None:
        return None
    try:
        with opened(connection) as connector:
            address = connector.link(kind, source_id)
    except (KeyError, Misconfigured):
        # The connection left the file or lost its secret; the page stands without the link.
        return None
    return Link(connection.title, address) if address else None
