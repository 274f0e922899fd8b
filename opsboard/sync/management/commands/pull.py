"""Ask the sources for what is new, load it, and say what came of it."""

import sys
from difflib import get_close_matches

from django.core.management.base import BaseCommand, CommandError

from opsboard import clock
from opsboard.config import Misconfigured, config
from opsboard.sync.models import Run
from opsboard.sync.queries import active_streams, settle_connections


class Command(BaseCommand):
    help = "Pull what is new from every connection, from one, or from one of its streams."

    def add_arguments(self, parser):
        parser.add_argument("connection", nargs="?", help="one connection alone")
        parser.add_argument("stream", nargs="?", help="one of its streams alone")
        parser.add_argument("--full", action="store_true", help="from the beginning")

    def handle(self, *, connection=None, stream=None, full=False, **_):
        # The pipeline knows every room, so no room may need it to be read.
        from opsboard import pipeline

        started = clock.now()
        try:
            settle_connections(config())
            self._find(connection, stream)
            pipeline.pull(connection=connection, stream=stream, full=full)
        except Misconfigured as error:
            raise CommandError(f"opsboard.toml cannot be used:\n{error}") from None
        runs = Run.objects.filter(started_at__gte=started).select_related("stream").order_by("pk")
        self._tell(runs)
        if any(run.state != Run.State.DONE for run in runs):
            sys.exit(1)

    def _find(self, connection, stream):
        """A name that is not there is a mistake, never a pull of nothing."""
        if connection:
            _known("connection", connection, config().connections)
        if stream:
            found = active_streams().filter(connection=connection).values_list("name", flat=True)
            _known(f"stream of {connection}", stream, found)

    def _tell(self, runs):
        for run in runs:
            self.stdout.write(
                f"{run.stream!s:<32} {run.state:<8} {run.pages:>5} pages {run.rows:>8} rows"
                f" {run.changed:>8} changed {run.deleted:>6} deleted {run.refused:>6} refused"
            )
            if run.error:
                self.stdout.write(f"    {run.error}")
        if not runs:
            self.stdout.write("Nothing was asked: no connection, or each is resting or being read.")


def _known(what, name, names):
    if name not in names:
        near = get_close_matches(name, names, 1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(names))}."
        raise CommandError(f"There is no {what} called {name}; {hint}")
