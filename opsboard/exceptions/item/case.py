"""All that stands on the page of one group: the cause, the shown item, its siblings, its past."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Sum, When
from django.http import Http404
from django.urls import reverse

from opsboard.clock import now
from opsboard.controls.catalogue import catalogue
from opsboard.exceptions.item.evidence import compare
from opsboard.exceptions.item.links import link_of
from opsboard.exceptions.models import ExceptionItem, Exposure, Group, History
from opsboard.exceptions.queries import hidden_from, may_see, name_of
from opsboard.exceptions.queue.paging import Order, page_of
from opsboard.exceptions.rights import ACTS, reasons_against
from opsboard.exceptions.states import SETTLED, State
from opsboard.exceptions.telling import told
from opsboard.exceptions.wording import PAUSED_FOR, control_title, next_step, standing
from opsboard.records.models import Entity
from opsboard.ui.numbers import whole

LARGEST = Order("amount", "value_at_risk", "amount", down=True, sparse=True)
# For a reader who may not see amounts: even their order would tell.
OLDEST = Order("found", "detected_at", "detected_at")
FEW, MANY = 4, 12
# Lines of history that tell what ended a case.
MENDS = ("claimed", "replayed", "answered", "compensated")
NOTES = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One line of history, ready to read: who (empty: opsboard itself) did what."""

    at: datetime
    who: str
    what: str
    note: str


def row_of(row: dict, person: Any, acts: Iterable[str] = ACTS) -> SimpleNamespace:
    """A group as a row of the queue: with its next step and the acts open to this reader."""
    found = SimpleNamespace(**row, owner=row["owner_name"])
    reasons = reasons_against(person, found, acts)
    found.acts = {act for act, reason in reasons.items() if not reason}
    found.reasons = {act: reason for act, reason in reasons.items() if reason}
    found.control_title = control_title(found.control)
    found.step = next_step(
        found.control, found.cause, found.state, unrecorded=bool(found.unrecorded)
    )
    found.seen = f"{found.owner_id or ''}:{found.team_id or ''}"
    found.is_settled = found.state in SETTLED
    found.state_label = State(found.state).label
    found.detail = standing(found, person.place)
    found.paused_for = PAUSED_FOR.get(found.pause_reason, "")
    found.settled_word = "Resolved" if found.state == State.RESOLVED else "Since"
    found.url = reverse("exceptions:group", args=[found.id])
    found.is_unheeded = _is_unheeded(found)
    found.is_late = bool(found.due_at and found.due_at < now())
    return found


def _is_unheeded(group: SimpleNamespace) -> bool:
    """Nobody took it in the time there was to acknowledge it."""
    waits = group.owner_id is None and group.state in {State.NEW, State.REOPENED}
    return bool(waits and group.acknowledge_by and group.acknowledge_by < now())


def children(group: SimpleNamespace, person: Any, cursor: str = "", size: int = MANY) -> dict:
    """A page of what hangs on the group, largest first, with names for the references."""
    items = ExceptionItem.objects.filter(group=group.id)
    if not group.is_settled:
        items = items.unsettled()
    order = LARGEST if may_see("value_at_risk", person) else OLDEST
    page = page_of(items.shown_to(person), order, cursor, size)
    wanted = {row[key] for row in page.rows for key in ("worker_id", "project_id")} - {None}
    names = {one.pk: one.name or one.code for one in Entity.objects.filter(pk__in=wanted)}
    for row in page.rows:
        row["worker"] = names.get(row["worker_id"], "")
        row["project"] = names.get(row["project_id"], "")
        row["id_shown"] = row["subject"].partition(":")[2] or row["subject"]
    return {"page": page, "by_amount": order is LARGEST, "size": size}


