"""Who is to be told what, made in sets; and the states a delivery goes through."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F, Q
from psycopg.types.json import Jsonb

from opsboard.alerts.rules import heads, readers, stand_ins
from opsboard.exceptions.deciding.requests import deciding_roles
from opsboard.exceptions.engine.deadlines import POSTING

PER_DAY = 20
# Of what the first run of a control finds: the rest is the digest's business.
FIRST_FEW = 3
# A sender that was killed gives its mail back after this long.
LEASE = timedelta(minutes=15)
BACKOFF = [timedelta(minutes=m) for m in (1, 5, 15, 60, 240)]
MOST_ERROR = 300
SQL = Path(__file__).parent / "sql"
# What people ask comes first: what the engine found of the same cause is told by it.
STATEMENTS = ("notices", "instants", "streams", "digests")


@transaction.atomic
def derive(now: datetime) -> int:
    """Make a delivery of everything that is news to somebody; says how many. Twice equals once."""
    given = {
        "now": now,
        "readers": Jsonb([reader.row() for reader in readers(now)]),
        "heads": Jsonb(heads()),
        "deciders": Jsonb(deciding_roles()),
        "stand_ins": Jsonb(stand_ins(now)),
        "host": urlsplit(settings.ADDRESS).hostname or "opsboard.invalid",
        "per_day": PER_DAY,
        "first_few": FIRST_FEW,
    }
    with connection.cursor() as cursor:
        # Two at once would each count the mails of the day without the other's.
        cursor.execute("select pg_advisory_xact_lock(hashtext('alerts.derive'))")
        cursor.execute("drop table if exists alert_line")
        cursor.execute(_statement("lines"), {"now": now, "posting": POSTING})
        cursor.execute("analyze alert_line")
        return sum(_insert(cursor, name, given) for name in STATEMENTS)


class Deliveries(models.QuerySet):
    def due(self, now: datetime) -> Self:
        """To be sent now, or left in the middle of it by a process that is gone."""
        states = ("waiting", "sending")
        return self.filter(state__in=states, not_before__lte=now).order_by("not_before", "id")

    def claim(self, now: datetime):
        """The next delivery, ours for the time of the lease; None when there is none."""
        with transaction.atomic(durable=True):
            found = self.due(now).select_for_update(skip_locked=True).first()
            if found:
                self.filter(pk=found.pk).update(
                    state="sending", not_before=now + LEASE, attempts=F("attempts") + 1
                )
        return found and self.select_related("person", "because__by").get(pk=found.pk)

    def settle(self, delivery, state: str, **changes) -> bool:
        """Leave `sending`. False when the lease ran out and somebody else has taken it."""
        mine = self.filter(pk=delivery.pk, state="sending", attempts=delivery.attempts)
        return bool(mine.update(state=state, **changes))

    def retry(self, delivery, now: datetime, error: str) -> bool:
        wait = BACKOFF[min(delivery.attempts, len(BACKOFF)) - 1]
        return self.settle(
            delivery, "waiting", not_before=now + wait, last_error=error[:MOST_ERROR]
        )

    def held_for(self, person) -> Self:
        """Held back by the brake, and not yet told of by a digest."""
        return self.filter(person=person, state="held", sent_at=None)

    def told_by_digest(self, ids: Iterable[int], now: datetime) -> int:
        return self.filter(pk__in=list(ids), state="held").update(sent_at=now)

    def last_digest_at(self, person) -> datetime | None:
        sent = self.filter(person=person, sort="digest", state="sent")
        return sent.aggregate(at=models.Max("sent_at"))["at"]

    def newer_digest_than(self, delivery) -> bool:
        digests = self.filter(person=delivery.person, sort="digest", id__gt=delivery.id)
        return digests.filter(~Q(state="dropped")).exists()


def _insert(cursor, name: str, given: dict) -> int:
    cursor.execute(_statement(name), given)
    return cursor.rowcount


@cache
def _statement(name: str) -> str:
    return (SQL / f"{name}.sql").read_text()
