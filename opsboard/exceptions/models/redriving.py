"""Replay and compensation: prepared, approved, carried out, and judged by the next run (F.7)."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from opsboard.clock import now
from opsboard.exceptions.deciding import tiers
from opsboard.exceptions.deciding.limits import LEAST_NARRATIVE, Unfit
from opsboard.exceptions.models.moving import Moving

RESENT = ("replay", "compensation")


class Redriving(Moving):
    class Meta:
        abstract = True

    @property
    def permitted(self) -> Any:
        """The approved replay or compensation that is not over yet, or None."""
        return self.decisions.filter(sort__in=RESENT, state="approved").first()

    @transaction.atomic
    def prepare_replay(self, plan: Any, *, by: Any, narrative: str) -> Any:
        """Put what the dry run would send before an approver; what moves no money needs none and
        is approved as it is asked. None when somebody moved the group first. Raises Unfit."""
        if plan.reason or self.permitted:
            raise Unfit({"kind": plan.reason or "One is approved already; carry that out first."})
        _explained(narrative)
        particulars = plan.as_particulars()
        if plan.is_financial:
            need = tiers.need_of(
                "replay",
                self,
                tiers.weight(self),
                messages=len(plan.sends),
                is_locked=plan.is_locked,
            )
            said = {"amount": tiers.weight(self), "particulars": particulars}
            if not self.ask("replay", need, by=by, narrative=narrative, **said):
                return None
            decision = self.decisions.get(state="asked")
        else:
            decision = self._allow(particulars, by=by, narrative=narrative)
        row = decision.redrives.model
        row.objects.bulk_create(
            row(decision=decision, connection=plan.connection, message=one.message)
            for one in plan.sends
        )
        return decision

    @transaction.atomic
    def prepare_compensation(self, steps: Sequence[str], *, by: Any, narrative: str) -> Any:
        """Put a reversal in the owning systems, step by step, before an approver. People carry it
        out there; opsboard holds no right to. Raises Unfit."""
        wanted = [step.strip() for step in steps if step.strip()]
        if not wanted:
            raise Unfit(
                {"steps": "Write what is to be done, one step a line, and in which system."}
            )
        if self.permitted:
            raise Unfit({"steps": "One is approved already; carry that out first."})
        _explained(narrative)
        items = list(self.items.unsettled().values_list("pk", flat=True))
        particulars = {"steps": [{"what": step} for step in wanted], "items": items}
        need = tiers.need_of("compensation", self, tiers.weight(self))
        said = {"amount": tiers.weight(self), "particulars": particulars}
        if not self.ask("compensation", need, by=by, narrative=narrative, **said):
            return None
        return self.decisions.get(state="asked")

    @transaction.atomic
    def execute(self, *, by: Any) -> bool:
        """Have the approved messages sent; the job does it. False when somebody did, or the
        approval is over."""
        decision = self._held_decision("replay")
        if decision is None or decision.particulars.get("started"):
            return False
        told = {"started": now().isoformat()}
        particulars = {key: said for key, said in decision.particulars.items() if key != "halted"}
        self.decisions.filter(pk=decision.pk).update(particulars=particulars | told)
        self._tell("replaying", by=by, items=decision.redrives.count())
        return True

    @transaction.atomic
    def did_step(self, number: int, *, by: Any, note: str) -> bool:
        """One step of a compensation was done in its system; the last one ends it."""
        decision = self._held_decision("compensation")
        steps = decision.particulars["steps"] if decision else []
        if not 0 <= number < len(steps) or steps[number].get("by"):
            return False
        steps[number] |= {"by": str(by), "at": now().isoformat(), "note": note}
        ends = {"state": "ended", "ended_at": now()} if all(one.get("by") for one in steps) else {}
        particulars = decision.particulars | {"steps": steps}
        self.decisions.filter(pk=decision.pk).update(particulars=particulars, **ends)
        self._tell("compensated", by=by, after=steps[number]["what"], note=note)
        return True

    def _held_decision(self, sort: str) -> Any:
        found = self.decisions.select_for_update(of=("self",)).filter(sort=sort, state="approved")
        return found.first()

    def _allow(self, particulars: dict[str, Any], *, by: Any, narrative: str) -> Any:
        made = self.decisions.create(
            sort="replay",
            state="approved",
            asked_by=by,
            asked_at=now(),
            decided_at=now(),
            narrative=narrative,
            items=self.children,
            approvals_needed=0,
            particulars=particulars,
        )
        self._tell("prepared", by=by, note=narrative)
        return made


def _explained(narrative: str) -> None:
    if len(narrative.strip()) < LEAST_NARRATIVE:
        said = "Say in a sentence why it will arrive this time."
        raise Unfit({"narrative": said})
