"""Mails of what people ask of each other: a decision and its answer, help, and being named."""

from datetime import datetime
from typing import Any

from opsboard.alerts.models import Delivery
from opsboard.alerts.paper import (
    Letter,
    Moot,
    absolute,
    amounts,
    deadline,
    letter,
    plain,
)
from opsboard.config import config
from opsboard.exceptions.deciding import requests
from opsboard.exceptions.models import Decision, Group, SubTask
from opsboard.people.models import Person
from opsboard.ui import words

# Of what somebody wrote; the page has the rest.
MOST_QUOTED = 400
ENDINGS = {
    "approved": ("Your request was approved", "approved it"),
    "refused": ("Your request was refused", "refused it"),
    "lapsed": ("Your request has lapsed", ""),
}
NEXT = {
    "waiver": "Nothing: it comes back by itself {until}, or sooner when it grows.",
    "false_positive": "Nothing: it comes back when it changes.",
    "replay": "Have the messages sent within one business day; the approval ends then.",
    "compensation": "Do the first step within one business day; the approval ends then.",
}


def request(delivery: Delivery, now: datetime) -> Letter:
    """To whoever may decide: what is asked, and by when. `separation.py` has the last word on
    whether this reader may; whoever may not is told nothing."""
    person, group = delivery.person, _seen(delivery)
    _, pk, given = delivery.about.split(":")
    asked = requests.shown(group["id"], person)
    if asked is None or not asked.waits or asked.decision.pk != int(pk):
        raise Moot("it was decided meanwhile")
    if not asked.acts & {"approve", "refuse"}:
        raise Moot("this reader does not decide it")
    if len(asked.verdicts) > int(given):
        raise Moot("another has approved since; that is told by a mail of its own")
    decision = asked.decision
    until = decision.group.pause_ends_at or decision.group.due_at
    said = [("", _asks(asked, now, person)), ("Why. ", quoted(decision.narrative))]
    said += [("", f"{one.by} approved it: {quoted(one.note)}") for one in asked.verdicts]
    said += [("Behind it. ", f"{amounts(group)}, {_entries(group)}.")]
    said += [("Next step. ", f"Approve or refuse it{_by(until, now, person)}.")]
    rest = requests.to_decide(Group.objects.visible_to(person), person).count() - 1
    note = f"{words.counted(rest, 'more request waits', 'more requests wait')} for you to decide."
    opening = "A second decision is needed" if asked.verdicts else "Your decision is needed"
    return _notice(
        delivery,
        now,
        _with_deadline(opening, until, now, person),
        headline=plain(group["title"]),
        said=said,
        act="Open the request",
        note=note if rest > 0 else "",
    )


def verdict(delivery: Delivery, now: datetime) -> Letter:
    """To whoever asked: what became of it."""
    group = _seen(delivery)
    _, pk, ending = delivery.about.split(":")
    decision = Decision.objects.select_related("group").get(pk=pk)
    subject, did = ENDINGS[ending]
    said = [("", _said(one, did)) for one in _verdicts(decision)] if did else []
    if not said:
        said = [("", plain(decision.outcome))]
    said += [("Next step. ", _next(decision, ending, now, delivery.person))]
    return _notice(
        delivery,
        now,
        subject,
        headline=plain(group["title"]),
        said=said,
        act="Open the exception",
    )


def help_wanted(delivery: Delivery, now: datetime) -> Letter:
    """To the team that was asked: what is needed and by when, until somebody takes it."""
    person, group = delivery.person, _seen(delivery)
    task = SubTask.objects.select_related("asked_by").get(pk=delivery.about.split(":")[1])
    if task.state != SubTask.State.OPEN or task.team_id != person.team_id:
        raise Moot("it is not asked of this reader any more")
    if task.taken_by_id not in (None, person.pk):
        raise Moot("somebody else of the team does it")
    return _notice(
        delivery,
        now,
        _with_deadline("Your team is asked to help", task.due_at, now, person),
        headline=plain(group["title"]),
        said=[
            (f"{plain(str(task.asked_by))} asks. ", quoted(task.what)),
            ("Behind it. ", f"{amounts(group)}, {_entries(group)}."),
            ("Next step. ", f"Take it, and answer{_by(task.due_at, now, person)}."),
        ],
        act="Open the exception",
        note="The exception stays with its owner; the next run sees whether it is clear.",
    )


