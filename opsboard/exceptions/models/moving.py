"""The one way in which a group changes its state, and how that is told."""

from typing import Any

from django.db import models, transaction

from opsboard.audit import log as audit
from opsboard.clock import now
from opsboard.exceptions.engine import pausing
from opsboard.exceptions.states import State
from opsboard.exceptions.transitions import BY_VERB

# What a verb is called in the history.
SAID = {
    "acknowledge": "acknowledged",
    "start": "started",
    "wait": "waits",
    "claim": "claimed",
    "ask": "asked",
    "waive": "waived",
    "dismiss": "dismissed",
    "permit": "permitted",
    "refuse": "refused",
    "withdraw": "withdrawn",
    "snooze": "snoozed",
    "wake": "woken",
    "reopen": "taken_up_again",
    "merge": "merged",
    "unmerge": "unmerged",
}


class Moving(models.Model):
    class Meta:
        abstract = True

    @transaction.atomic
    def _move(
        self, verb: str, *, by: Any, note="", after="", acting_for=None, children=None, **changes
    ) -> bool:
        """Take a step of `transitions.py`; the children whose state allows it follow (F.3), or
        those among them that are given. `after` words where it stands then, for the history.

        A clock that paused for where it stood goes on. False when somebody moved the group first;
        then nothing changed.
        """
        way, before = BY_VERB[verb], State(self.state).label
        mine = type(self).objects.filter(pk=self.pk, state__in=way.sources)
        if not mine.update(state=way.target, **changes):
            return False
        if self.paused_at:
            pausing.resume(self)
        children = (self.items if children is None else children).filter(state__in=way.sources)
        follows = {name: changes[name] for name in ("claimed_at",) if name in changes}
        items = children.update(state=way.target, **follows)
        told = {"before": before, "after": after or way.target.label, "note": note, "items": items}
        self._tell(SAID.get(verb, verb), by=by, acting_for=acting_for, **told)
        return True

    def _tell(self, verb, *, by, before="", after="", note="", items=0, acting_for=None) -> Any:
        """One line of history and one of the audit log; gives the line. Whoever stands in for the
        owner acts for the owner."""
        if acting_for is None and by and by.pk == self.delegate_id:
            acting_for = self.owner
        line = self.history.create(
            at=now(),
            verb=verb,
            by=by,
            before=before[:200],
            after=after[:200],
            note=note,
            items=items or self.children,
            acting_for=acting_for,
        )
        audit.record(
            f"exception.{verb}",
            f"group:{self.pk}",
            by=by,
            before=before or None,
            after=after or None,
            reason=note,
        )
        return line
