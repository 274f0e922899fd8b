"""Carrying out what was approved: the middleware's own call sends messages again (domain.md F.7).

Every message is a row. A process that dies between the call and the answer leaves it waiting, and
the middleware, asked again with the same key, applies it once.
"""

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from connectors.base import NeedsHuman, Retried, TryAgain
from opsboard.config import Misconfigured
from opsboard.exceptions.engine.dry_run import dry_run
from opsboard.exceptions.models import Decision, Redrive
from opsboard.sync.models import Connection
from opsboard.sync.sources import blamed, opened, said

log = logging.getLogger(__name__)
SQL = Path(__file__).parent.parent / "sql"
# So many in so long, for all replays together.
MOST, EVERY = 100, timedelta(minutes=1)
STATES = {
    "taken": Redrive.State.SENT,
    "repeated": Redrive.State.SUPERSEDED,
    "refused": Redrive.State.REFUSED,
    "unknown": Redrive.State.REFUSED,
}


def carry_out(at: datetime) -> int:
    """Send what may be sent now, and end what is all sent; says how many messages that was."""
    _run("unused", at)
    started = Decision.objects.filter(
        sort="replay", state="approved", particulars__has_key="started"
    ).exclude(particulars__has_key="halted")
    return sum(_carry_out(decision.pk, at) for decision in started.order_by("decided_at"))


@transaction.atomic
def _carry_out(pk: int, at: datetime) -> int:
    """One decision, held for the length of one call: nobody else sends its messages meanwhile."""
    held = Decision.objects.select_for_update(skip_locked=True, of=("self",))
    decision = held.select_related("group").filter(pk=pk, state="approved").first()
    if decision is None:
        return 0
    rows = list(decision.redrives.filter(state=Redrive.State.WAITING).order_by("id"))
    sent = _send(decision, _due(rows, decision, at), at)
    if not decision.redrives.filter(state=Redrive.State.WAITING).exists():
        _end(decision, at)
    return sent


def _due(rows: list[Redrive], decision: Decision, at: datetime) -> list[Redrive]:
    """As many as a minute bears, less what has arrived by itself since it was approved."""
    lately = Redrive.objects.filter(at__gt=at - EVERY, state__in=["sent", "refused"]).count()
    plan = dry_run(decision.group, decision.particulars["kind"])
    arrives = {one.message for one in plan.planned if one.verdict == "sends"}
    over = [row for row in rows if row.message not in arrives]
    for row in over:
        _answered(row, Redrive.State.SUPERSEDED, "It had arrived before it was sent again.", at)
    return [row for row in rows if row.message in arrives][: max(0, MOST - lately)]


def _send(decision: Decision, rows: list[Redrive], at: datetime) -> int:
    if not rows:
        return 0
    try:
        answers = _asked(rows[0].connection, [row.message for row in rows])
    except TryAgain as error:
        log.warning("replay %s waits: %s", decision.pk, error)
        return 0
    except (NeedsHuman, Misconfigured, LookupError) as error:
        _halt(decision, rows[0].connection, error)
        return 0
    for row in rows:
        answer = answers.get(row.message) or Retried(row.message, "unknown", "Nothing was said.")
        _answered(row, STATES[answer.outcome], said(row.connection, answer.detail), at)
    return len(rows)


def _asked(slug: str, messages: list[str]) -> dict[str, Retried]:
    try:
        with opened(Connection.objects.get(slug=slug)) as connector:
            return {one.message: one for one in connector.retry(messages)}
    except (TryAgain, NeedsHuman, Misconfigured, LookupError):
        raise
    except Exception as error:
        # A mistake of the connector: what became of the messages is not known.
        raise TryAgain(blamed(slug, error)) from None


def _answered(row: Redrive, state: str, answer: str, at: datetime) -> None:
    row.state, row.answer, row.at = state, answer, at
    row.save(update_fields=["state", "answer", "at"])


def _halt(decision: Decision, connection_slug: str, error: Exception) -> None:
    """Somebody must mend something first; then it is carried out by the same button."""
    told = said(connection_slug, error)
    decision.particulars |= {"halted": told}
    decision.particulars.pop("started")
    decision.save(update_fields=["particulars"])
    decision.group._tell("replay_halted", by=None, note=told)


def _end(decision: Decision, at: datetime) -> None:
    decision.state, decision.ended_at = "ended", at
    decision.save(update_fields=["state", "ended_at"])
    counts = {state: decision.redrives.filter(state=state).count() for state in STATES.values()}
    words = {"sent": "sent again", "refused": "refused again", "superseded": "arrived before"}
    told = ", ".join(f"{count} {words[state]}" for state, count in counts.items() if count)
    decision.group._tell("replayed", by=None, note=told, items=decision.redrives.count())


def _run(name: str, at: datetime) -> Any:
    with connection.cursor() as cursor:
        cursor.execute((SQL / f"{name}.sql").read_text(), {"as_of": at})