def mention(delivery: Delivery, now: datetime) -> Letter:
    """To whoever a remark names."""
    group, line = _seen(delivery), delivery.because
    if line is None:
        raise Moot("the remark is gone")
    due = deadline(group["due_at"], now, delivery.person.place)
    return _notice(
        delivery,
        now,
        "You are named in a remark",
        headline=plain(group["title"]),
        said=[
            (f"{plain(str(line.by))} wrote. ", quoted(line.note)),
            ("Behind it. ", f"{amounts(group)}, {_entries(group)}; {due}."),
        ],
        act="Open the exception",
    )


def quoted(text: str) -> str:
    """What somebody wrote, as one line."""
    told = plain(text)
    return told if len(told) <= MOST_QUOTED else f"{told[:MOST_QUOTED].rstrip()}…"


def _seen(delivery: Delivery) -> dict[str, Any]:
    """The group as this reader sees it, masked."""
    groups = Group.objects.visible_to(delivery.person).filter(pk=delivery.group_id)
    found = groups.shown_to(delivery.person).first()
    if found is None:
        raise Moot("this reader does not see it any more")
    return found


def _asks(asked: Any, now: datetime, person: Person) -> str:
    decision, parts = asked.decision, ""
    if decision.sort == Decision.Sort.WAIVER:
        until = words.short(decision.expires_at, now, person.place)
        parts = f" {_amount(asked)} until {until}"
    why = f": {asked.reason}" if asked.reason else ""
    return plain(f"{decision.asked_by} {asked.asks}{parts}{why}.")


def _amount(asked: Any) -> str:
    if asked.amount is None:
        return "an amount that you may not see"
    return f"{words.bracketed(asked.amount)}{words.NBSP}{config().firm.group_currency}"


def _verdicts(decision: Decision) -> list[Any]:
    return list(decision.verdicts.select_related("by", "acting_for").order_by("at"))


def _said(one: Any, did: str) -> str:
    stands = f" for {one.acting_for}" if one.acting_for else ""
    verb = did if one.approves == (did == "approved it") else "approved it"
    return plain(f"{one.by}{stands} {verb}: {quoted(one.note)}")


def _next(decision: Decision, ending: str, now: datetime, person: Person) -> str:
    if ending == "approved":
        until = words.short(decision.expires_at, now, person.place) if decision.expires_at else ""
        return NEXT[decision.sort].format(until=until)
    if not decision.group.is_unsettled:
        return "Nothing: it is settled."
    return "Work on it, or ask anew with what was missing."


def _entries(group: dict[str, Any]) -> str:
    return words.counted(group["children"], "entry", "entries")


def _by(due: datetime | None, now: datetime, person: Person) -> str:
    if due is None:
        return ""
    told = deadline(due, now, person.place)
    return f"; it is {told}" if due < now else f" by {told}"


def _with_deadline(opening: str, due: datetime | None, now: datetime, person: Person) -> str:
    if due is None:
        return opening
    return f"{opening}, {'and late' if due < now else 'due ' + words.short(due, now, person.place)}"


def _notice(delivery: Delivery, now: datetime, subject: str, **told: Any) -> Letter:
    said = [{"label": label, "text": text} for label, text in told.pop("said") if text]
    context = {
        "note": "",
        "said": said,
        "link": absolute("exceptions:group", delivery.group_id),
        "reason": plain(delivery.reason),
        **told,
    }
    return letter("notice", subject, delivery, now, context)
