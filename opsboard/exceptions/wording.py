"""The words of the queue's sentence: every choice as it is read, and what stands around it."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from opsboard.clock import now
from opsboard.controls.catalogue import Definition, catalogue, shipped
from opsboard.controls.causes import ladder
from opsboard.ui import words
from opsboard.workflows import WORKFLOWS

STATES = {
    "": "are open",
    "new": "nobody has acknowledged",
    "late": "are late",
    "today": "are due today",
    "mine": "wait for me",
    "decide": "wait for my decision",
    "close": "block the close",
    "waiting": "wait on others",
    "claimed": "wait for proof",
    "pending": "wait for an approval",
    "snoozed": "are snoozed",
    "resolved": "were resolved in the last 7 days",
    "waived": "are waived",
    "dismissed": "were false positives",
}
# Choices that are one state of the machine.
STATE_OF = {
    "waiting": "waiting_source",
    "claimed": "fix_claimed",
    "pending": "pending_approval",
    "snoozed": "snoozed",
    "waived": "waived",
    "dismissed": "false_positive",
}
# Nobody works on these; their lists run by when they ended.
ENDED = {"resolved", "waived", "dismissed"}
SEVERITIES = {
    "": "any severity",
    "critical": "critical severity",
    "urgent": "high or critical severity",
    "high": "high severity",
    "medium": "medium severity",
    "low": "low severity",
}
LEVELS = {"critical": (4, 4), "urgent": (3, 4), "high": (3, 3), "medium": (2, 2), "low": (1, 1)}
ORDERS = {"": "by due day, then money", "money": "largest first", "newest": "newest first"}
AMOUNTS = {"value": "value at risk", "cost": "cost at risk", "misstated": "a misstatement"}
# Label, the words before and the mark after each choice.
AROUND = {
    "state": ("Which", "Exceptions that ", ""),
    "entity": ("Entity", " in ", ","),
    "owner": ("Owner", " owned by ", ","),
    "about": ("Control or workflow", " about ", ","),
    "cause": ("Cause", " because of ", ","),
    "amount": ("Amount", " with ", ","),
    "severity": ("Severity", " of ", ","),
    "q": ("Words, a name or a code", " mentioning ", ","),
    "order": ("Order", " ", "."),
}
# Stand in the sentence only once they are asked for, by a link of a board or the find field.
WHEN_ASKED = {"cause", "amount", "q"}

ERROR_CLASSES = {
    "retryable": "goes away by trying again",
    "business_rule": "refused by a rule of the business",
    "data_quality": "data to be corrected",
}
# Acts that ask for something first: the title of the form, its button, and what to write.
NEEDS_WORDS = {
    "claim": (
        "Claim the fix",
        "Claim fix",
        "What did you change, and where? Name the record or the ticket. The next run on data "
        "read after your claim confirms it or hands it back.",
    ),
    "comment": ("Comment", "Comment", "Everybody who works on this cause reads it."),
    "assign": ("Assign", "Assign", "Whoever gets it is told by mail."),
    "wait": ("Wait for others", "Set it waiting", ""),
    "snooze": ("Snooze", "Snooze", ""),
    "ask": ("Ask for a waiver", "Ask for the waiver", "", "Keep working on it"),
    "propose": (
        "Call it a false positive",
        "Propose it",
        "Somebody who owns the control reads it and confirms, or not. It counts against the"
        " control.",
        "Keep working on it",
    ),
    "approve": (
        "Approve",
        "Approve",
        "What you looked at, and why it may stand. The auditor reads it.",
        "Decide later",
    ),
    "refuse": (
        "Refuse",
        "Refuse",
        "Whoever asked reads it, and goes on from there.",
        "Decide later",
    ),
    "reopen": (
        "Reopen",
        "Reopen",
        "Why its end does not hold. The next run judges it anew.",
    ),
}


def plain(slug: str) -> str:
    """A slug as people say it: cost_rate_missing is "cost rate missing"."""
    return slug.replace("_", " ").replace("-", " ")


def close_relevant() -> list[str]:
    """The controls whose findings must be gone, or explained, before a period is signed."""
    return [code for code, one in catalogue().items() if one.close_relevant]


def closing(now: datetime, zone: ZoneInfo) -> str:
    """The month that is being closed, or will be next: until the 15th it is the last one."""
    return f"{now.astimezone(zone) - timedelta(days=15):%B}"


def subjects() -> dict[str, str]:
    """What an exception can be about: a workflow, or one control."""
    controls = {code: _inner(one.title) for code, one in catalogue().items()}
    return {"": "anything", **{slug: plain(slug) for slug in WORKFLOWS}, **controls}


def _control(code: str) -> Definition | None:
    """One of the catalogue; what is shipped without putting the whole catalogue together."""
    found = shipped().get(code)
    return found if found and found.sql else catalogue().get(code)


def control_title(code: str) -> str:
    """A control that left the catalogue is still called by its code."""
    found = _control(code)
    return found.title if found else code


# Once a period is locked nobody may be told to post into it (domain.md 0.8, CO-L).
UNRECORDED = (
    "Do not post it into its own period: that is locked.",
    "The controller decides: accrue it and note the journal, or post it in the current period with"
    " the original service date.",
    "It stays on the list of what is unrecorded at close until the accrual or the late posting is"
    " seen.",
)


# What happens next where nobody's work is asked for.
MOVED_BY_OTHERS = {
    "resolved": "Nothing is left to do",
    "fix_claimed": "The next run on fresh data judges it",
    "waiting_source": "Others act first",
    "pending_approval": "An approver decides",
    "snoozed": "It comes back on its day",
    "waived": "It comes back by itself",
    "false_positive": "It comes back when it changes",
    "merged": "It goes on in the cause it was merged into",
}

# Why the clock stands still.
PAUSED_FOR = {
    "approval": "while an approver has a day",
    "customer": "for the customer",
    "third_party": "for a third party",
}


def standing(group: Any, place: ZoneInfo) -> str:
    """Whom it waits for, or until when: what stands behind the word of its state."""
    if group.state == "waiting_source" and group.waiting_on:
        return f"on {group.waiting_on}"
    until = {"snoozed": group.snoozed_until, "waived": group.waived_until}.get(group.state)
    if until is None:
        return ""
    return f"{'to' if group.state == 'waived' else 'until'} {words.day(until, now(), place)}"


def next_step(control: str, cause: str, state: str, *, unrecorded: bool = False) -> str:
    """What happens next to a row, and who moves it."""
    if state in MOVED_BY_OTHERS:
        return MOVED_BY_OTHERS[state]
    steps = way_out(control, cause, unrecorded=unrecorded)
    return next(iter(steps), "Correct the record where it is owned")


def way_out(control: str, cause: str, *, unrecorded: bool = False) -> tuple[str, ...]:
    """The steps that mend it: the cause knows them best, else the control; once its period is
    locked, neither."""
    if unrecorded:
        return UNRECORDED
    rung, found = ladder().get(cause), _control(control)
    return (rung.remediation if rung else ()) or (found.remediation if found else ())


def _inner(title: str) -> str:
    """A title inside a sentence: the capital goes, unless it is an abbreviation's."""
    return title[0].lower() + title[1:] if title[1:2].islower() else title


def cause_title(slug: str) -> str:
    """A cause as a line of a table: the rung of the ladder, the control, or the bare word."""
    if slug in ladder():
        return ladder()[slug].title
    own = (one.title for one in catalogue().values() if one.slug == slug)
    return next(own, plain(slug).capitalize())
