"""Working on a group and putting it aside: for others who must act first, or until a day."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from opsboard.exceptions.deciding import limits
from opsboard.exceptions.engine import pausing
from opsboard.exceptions.models.moving import Moving

# What a group forgets once it waits no longer.
AT_WORK = {"waiting_on": "", "waiting_until": None}


class Waiting(Moving):
    class Meta:
        abstract = True

    def start(self, *, by: Any) -> bool:
        """Work on it; what it waited for has come, or is not waited for any more."""
        return self._move("start", by=by, **AT_WORK)

    @transaction.atomic
    def wait(self, *, by: Any, reason: str, on: str, until: datetime, note: str) -> bool:
        """Others must act first: who (`on`), and by when. Only a customer and a third party pause
        the clock, five business days at most. Raises Unfit beyond the limits of F.2."""
        if mistakes := limits.against_wait(self, reason, on, until, note):
            raise limits.Unfit(mistakes)
        said = {"after": f"Waiting on {on}", "note": note}
        if not self._move("wait", by=by, waiting_on=on[:120], waiting_until=until, **said):
            return False
        if reason in limits.PAUSING:
            longest = limits.after_business_days(self, limits.LONGEST_PAUSE)
            pausing.pause(self, reason, min(until, longest))
        return True

    def snooze(self, *, by: Any, until: datetime, note: str = "") -> bool:
        """Hide it until an instant; the clock runs on. Raises Unfit beyond the limits of F.2."""
        if reason := limits.against_snooze_now(self):
            raise limits.Unfit({"until": reason})
        if mistakes := limits.against_date(until, limits.last_snooze(self)):
            raise limits.Unfit(mistakes)
        return self._move(
            "snooze", by=by, note=note, snoozed_until=until, snoozes=F("snoozes") + 1, **AT_WORK
        )

    def wake(self, *, by: Any) -> bool:
        """Bring it back before its day."""
        return self._move("wake", by=by, snoozed_until=None)
