"""Makes the tables, pulls and reconciles once, and writes down what was found as JSON.

python -m opsboard.launch.filling FILE

Its lines that begin with MARK are told to whoever waits for the demo.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import django
from django.core.management import call_command
from django.db.models import Count, Max, Sum

MARK = "… "
EVERY_SECONDS = 4


def fill() -> dict:
    from opsboard import pipeline
    from opsboard.boards.summary import summarise
    from opsboard.people.demo import settle_demo_people

    tell("making the tables")
    call_command("migrate", verbosity=0, interactive=False)
    with progress():
        pipeline.pull()
    settle_demo_people()
    tell("asking whether they agree")
    if failed := pipeline.reconcile():
        tell(f"{', '.join(failed)} could not be asked; the controls page says why")
    return summarise()


@contextmanager
def progress() -> Iterator[None]:
    """Say every few seconds how much has been read by then."""
    done = Event()
    teller = Thread(target=_count, args=(done,), daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()


def _count(done: Event) -> None:
    from django.db import connection

    from opsboard.sync.models import Run
    from opsboard.sync.queries import active_streams

    runs = Run.objects.filter(pk__gt=Run.objects.aggregate(last=Max("pk"))["last"] or 0)
    tell("reading the firm's systems")
    while not done.wait(EVERY_SECONDS):
        read = runs.filter(state=Run.State.DONE).aggregate(rows=Sum("rows"), streams=Count("pk"))
        if not read["streams"]:
            continue
        rows = f"{read['rows'] or 0:,}".replace(",", " ")
        tell(f"{read['streams']} of {active_streams().count()} streams read, {rows} rows")
    connection.close()


def tell(words: str) -> None:
    sys.stdout.write(f"{MARK}{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    django.setup()
    Path(sys.argv[1]).write_text(json.dumps(fill(), default=str))
