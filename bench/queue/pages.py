"""The pages that are asked for: every offered filter and order, first and deep."""

from opsboard.exceptions.wording import AMOUNTS, SEVERITIES, STATES

ORDERS = ("", "money", "newest")
# Another choice beside each: combinations leave few rows.
CHOICES = [
    *(f"state={name}" for name in STATES if name),
    *(f"severity={name}" for name in SEVERITIES if name),
    *(f"amount={name}" for name in AMOUNTS),
    *(f"owner={name}" for name in ("me", "team", "nobody")),
    "entity=NQ-DE",
    "about=billing",
    "cause=cause-17",
    "q=TE-00000030",
    "q=engagement+77",
    "q=waits",
    "q=name17",
    "owner=team&severity=critical",
    "entity=NQ-DE&about=billing&severity=critical",
    "state=waiting&severity=urgent&entity=NQ-US",
    "owner=nobody&amount=misstated",
]
DEEP = 1_000


def queries() -> list[str]:
    return [
        "&".join(filter(None, (chosen, order and f"order={order}")))
        for chosen in ["", *CHOICES]
        for order in ORDERS
    ]


def cursor_at(person, query: str, page: int) -> str:
    """The cursor of a page so far in, made from the row before it; empty when there is none."""
    from django.http import QueryDict

    from opsboard import clock
    from opsboard.exceptions.models import Group
    from opsboard.exceptions.queue.filter import QueueFilter
    from opsboard.exceptions.queue.page import ROWS
    from opsboard.exceptions.queue.paging import _seal, in_order

    wanted = QueueFilter(QueryDict(query), person, clock.now())
    wanted.is_valid()
    shown = wanted.narrow(Group.objects.all()).shown_to(person)
    row = in_order(shown, wanted.running, wanted.now)[page * ROWS - 1 : page * ROWS].first()
    return _seal(wanted.running, row, back=False) if row else ""
