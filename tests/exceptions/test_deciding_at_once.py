"""Two who decide the same request in the same instant: one is heard, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection

from opsboard.config import using
from opsboard.exceptions.models import Atom, Decision, Group
from tests.cast import CONFIG, NOW, hanging, person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("first", "second"), [("approve", "approve"), ("approve", "refuse")])
def test_one_verdict_is_heard(first, second):
    with using(CONFIG), time_machine.travel(NOW, tick=False):
        group = hanging([1000])
        group.ask_waiver(
            by=person("sofia"),
            reason_code="timing",
            narrative="The client pays in July by agreement; the letter is there.",
            amount=1000,
            expires_at=NOW + timedelta(days=3),
            evidence="letter 7",
        )
        # What each of them had open.
        pages = [(Group.objects.get(pk=group.pk), one, verb) for one, verb in
                 ((person("helen"), first), (person("charlie"), second))]  # fmt: skip
        together = Barrier(2)

        def decide(page):
            seen, who, verb = page
            together.wait()
            try:
                return getattr(seen, verb)(by=who, note="Seen")
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            heard = list(pool.map(decide, pages))
    assert sorted(heard) == [False, True]
    decision, group = Decision.objects.get(), Group.objects.get()
    assert decision.verdicts.count() == 1
    settled = decision.state == "approved"
    assert group.state == ("waived" if settled else "in_progress")
    assert Atom.objects.count() == (0 if settled else 1)
