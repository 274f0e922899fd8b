"""How far a wait, a snooze and a waiver may go (domain.md F.2), for the forms and for the verbs."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection, models

from opsboard.clock import now
from opsboard.config import config
from opsboard.controls.catalogue import library
from opsboard.exceptions.deciding.tiers import is_integrity, weight
from opsboard.exceptions.states import Severity

LEAST_NARRATIVE = 30
LONGEST_WAIVER = timedelta(days=30)
# Business days.
LONGEST_SNOOZE = LONGEST_PAUSE = AFTER_CLOSE = 5
APPROVER_HAS = 1
# The access of somebody who left.
ACCESS, LONGEST_ACCESS = "WL04", timedelta(days=5)


# What three of the reasons name.
REFERENCE = "Journal, problem or exception no."


class Unfit(ValueError):
    """A step asked for without what it requires; `mistakes` says per field what to do."""

    def __init__(self, mistakes: dict[str, str]):
        super().__init__(" ".join(mistakes.values()))
        self.mistakes = mistakes


class Reason(models.TextChoices):
    """Why a difference is accepted (F.2); there is no other reason."""

    TIMING = "timing", "Timing: clears by itself next period"
    IMMATERIAL = "immaterial", "Immaterial"
    ACCRUED = "accrued", "Accrued, with journal"
    AGREED = "agreed_with_customer", "Agreed with the customer"
    SYSTEM = "system_limitation", "System limitation, with problem record"
    LEGAL = "legal_hold", "Legal hold"
    DUPLICATE = "duplicate_of", "Duplicate of another exception, with its number"
    POLICY = "policy_exception", "Exception from a policy"


class WaitsFor(models.TextChoices):
    """Only the last two pause the clock (F.2)."""

    TEAM = "team", "Another team"
    SYSTEM = "system", "A system: the next feed or run"
    CUSTOMER = "customer", "The customer: the clock pauses"
    THIRD_PARTY = "third_party", "A third party: the clock pauses"


PAUSING = frozenset({WaitsFor.CUSTOMER, WaitsFor.THIRD_PARTY})


def calendar_of(group: Any) -> str:
    return group.calendar or (group.team.calendar if group.team_id else "") or "default"


def after_business_days(group: Any, days: int, since: datetime | None = None) -> datetime:
    """So many business days on, on the calendar by which the group's clock runs."""
    return _asked(
        "select after_business_days(%s, %s, %s)", [calendar_of(group), since or now(), days]
    )


def against_wait(group: Any, reason: str, on: str, until: datetime | None, note: str) -> dict:
    mistakes = {}
    if reason not in WaitsFor.values:
        mistakes["reason"] = "Choose for whom it waits."
    if not on.strip():
        mistakes["on"] = "Name the team, the system or the customer."
    if not note.strip():
        mistakes["note"] = "Write what was asked of them."
    return mistakes | against_date(until, last_wait(group, reason))


def last_wait(group: Any, reason: str) -> datetime:
    """Until the deadline; where the clock pauses, so much longer as it may."""
    due = max(group.due_at or now(), now())
    if reason in PAUSING:
        return max(due, after_business_days(group, LONGEST_PAUSE))
    return due


def against_snooze(group: Any) -> str:
    """Why it may not be hidden at all; empty when it may."""
    if group.severity >= Severity.CRITICAL:
        return "Critical exceptions are not snoozed."
    if is_integrity(group):
        return "It is about integrity; such exceptions are not snoozed."
    if group.snoozes:
        return "It was snoozed once; a second time is not open."
    return ""


def against_snooze_now(group: Any) -> str:
    """The same, with the close calendar of its entity, which costs a question more."""
    if reason := against_snooze(group):
        return reason
    asked = "select in_close_window(%s, %s, %s)"
    if _asked(asked, [_close_calendar(group), now(), config().firm.close_day]):
        return "Its entity is closing; nothing is snoozed until the close is over."
    return ""


