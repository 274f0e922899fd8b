"""Their words to our words: every product opsboard can read."""

from importlib import import_module

from connectors.base import Connector

CONNECTORS: dict[str, str] = {
    "files": "connectors.files.client:Files",
    "hostile": "connectors.hostile.client:Hostile",
    "sandbox": "connectors.northquay.client:Northquay",
    "tryton": "connectors.tryton.client:Tryton",
}


def connector_class(slug: str) -> type[Connector]:
    """The connector of that name; KeyError when there is none. Imported only when asked for."""
    module, _, name = CONNECTORS[slug].partition(":")
    return getattr(import_module(module), name)
