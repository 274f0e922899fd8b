"""What a mail says, made when it leaves: current, masked for its reader, no name in its subject."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from opsboard.alerts import notices
from opsboard.alerts.models import Delivery
from opsboard.alerts.paper import (
    Letter,
    Moot,
    absolute,
    amounts,
    deadline,
    letter,
    main_amount,
    plain,
)
from opsboard.controls.catalogue import catalogue
from opsboard.exceptions.deciding import requests
from opsboard.exceptions.models import Group
from opsboard.people.roles import Role
from opsboard.sync.models import Connection, Stream
from opsboard.ui import words

ROWS = 12
# Of the ladder: twice the time there was, or critical on the third working day of a close.
LAST_STEP = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One cause in a digest."""

    title: str
    about: str
    amount: str
    due: str
    is_late: bool
    link: str


def compose(delivery: Delivery, now: datetime) -> Letter:
    """The mail as it is true at `now`, or Moot."""
    person = delivery.person
    if not (person.is_active and person.wants_mail and person.email and person.rights):
        raise Moot("the reader takes no mail any more")
    return SORTS[delivery.sort](delivery, now)


def _alert(delivery: Delivery, now: datetime) -> Letter:
    person, zone = delivery.person, delivery.person.place
    step, seen = _step(delivery), Group.objects.visible_to(person).unsettled()
    seen = seen.filter(pk=delivery.group_id)
    is_theirs = seen.waiting_for(person).exists()
    group = seen.shown_to(person).first() if is_theirs or step else None
    if group is None:
        raise Moot("it no longer waits for this reader")
    held = Delivery.objects.held_for(person).count()
    control = catalogue().get(group["control"])
    context = {
        "headline": plain(group["title"]),
        "amounts": amounts(group),
        "entries": words.counted(group["children"], "entry", "entries"),
        "entity": plain(group["legal_entity"]),
        "due": deadline(group["due_at"], now, zone),
        "is_late": bool(group["due_at"] and group["due_at"] < now),
        "is_theirs": is_theirs,
        "step": plain(control.remediation[0]) if control and control.remediation else "",
        "held": words.counted(held, "more cause") if held else "",
        "link": absolute("exceptions:group", group["id"]),
        "reason": _because(delivery),
    }
    due = group["due_at"]
    until = f", due {words.short(due, now, zone)}" if due else ""
    if due and due < now:
        until = ", and late"
    subject = f"{_opening(step, is_theirs=is_theirs)}{until}"
    return letter("alert", subject, delivery, now, context)


def _step(delivery: Delivery) -> int:
    """The step of the ladder that this mail tells of, in percent; 0 for other news."""
    line = delivery.because
    return int(line.after.split()[0]) if line and line.verb == "escalated" else 0


def _opening(step: int, *, is_theirs: bool) -> str:
    if 0 < step < 100:
        whose = "Yours to fix" if is_theirs else "In your team"
        return f"{whose}, {step} % of the time used"
    return "Yours to fix" if is_theirs else "Needs your attention"


def _digest(delivery: Delivery, now: datetime) -> Letter:
    person, zone = delivery.person, delivery.person.place
    if Delivery.objects.newer_digest_than(delivery):
        raise Moot("a newer digest tells it all")
    seen = Group.objects.visible_to(person)
    mine = seen.unsettled().waiting_for(person)
    held = list(Delivery.objects.held_for(person).values_list("id", flat=True))
    since = Delivery.objects.last_digest_at(person) or now - timedelta(days=1)
    yours, late = mine.count(), mine.overdue(now).count()
    today = mine.due_today(now, zone).count()
    rows = mine.order_by("due_at", "id").shown_to(person)[:ROWS]
    elsewhere = seen.unsettled().count() - yours
    decide = requests.to_decide(seen, person).count()
    if not (yours or elsewhere or held):
        raise Moot("nothing to tell")
    context = {
        "headline": _headline(yours, late, today),
        "since": _since(since, now, zone),
        "cleared": words.counted(seen.resolved_since(since).count(), "cause"),
        "arrived": words.counted(seen.filter(detected_at__gte=since).count(), "cause"),
        "lines": list(_lines(rows, now, zone)),
        "rest": words.counted(yours - ROWS, "more", "more") if yours > ROWS else "",
        "elsewhere": words.counted(elsewhere, "cause") if elsewhere else "",
        "elsewhere_late": seen.unsettled().overdue(now).count() - late,
        "held": words.counted(len(held), "alert") if held else "",
        "decide": words.counted(decide, "request waits", "requests wait") if decide else "",
        "at_the_top": _at_the_top(person, seen),
        "link": absolute("exceptions:queue"),
        "reason": plain(delivery.reason),
    }
    subject = f"Your exceptions, {words.day(now, now, zone)}"
    return letter("digest", subject, delivery, now, context, held)


def _at_the_top(person: Any, seen: Any) -> str:
    """What went up the whole ladder, for those at its end (domain.md F.5)."""
    if person.role != Role.EXECUTIVE:
        return ""
    causes = seen.unsettled().filter(escalated__gte=LAST_STEP).count()
    return words.counted(causes, "cause has", "causes have") if causes else ""


def _stream(delivery: Delivery, now: datetime) -> Letter:
    slug = delivery.about.split(":")[1]
    stopped = Stream.objects.filter(connection=slug, active=True, state=Stream.State.STOPPED)
    streams = list(stopped.order_by("name"))
    if not streams:
        raise Moot("the feed runs again")
    title = plain(Connection.objects.get(pk=slug).title)
    context = {
        "headline": f"{title} has stopped giving {words.counted(len(streams), 'feed')}.",
        "streams": [
            {"name": plain(one.name), "remedy": plain(one.remedy or one.last_error)}
            for one in streams
        ],
        "link": absolute("sync:system", slug),
        "reason": plain(delivery.reason),
    }
    return letter("stream", "A feed has stopped and needs a person", delivery, now, context)


def _because(delivery: Delivery) -> str:
    line = delivery.because
    if line and line.verb == "assigned" and line.by:
        return plain(f"{line.by} assigned it to you")
    return plain(delivery.reason)


def _headline(yours: int, late: int, today: int) -> str:
    if not yours:
        return "Nothing waits for you."
    parts = [f"{words.counted(late, 'is', 'are')} late"] if late else []
    parts += [f"{words.counted(today, 'falls', 'fall')} due today"] if today else []
    told = ", ".join(parts) or "none is due today"
    return f"{words.counted(yours, 'cause waits', 'causes wait')} for you: {told}."


def _since(since: datetime, now: datetime, zone: ZoneInfo) -> str:
    return f"Since {words.short(since, now, zone)}"


def _lines(rows, now: datetime, zone: ZoneInfo) -> Iterator[Line]:
    for row in rows:
        entries = words.counted(row["children"], "entry", "entries")
        whose = row["owner_name"] or row["team_name"] or ""
        yield Line(
            title=plain(row["title"]),
            about=", ".join(filter(None, map(plain, (row["legal_entity"], entries, whose)))),
            amount=main_amount(row),
            due=deadline(row["due_at"], now, zone),
            is_late=bool(row["due_at"] and row["due_at"] < now),
            link=absolute("exceptions:group", row["id"]),
        )


SORTS = {
    "instant": _alert,
    "digest": _digest,
    "stream": _stream,
    "request": notices.request,
    "verdict": notices.verdict,
    "help": notices.help_wanted,
    "mention": notices.mention,
}
