"""Cells that mean something: money, deadlines, states. Loaded into every template.

Amounts come from queries that already masked them: None is "restricted", never "0".
"""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from opsboard import clock
from opsboard.ui import cells, plotly, words
from opsboard.ui.freshness import Freshness
from opsboard.ui.words import ROLE_WORDS

register = template.Library()

RESTRICTED = mark_safe('<span class="restricted">restricted</span>')
NOT_KNOWN = mark_safe('<span class="quiet">not known</span>')
SEVERITIES = {1: "low", 2: "medium", 3: "high", 4: "critical"}
# Word and shape of every state; the shape is a class of status.css.
STATES = {
    "new": ("New", "new"),
    "acknowledged": ("Acknowledged", "seen"),
    "in_progress": ("In progress", "doing"),
    "waiting_source": ("Waiting", "waiting"),
    "fix_claimed": ("Fix claimed", "claimed"),
    "pending_approval": ("Waits for approval", "approval"),
    "snoozed": ("Snoozed", "waiting"),
    "waived": ("Waived", "waived"),
    "false_positive": ("False positive", "waived"),
    "merged": ("Merged", "seen"),
    "reopened": ("Reopened", "new"),
    "resolved": ("Resolved on proof", "resolved"),
    "queued": ("Waiting its turn", "waiting"),
    "running": ("Running", "doing"),
    "done": ("Done", "resolved"),
    "failed": ("Failed", "blocked"),
    "killed": ("Killed half-way", "blocked"),
    "ready": ("Ready", "seen"),
    "retrying": ("Trying again", "waiting"),
    "stopped": ("Stopped", "blocked"),
    "not_evaluated": ("Not evaluated", "unknown"),
}


@register.filter(name="money")
def money_filter(value: Decimal | None) -> SafeString:
    """Whole units, brackets for a negative, a grey zero, "restricted" for what was masked."""
    return RESTRICTED if value is None else cells.money(value, 0)


@register.filter
def money_or_unknown(value: Decimal | None) -> SafeString:
    """For amounts that are missing rather than masked."""
    return NOT_KNOWN if value is None else cells.money(value, 0)


@register.simple_tag
def amount(
    value: Decimal | None,
    currency: str = "",
    *,
    minor: bool = False,
    estimated: bool = False,
    ties: bool = False,
) -> SafeString:
    """Money with everything that may go along: currency, minor units, an estimate's sign."""
    if value is None:
        return RESTRICTED
    text = cells.money(value, 2 if minor else 0, estimated=estimated, ties=ties)
    return format_html("{}\u00a0{}", text, currency) if currency else text


@register.filter
def figure(value: Decimal | int | None) -> str:
    """Money or a count as plain text, for a sentence, a title or an attribute."""
    return "restricted" if value is None else words.bracketed(value)


@register.filter
def number(value: int | None) -> SafeString:
    """A count in a table: zero is grey."""
    if value is None:
        return NOT_KNOWN
    if value == 0:
        return mark_safe('<span class="money nil">0</span>')
    return mark_safe(words.grouped(value))


@register.filter
def counted(value: int, noun: str) -> str:
    """`{{ 26|counted:"cause" }}` is "26 causes"; irregular: `"entry,entries"`."""
    one, _, many = noun.partition(",")
    return words.counted(value or 0, one, many)


@register.filter
def hours(value: Decimal | float | None) -> str:
    return "not known" if value is None else words.grouped(Decimal(str(value)), 2)


@register.filter
def duration(value: timedelta | None) -> str:
    return "" if value is None else words.duration(value)


@register.filter
def severity(value: int) -> SafeString:
    word = SEVERITIES[value]
    return format_html('<span class="severity {}">{}</span>', word, word.capitalize())


@register.filter
def state(value: str, detail: str = "") -> SafeString:
    """`{{ group.state|state }}`, or with whom or when: `{{ group.state|state:"10:48" }}`."""
    word, shape = STATES.get(value, (value.replace("_", " ").capitalize(), "unknown"))
    return format_html(
        '<span class="state {}">{}{}</span>', shape, word, f" {detail}" if detail else ""
    )


@register.filter
def state_as(value: str, word: str) -> SafeString:
    """The shape of a state with another word: `{{ "not_evaluated"|state_as:"Not read yet" }}`."""
    shape = STATES.get(value, ("", "unknown"))[1]
    return format_html('<span class="state {}">{}</span>', shape, word)


@register.filter
def fresh_words(value: Freshness, label: str = "") -> str:
    """ERP 6 min; HCM 51 min of 1 h; PSA stale, 6 h 10."""
    if value.behind is None:
        said = "not read yet"
    else:
        behind, limit = words.duration(value.behind), words.duration(value.limit)
        said = {"slow": f"{behind} of {limit}", "stale": f"stale, {behind}"}.get(value.word, behind)
    return f"{label} {said}".strip()


@register.filter
def fresh(value: Freshness, label: str = "") -> SafeString:
    return format_html('<span class="fresh {}">{}</span>', value.shape, fresh_words(value, label))


