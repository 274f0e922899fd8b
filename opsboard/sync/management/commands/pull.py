"""Ask the sources for what is new, and load it."""

from django.core.management.base import BaseCommand, CommandError

from opsboard.config import Misconfigured


class Command(BaseCommand):
    help = "Pull what is new from every connection, from one, or from one of its streams."

    def add_arguments(self, parser):
        parser.add_argument("connection", nargs="?", help="one connection alone")
        parser.add_argument("stream", nargs="?", help="one of its streams alone")
        parser.add_argument("--full", action="store_true", help="from the beginning")

    def handle(self, *, connection=None, stream=None, full=False, **_):
        # pipeline knows every room; only a command may look to its right.
        from opsboard import pipeline

        try:
            pipeline.pull(connection=connection, stream=stream, full=full)
        except Misconfigured as error:
            raise CommandError(f"opsboard.toml cannot be used:\n{error}") from None