def shown_item(group: SimpleNamespace, person: Any, wanted: str) -> SimpleNamespace | None:
    """The item asked for, else the largest child; its evidence side by side."""
    items = ExceptionItem.objects.filter(group=group.id)
    if wanted:
        items = items.filter(pk=whole(wanted))
    by = F("value_at_risk").desc(nulls_last=True) if may_see("value_at_risk", person) else "id"
    # What two systems say something about shows more than what one of them says.
    two_sided = [code for code, one in catalogue().items() if len(one.sides) > 1]
    first = Case(When(control__in=two_sided, then=0), default=1)
    row = items.opened_to(person).order_by(first, by, "id").first()
    if row is None:
        if wanted:
            raise Http404("This item does not hang on this cause.")
        return None
    item = SimpleNamespace(**row)
    item.id_shown = item.subject.partition(":")[2] or item.subject
    hidden = hidden_from(person, item.control)
    item.comparison = compare(item.shown, hidden, catalogue().get(item.control))
    item.link = link_of(item.subject, item.control)
    item.value_there = None
    if may_see("value_at_risk", person):
        # Revenue and cash are the same money at two stages.
        item.value_there = max(item.revenue or 0, item.cash or 0)
    return item


def history_of(group_id: int, item_id: int | None = None) -> list[Line]:
    """Newest first; lines of single items only for the shown one."""
    lines = History.objects.filter(group=group_id)
    lines = lines.filter(Q(item=None) | Q(item=item_id)) if item_id else lines.filter(item=None)
    rows = lines.annotate(who=name_of("by")).order_by("-at", "-id")[:NOTES]
    return [Line(row.at, row.who or "", said(row), row.note) for row in rows]


def last_move(group_id: int) -> Line | None:
    """Who moved the group last, to tell whoever came second."""
    moves = History.objects.filter(group=group_id, item=None).exclude(verb="commented")
    row = moves.annotate(who=name_of("by")).order_by("-at", "-id").first()
    return Line(row.at, row.who or "opsboard", said(row), row.note) if row else None


def said(line: History) -> str:
    """What a line of history says after the name of who did it."""
    return told(line.verb, line.before, line.after)


def counted_elsewhere(group_id: int) -> int:
    """Atoms of this group that another group claims too; the ledger counts them once."""
    others = Exposure.objects.filter(
        atom=OuterRef("atom"), measure=OuterRef("measure"), item__is_unsettled=True
    ).exclude(item__group=group_id)
    mine = Exposure.objects.filter(item__group=group_id, item__is_unsettled=True)
    return mine.filter(Exists(others)).values("atom").distinct().count()


def shared_by_children(group: SimpleNamespace, person: Any) -> Decimal | None:
    """By how much the rows of the children exceed the group: what several claim counts once."""
    if group.is_settled or not may_see("value_at_risk", person):
        return None
    items = ExceptionItem.objects.filter(group=group.id).unsettled()
    return (items.aggregate(sum=Sum("value_at_risk"))["sum"] or Decimal(0)) - group.value


def seen_before(group: SimpleNamespace, item: SimpleNamespace | None, person: Any) -> list:
    """Earlier cases of the same subject, root or cause, those of the same root first, and what was
    said to have mended them: by a claim, by a replay, or by the team that was asked."""
    same_root = Q(root_entity=group.root_entity) & ~Q(root_entity="")
    alike = Q(workflow=group.workflow, cause=group.cause) | same_root
    if item:
        same = ExceptionItem.objects.filter(control=item.control, subject=item.subject)
        alike |= Q(pk__in=same.filter(state=State.RESOLVED).values("group"))
    said = History.objects.filter(group=OuterRef("pk"), verb__in=MENDS).exclude(note="")
    past = Group.objects.visible_to(person).filter(alike, state=State.RESOLVED)
    past = past.exclude(pk=group.id).annotate(
        mended=Subquery(said.order_by("-at", "-id").values("note")[:1]),
        took=F("settled_at") - F("detected_at"),
        is_same=Case(When(same_root, then=0), default=1),
    )
    return list(past.order_by("is_same", "-settled_at")[:FEW])