@register.simple_tag(takes_context=True)
def instant(context: Context, at: datetime | None, zone: str = "") -> SafeString:
    """Thu 2 July, 11:00 BST."""
    if at is None:
        return mark_safe("never")
    place, now = _place(context, zone), _now(context)
    text = f"{words.day(at, now, place)}, {at.astimezone(place):%H:%M %Z}"
    return cells.time(at, text, place)


@register.simple_tag(takes_context=True)
def moment(context: Context, at: datetime | None, zone: str = "") -> SafeString:
    """As short as can be: 10:56, Wed 16:02, Thu 25 June, 09:12."""
    if at is None:
        return mark_safe("never")
    place = _place(context, zone)
    return cells.time(at, words.short(at, _now(context), place), place)


@register.simple_tag(takes_context=True)
def ago(context: Context, at: datetime | None, zone: str = "") -> SafeString:
    """26 min ago; the exact instant stands in the title."""
    if at is None:
        return mark_safe("never")
    place, span = _place(context, zone), _now(context) - at
    text = f"{words.duration(span)} ago" if span >= timedelta(0) else f"in {words.duration(span)}"
    return cells.time(at, text, place)


@register.simple_tag(takes_context=True)
def took(context: Context, start: datetime, end: datetime | None) -> str:
    """How long it took, or takes so far; below a minute in seconds."""
    span = (end or _now(context)) - start
    if span < timedelta(minutes=1):
        return f"{span.total_seconds():.1f}\u00a0s"
    return words.duration(span)


@register.simple_tag(takes_context=True)
def day(context: Context, at: datetime, zone: str = "") -> SafeString:
    place = _place(context, zone)
    return cells.time(at, words.day(at, _now(context), place), place)


@register.simple_tag(takes_context=True)
def due_class(context: Context, at: datetime | None, zone: str = "") -> str:
    """For the cell of a deadline: `due`, `due soon` (today), `due late`."""
    return "due" if at is None else class_of(at, _now(context), _place(context, zone))


def class_of(at: datetime, now: datetime, place: ZoneInfo) -> str:
    if at < now:
        return "due late"
    is_today = at.astimezone(place).date() == now.astimezone(place).date()
    return "due soon" if is_today else "due"


@register.simple_tag(takes_context=True)
def due(context: Context, at: datetime | None, zone: str = "") -> SafeString:
    """First the wall clock, then what is left; when late, how late and since when."""
    if at is None:
        return mark_safe("<b>No deadline</b>")
    first, second = cells.deadline(at, _now(context), _place(context, zone))
    return format_html("<b>{}</b><small>{}</small>", first, second)


@register.simple_tag(takes_context=True)
def due_line(context: Context, at: datetime | None, zone: str = "") -> SafeString:
    """The deadline in one line: Today 13:00, 2 h left."""
    if at is None:
        return mark_safe("No deadline")
    return format_html("{}, {}", *cells.deadline(at, _now(context), _place(context, zone)))


@register.filter
def code(value: str) -> SafeString:
    """Codes (TP01, NQ-UK) never break."""
    return format_html('<span class="nowrap">{}</span>', value)


@register.filter
def spaced(value: str) -> str:
    """time_entry is a name in code; people read "time entry"."""
    return value.replace("_", " ")


@register.filter
def role_word(value: str) -> str:
    return ROLE_WORDS.get(value, value)


@register.filter
def may(person: Any, act: str) -> bool:
    return person.is_authenticated and person.may(act)


@register.filter
def as_json(value: Any) -> str:
    """For a payload that is shown to people."""
    return json.dumps(value, indent=1, ensure_ascii=False, default=str)


@register.simple_tag(takes_context=True)
def queue_of(context: Context, about: str) -> str:
    """The exceptions of a control or workflow; empty for readers without that room."""
    if "exceptions" not in context["sheet"].room_slugs:
        return ""
    return f"{reverse('exceptions:queue')}?{urlencode({'about': about})}"


@register.simple_tag
def plotting_address() -> str:
    return reverse("ui:plotting", args=[plotly.release()])


@register.simple_tag
def plotting_map_style() -> str:
    return plotly.map_style_id()


@register.simple_tag
def meter(share: float, goal: float | None = None) -> SafeString:
    """Part of a track with its target; both numbers must also stand in words beside it."""
    part = max(0.0, min(share, 1.0)) * 100
    mark = [] if goal is None else [(f"{goal * 100:.1f}",)]
    goals = format_html_join("", '<rect class="goal" x="{}" width="1" height="10"/>', mark)
    return format_html(
        '<svg class="meter" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" y="2" width="100" height="6"/>'
        '<rect class="part" y="2" width="{}" height="6"/>{}</svg>',
        f"{part:.1f}",
        goals,
    )


def _now(context: Context) -> datetime:
    if "as_of" in context:
        return context["as_of"]
    return context["sheet"].now if "sheet" in context else clock.now()


def _place(context: Context, zone: str) -> ZoneInfo:
    """The reader's zone; a mail, which has no reader on screen, names it."""
    if zone:
        return ZoneInfo(zone)
    return context["sheet"].zone if "sheet" in context else ZoneInfo("UTC")
