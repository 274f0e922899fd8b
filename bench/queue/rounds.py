"""Rounds at one size: every page first and deep, the bare query and view beside them, and acts."""

import time
from collections import defaultdict
from collections.abc import Callable

import time_machine

from bench.load.place import ask
from bench.queue import pages, world
from bench.queue.timing import Seen, look

ASSIGNED = 10_000
BARE = """
    select id, title, control, legal_entity, state, severity, due_at, value_at_risk, owner_id
    from exceptions_group
    where is_unsettled
    order by due_on, value_at_risk desc, id
    limit 51
"""
ROW = "<tr>" + "".join(f"<td>{{{{ row.{number} }}}}</td>" for number in range(9)) + "</tr>"
PLAIN = f"<table>{{% for row in rows %}}{ROW}{{% endfor %}}</table>{{{{ count }}}}"
CAPPED = "select count(*) from (select 1 from exceptions_group where is_unsettled limit 1001) one"
UPDATE = """
    update exceptions_group set owner_id = %s, owner_reason = 'bare'
    where id in (select id from exceptions_group where is_unsettled order by id limit %s)
"""


class Rounds:
    """Milliseconds by name; `seen` holds each page by its query and depth."""

    def __init__(self, count: int):
        self.count = count
        self.seen: dict[tuple[str, str], Seen] = defaultdict(Seen)
        # What the page asks for once it stands.
        self.apart: dict[str, Seen] = defaultdict(Seen)
        self.taken: dict[str, list[float]] = defaultdict(list)
        self.deep: dict[str, str] = {}
        self.faults: list[str] = []

    def prepare(self) -> None:
        from django.test import Client

        world.make(self.count)
        self.person = world.reader()
        self.client = Client()
        self.client.force_login(self.person)
        for query in pages.queries():
            for far in (pages.DEEP, pages.DEEP // 10, pages.DEEP // 100):
                if cursor := pages.cursor_at(self.person, query, far):
                    self.deep[query] = cursor
                    break

    def run(self) -> None:
        self._time("bare query", lambda: ask(BARE))
        self._time("bare view", self._bare_view)
        for query in pages.queries():
            start = f"/exceptions/?{query}"
            look(self.client, start, self.seen[query, "first"])
            if query in self.deep:
                way = f"{start}{'&' if query else ''}page={self.deep[query]}"
                look(self.client, way, self.seen[query, "deep"])
        self._time("bare view", self._bare_view)
        self._time("totals by workflow", self._totals)
        look(self.client, "/exceptions/counts/", self.apart["counts of the margin"], b'id="views"')
        asked = {"hx-request": "true", "hx-target": "answered"}
        look(self.client, "/exceptions/", self.apart["money of all"], b'id="answered"', **asked)

    def run_acts(self) -> None:
        """Hand 10,000 over, beside one bare update of as many; both are rolled back."""
        from django.db import transaction

        from opsboard.exceptions.queue import many

        few = f"select id from exceptions_group where is_unsettled order by id limit {ASSIGNED}"
        ids = [pk for (pk,) in ask(few)]
        for name, act in (
            ("bare update", lambda: ask(UPDATE, [self.person.pk, ASSIGNED])),
            ("bulk assign", lambda: many.assign(ids, by=self.person, seen=10**12, to=self.person)),
        ):
            with transaction.atomic():
                self._time(name, act)
                transaction.set_rollback(True)

    def _totals(self) -> None:
        from opsboard.exceptions.queue.tallies import by_workflow

        if not by_workflow(self.person):
            self.faults.append("the tally is empty")

    def _bare_view(self) -> None:
        from django.template import Context, engines

        rows, [[count]] = ask(BARE), ask(CAPPED)
        template = engines["django"].from_string(PLAIN).template
        template.render(Context({"rows": rows, "count": count}))

    def _time(self, name: str, work: Callable[[], object]) -> None:
        start = time.perf_counter()
        work()
        self.taken[name].append((time.perf_counter() - start) * 1000)


def at_the_worlds_noon():
    return time_machine.travel(world.NOW, tick=True)
