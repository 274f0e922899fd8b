"""Every connection: can it be reached, with which rights, and what is missing."""

import sys

from django.core.management.base import BaseCommand, CommandError

from opsboard import clock
from opsboard.config import Misconfigured, config
from opsboard.sync.models import Connection
from opsboard.sync.queries import settle_connections
from opsboard.sync.sources import probe


class Command(BaseCommand):
    help = "Ask every connection whether it can be reached, with which rights, what is missing."

    def add_arguments(self, parser):
        parser.add_argument("connection", nargs="?", help="one connection alone")

    def handle(self, *, connection=None, **_):
        try:
            settle_connections(config())
        except Misconfigured as error:
            raise CommandError(f"opsboard.toml cannot be used:\n{error}") from None
        chosen = Connection.objects.filter(active=True).order_by("slug")
        if connection:
            chosen = chosen.filter(slug=connection)
        if not chosen:
            raise CommandError(
                f"There is no connection {connection}." if connection else "There is no connection."
            )
        reachable = [self._tell(one) for one in chosen]
        if not all(reachable):
            sys.exit(1)

    def _tell(self, connection: Connection) -> bool:
        found = probe(connection, clock.now())
        word = "reachable" if found.reachable else "NOT REACHABLE"
        self.stdout.write(f"{connection.slug:<16} {word:<14} {found.detail}")
        lacking = [name for name, is_there in found.rights.items() if not is_there]
        allowed = [name for name, is_there in found.rights.items() if is_there]
        for label, lines in (
            ("may read", [", ".join(allowed)] if allowed else []),
            ("may not read", [", ".join(lacking)] if lacking else []),
            ("missing", found.missing),
        ):
            for line in lines:
                self.stdout.write(f"{'':<16} {label:<14} {line}")
        return found.reachable
