"""Asking another team for its part of the work; the group stays where it is (domain.md F.6)."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from opsboard.clock import now
from opsboard.config import config
from opsboard.exceptions.deciding.limits import Unfit, against_date
from opsboard.exceptions.models.moving import Moving
from opsboard.exceptions.models.waiting import AT_WORK
from opsboard.exceptions.states import Severity, State

WORTH_READING = 10
MISSING = "Say what is needed, of which record, and how you will know that it is done."


class Helping(Moving):
    class Meta:
        abstract = True

    @transaction.atomic
    def seek(self, *, by: Any, team: Any, what: str, due_at: datetime | None = None) -> Any:
        """Make a sub-task for another team and wait for it; gives the sub-task.

        Without `due_at` it is due by the SLA on that team's calendar. None when somebody moved the
        group first. Raises Unfit.
        """
        due_at = due_at or self.sought_by(team)
        if mistakes := self._against_seeking(team, what, due_at):
            raise Unfit(mistakes)
        if self.state in {State.NEW, State.REOPENED}:
            self._move("acknowledge", by=by)
        self.refresh_from_db(fields=["state"])
        waits = {"waiting_on": team.name[:120], "waiting_until": due_at}
        if self.state != State.WAITING and not self._move("wait", by=by, **waits):
            return None
        self._tell("sought", by=by, after=team.name, note=what)
        return self.subtasks.create(
            team=team, asked_by=by, asked_at=now(), what=what, due_at=due_at
        )

    def sought_by(self, team: Any) -> datetime:
        """The time that the group's severity gives, on the calendar of the team; before the group
        itself is due, if that is still to come."""
        deployment = config()
        shape = deployment.calendars.get(team.calendar)
        resolve = deployment.sla[Severity(self.severity).name.lower()].resolve
        minutes = resolve.working_minutes(shape.day_minutes if shape else DAY)
        with connection.cursor() as cursor:
            wanted = [team.calendar, now(), minutes]
            cursor.execute("select after_working_minutes(%s, %s, %s)", wanted)
            [due_at] = cursor.fetchone()
        ends = [due_at, self.due_at if self.due_at and self.due_at > now() else due_at]
        return min(at for at in ends if at)

    def hear(self, task: Any, verb: str, *, by: Any, note: str) -> None:
        """A sub-task was taken, answered or withdrawn: the owner is told, and what waited for that
        team alone is at work again. It settles nothing: only the engine does."""
        self._tell(verb, by=by, before=task.team.name, note=note)
        self.refresh_from_db(fields=["state", "waiting_on"])
        open_ones = self.subtasks.filter(state="open")
        if verb != "helped" and self.waiting_on == task.team.name[:120] and not open_ones.exists():
            self._move("start", by=by, **AT_WORK)

    def _against_seeking(self, team: Any, what: str, due_at: datetime) -> dict[str, str]:
        mistakes = {}
        if self.team_id == team.pk:
            mistakes["team"] = "Choose another team than the one that owns it."
        if self.subtasks.filter(team=team, state="open").exists():
            mistakes["team"] = f"{team.name} was asked already, and has not answered yet."
        if len(what.strip()) < WORTH_READING:
            mistakes["what"] = MISSING
        if self.due_at and self.due_at > now():
            return mistakes | against_date(due_at, self.due_at)
        return mistakes if due_at > now() else mistakes | against_date(due_at, due_at)


# Minutes of a business day on a calendar that the file does not name any more.
DAY = 540
