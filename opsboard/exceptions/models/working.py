"""What everybody does to a group: take it, hand it over, talk about it, say it is mended."""

from typing import Any

from django.db import transaction

from opsboard.clock import now
from opsboard.exceptions.models.moving import Moving


class Working(Moving):
    class Meta:
        abstract = True

    def acknowledge(self, *, by: Any) -> bool:
        """Accept the work. False when somebody moved the group first; then nothing changed."""
        return self._move("acknowledge", by=by)

    def claim(self, *, by: Any, note: str, breach_cause: str = "") -> bool:
        """Say that it is corrected; only a run on data read after this instant can confirm it. Of
        what is late, `breach_cause` says why."""
        late = {"breach_cause": breach_cause} if breach_cause else {}
        return self._move("claim", by=by, note=note, claimed_at=now(), **late)

    @transaction.atomic
    def assign(self, *, by: Any, to: Any = None, team: Any = None, note: str = "") -> bool:
        """Hand over to a person, or to a team's queue. False when the owner changed meanwhile."""
        team = team or (to.team if to and to.team_id else self.team)
        mine = type(self).objects.unsettled().filter(pk=self.pk, owner=self.owner, team=self.team)
        moved = mine.update(
            owner=to,
            team=team,
            assigned_by_hand=True,
            owner_reason=f"because {by} assigned it",
            delegate=None,
            handed_on=self.handed_on + self._is_handed_on(team),
            unowned_since=None if to else now(),
            escalates_at=None,
        )
        if moved:
            before = str(self.owner or self.team or "")
            self._tell("assigned", by=by, before=before, after=str(to or team or ""), note=note)
        return bool(moved)

    def _is_handed_on(self, team: Any) -> bool:
        """Somebody had it before, or another team: to give out what nobody has taken is none."""
        return bool(self.owner_id) or bool(self.team_id and team and team.pk != self.team_id)