def last_snooze(group: Any) -> datetime:
    """At most five business days, and never past the deadline."""
    furthest = after_business_days(group, LONGEST_SNOOZE)
    return min(furthest, group.due_at) if group.due_at else furthest


def against_waiver(group: Any, said: dict[str, Any]) -> dict[str, str]:
    """`said`: reason_code, narrative, evidence, journal, amount, expires_at."""
    mistakes = against_words(group, said)
    if said["reason_code"] not in Reason.values:
        mistakes["reason_code"] = "Choose a reason."
    if mistake := _against_reference(group, said["reason_code"], said.get("journal", "").strip()):
        mistakes["journal"] = mistake
    amount = said["amount"]
    if amount is None or amount < 0:
        mistakes["amount"] = "Give the amount to accept, such as 4 320.00."
    elif amount < weight(group):
        mistakes["amount"] = "It weighs more than that, and would come back at once."
    return mistakes | against_date(said["expires_at"], last_waiver(group))


def _against_reference(group: Any, reason: str, named: str) -> str:
    """What is wrong with the journal, the problem or the twin that the reason rests on (F.2)."""
    if reason == Reason.ACCRUED:
        return "" if named else "Give the number of the journal that accrues it."
    if reason == Reason.SYSTEM:
        problems = apps.get_model("exceptions", "Problem").objects.filter(closed_at=None)
        found = problems.filter(pk=number_in(named)).exists()
        return "" if found else "Give the number of an open problem record (Permanent fixes)."
    if reason == Reason.DUPLICATE:
        others = type(group).objects.unsettled().exclude(pk=group.pk)
        found = others.filter(pk=number_in(named)).exists()
        return (
            "" if found else "Give the number or address of the other exception; it must be open."
        )
    return ""


def number_in(text: str) -> int:
    """The number at the end of what was typed: 12, #12 or the address of a page; 0 for none."""
    found = re.search(r"([0-9]{1,18})/?$", text)
    return int(found[1]) if found else 0


def against_words(group: Any, said: dict[str, Any]) -> dict[str, str]:
    """What every request owes to its approver: a reason that can be read, and something to see."""
    mistakes = {}
    if len(said["narrative"].strip()) < LEAST_NARRATIVE:
        mistakes["narrative"] = f"Write at least {LEAST_NARRATIVE} characters."
    if not said.get("evidence", "").strip() and not group.evidence_files.exists():
        mistakes["evidence"] = "Give a link, a ticket or a document number, or attach a file."
    return mistakes


def last_waiver(group: Any) -> datetime:
    """Thirty days; where the control matters to the close, five business days after it (F.2)."""
    control, at = library().get(group.control), now()
    furthest = at + LONGEST_WAIVER
    if group.control == ACCESS:
        return at + LONGEST_ACCESS
    if control and control.close_relevant:
        return min(furthest, _after_close(group, at) or furthest)
    return furthest


def against_date(until: datetime | None, last: datetime) -> dict[str, str]:
    """The form says the last day in words; this is what is said to whoever has no form."""
    if until is None:
        return {"until": "Choose a date."}
    if until <= now():
        return {"until": "Choose a date that is still to come."}
    return {"until": f"Choose a date up to {last:%a} {last.day} {last:%B}."} if until > last else {}


def _after_close(group: Any, at: datetime) -> datetime | None:
    """Five business days after its period's close, or after the next one when that is over."""
    day = config().firm.close_day + AFTER_CLOSE
    served = group.items.aggregate(last=models.Max("service_date"))["last"] or at.date()
    ask = "select close_deadline(%s, %s::date, %s, '23:59')"
    calendar = _close_calendar(group)
    own = _asked(ask, [calendar, served, day])
    return own if own is None or own > at else _asked(ask, [calendar, at.date(), day])


def _close_calendar(group: Any) -> str:
    asked = "select coalesce((select calendar from entity_calendar where entity = %s), 'default')"
    return _asked(asked, [group.legal_entity])


def _asked(sql: str, values: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def accepted(amount: Decimal | None) -> Decimal:
    return amount or Decimal(0)
