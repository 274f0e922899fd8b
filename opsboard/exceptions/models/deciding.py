"""Asking for a decision about a group, and taking it (domain.md F.1, F.2)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from opsboard.clock import now
from opsboard.exceptions.deciding import limits, tiers
from opsboard.exceptions.engine import pausing
from opsboard.exceptions.engine.deriving import derive
from opsboard.exceptions.engine.recount import recount
from opsboard.exceptions.models.moving import Moving
from opsboard.exceptions.models.waiting import AT_WORK
from opsboard.exceptions.states import State

# The step that an approval takes, by what was asked.
APPROVED = {
    "waiver": "waive",
    "false_positive": "dismiss",
    "replay": "permit",
    "compensation": "permit",
}
SETTLING = frozenset({"waive", "dismiss"})
# A group that comes back has all of its time before it, and nothing of its former end.
ANEW = {
    "settled_at": None,
    "claimed_at": None,
    "waived_until": None,
    "due_at": None,
    "acknowledge_by": None,
    "breached_at": None,
    "escalated": 0,
    "escalates_at": None,
    "paused_minutes": 0,
}


class Deciding(Moving):
    class Meta:
        abstract = True

    @property
    def request(self) -> Any:
        """What waits for an approver, or None."""
        return self.decisions.filter(state="asked").select_related("asked_by").first()

    @transaction.atomic
    def ask_waiver(
        self,
        *,
        by: Any,
        reason_code: str,
        narrative: str,
        amount: Decimal,
        expires_at: datetime,
        evidence: str = "",
        journal: str = "",
    ) -> bool:
        """Ask to accept the difference, up to `amount` in the group currency, until `expires_at`.

        Raises Unfit beyond the limits of F.2.
        """
        said = {
            "reason_code": reason_code,
            "narrative": narrative,
            "amount": amount,
            "expires_at": expires_at,
            "evidence": evidence,
            "journal": journal,
        }
        if mistakes := limits.against_waiver(self, said):
            raise limits.Unfit(mistakes)
        former = self._former_waiver()
        need = tiers.need_of("waiver", self, amount, renewals=_in_a_row(former))
        about = {"measure": tiers.heaviest(self)}
        return self.ask("waiver", need, by=by, renews=former, particulars=about, **said)

    def renewals(self) -> int:
        """How many waivers in a row came before a new one."""
        return _in_a_row(self._former_waiver())

    @transaction.atomic
    def propose_false_positive(
        self, *, by: Any, narrative: str, guard: str, evidence: str = ""
    ) -> bool:
        """Say that the control is wrong here, and what is to be added to it. Raises Unfit."""
        mistakes = limits.against_words(self, {"narrative": narrative, "evidence": evidence})
        if not guard.strip():
            mistakes["guard"] = "Say what the control must learn so that it does not come again."
        if mistakes:
            raise limits.Unfit(mistakes)
        amount = tiers.weight(self)
        need = tiers.need_of("false_positive", self, amount)
        return self.ask(
            "false_positive",
            need,
            by=by,
            narrative=narrative,
            guard=guard,
            evidence=evidence,
            amount=amount,
            particulars={"measure": tiers.heaviest(self)},
        )

    @transaction.atomic
    def ask(self, sort: str, need: tiers.Need, *, by: Any, narrative: str, **said: Any) -> bool:
        """Put a request before its approvers; the clock pauses while one has a business day."""
        if not self._move("ask", by=by, note=narrative, claimed_at=None, **AT_WORK):
            return False
        self.decisions.create(
            sort=sort,
            asked_by=by,
            asked_at=now(),
            narrative=narrative,
            items=self.children,
            approvals_needed=need.approvals,
            needs_role=",".join(need.roles),
            **said,
        )
        pausing.pause(self, "approval", limits.after_business_days(self, limits.APPROVER_HAS))
        return True

    @transaction.atomic
    def approve(self, *, by: Any, note: str, acting_for: Any = None) -> bool:
        """Say yes to what was asked; the last yes that is needed decides. Whether `by` may is for
        `separation.py` to say first. False when somebody decided before."""
        decision = self._locked_request()
        if decision is None:
            return False
        self._verdict(decision, by, note, acting_for, approves=True)
        if decision.verdicts.filter(approves=True).count() < decision.approvals_needed:
            self._tell("seconded", by=by, note=note, acting_for=acting_for)
            return True
        self._close(decision, "approved")
        verb = APPROVED[decision.sort]
        settles = {"settled_at": now()} if verb in SETTLING else {}
        if verb == "waive":
            settles["waived_until"] = decision.expires_at
        moved = self._move(verb, by=by, note=note, acting_for=acting_for, **settles)
        if verb in SETTLING:
            self._leave_the_rest()
            recount([self.pk])
        return moved

    def _leave_the_rest(self) -> None:
        """What was found since it was asked was not decided: it becomes a cause of its own."""
        if self.items.unsettled().exists():
            derive([self.key])

    @transaction.atomic
    def refuse(self, *, by: Any, note: str, acting_for: Any = None) -> bool:
        """Say no, and why; it goes back to its owner."""
        decision = self._locked_request()
        if decision is None:
            return False
        self._verdict(decision, by, note, acting_for, approves=False)
        self._close(decision, "refused", note)
        return self._move("refuse", by=by, note=note, acting_for=acting_for)

    @transaction.atomic
    def withdraw(self, *, by: Any, note: str = "") -> bool:
        """Take back what one asked for oneself."""
        decision = self._locked_request()
        if decision is None or decision.asked_by_id != by.pk:
            return False
        self._close(decision, "withdrawn", note)
        return self._move("withdraw", by=by, note=note)

    @transaction.atomic
    def reopen(self, *, by: Any, note: str) -> bool:
        """A reviewer does not believe the end: what was resolved, or called a false positive, is
        work again with a clock of its own, and the next run judges it anew. False also when the
        same cause is open already."""
        if type(self).objects.unsettled().filter(key=self.key).exists():
            return False
        ended, clock = self._ended(), {"clock_from": now(), "clock_share": 1}
        if not ended.exists() or not self._move(
            "reopen", by=by, note=note, children=ended, **clock, **ANEW
        ):
            return False
        back = self.items.filter(state=State.REOPENED)
        back.update(times_reopened=F("times_reopened") + 1, detected_at=now())
        self.decisions.filter(state="approved").update(state="ended", ended_at=now(), outcome=note)
        recount([self.pk])
        derive([self.key])
        return True

    def _ended(self) -> Any:
        """The items that ended with it, less those that have come back elsewhere since."""
        live = self.items.model.objects.exclude(state=State.RESOLVED).exclude(group=self.pk)
        same = live.filter(control=OuterRef("control"), subject=OuterRef("subject"))
        return self.items.filter(state=self.state).exclude(Exists(same))

    def _locked_request(self) -> Any:
        """Two who decide at once are told apart here: the second finds nothing to decide."""
        return self.decisions.select_for_update(of=("self",)).filter(state="asked").first()

    def _verdict(self, decision, by, note, acting_for, *, approves: bool) -> None:
        decision.verdicts.create(
            by=by, note=note, acting_for=acting_for, approves=approves, at=now()
        )

    def _close(self, decision: Any, state: str, outcome: str = "") -> None:
        self.decisions.filter(pk=decision.pk).update(state=state, decided_at=now(), outcome=outcome)

    def _former_waiver(self) -> Any:
        """The waiver of the same cause that this one would renew."""
        waivers = self.decisions.model.objects.filter(
            group__key=self.key, sort="waiver", state__in=["approved", "ended"]
        )
        recent = waivers.filter(expires_at__gt=now() - tiers.RENEWS_WITHIN)
        return recent.order_by("-decided_at", "-pk").first()


def _in_a_row(waiver: Any) -> int:
    count = 0
    while waiver is not None:
        count, waiver = count + 1, waiver.renews
    return count
