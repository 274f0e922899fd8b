"""Whatever people do, and whatever the engine brings back, no total counts what is settled."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsboard.clock import now
from opsboard.config import config, using
from opsboard.exceptions.deciding import tiers
from opsboard.exceptions.deciding.limits import Unfit
from opsboard.exceptions.engine.regroup import regroup
from opsboard.exceptions.models import Atom, ExceptionItem, Exposure, Group, Touched
from opsboard.people.calendars import settle_calendars
from opsboard.people.queries import settle_teams
from tests.cast import CONFIG, NOW, cause, item, person

pytestmark = pytest.mark.django_db
WHY = "The client pays in July by agreement; the letter is attached."
# Atoms that several causes claim, at unlike amounts.
CLAIMS = [("a", 100), ("b", 40), ("a", 70)], [("a", 90), ("c", 10)], [("b", 60), ("c", 5)]


def ask(group):
    group.ask_waiver(
        by=person("sofia"),
        reason_code="timing",
        narrative=WHY,
        amount=tiers.weight(group),
        expires_at=now() + timedelta(days=2),
        evidence="letter 7",
    )


def propose(group):
    said = {"narrative": WHY, "guard": "Skip it", "evidence": "SOW 3"}
    group.propose_false_positive(by=person("sofia"), **said)


def wait(group):
    until = max(group.due_at or now(), now() + timedelta(hours=1))
    group.wait(by=person("sofia"), reason="customer", on="Penhallow", until=until, note="When?")


def find_more(group):
    """As a control does: it hangs on nothing until the groups are derived."""
    found = item(group, 25, atom="b", state="new")
    ExceptionItem.objects.filter(pk=found.pk).update(group=None)
    Touched.objects.get_or_create(key=group.key)


def turn(_group):
    regroup(now(), config())


def approve(group):
    group.approve(by=person("helen"), note="Seen")


def both(asking):
    """Asked and approved at once, or a history seldom comes so far."""

    def settle(group):
        asking(group)
        approve(group)

    return settle


VERBS = {
    "acknowledge": lambda group: group.acknowledge(by=person("sofia")),
    "start": lambda group: group.start(by=person("sofia")),
    "wait": wait,
    "claim": lambda group: group.claim(by=person("sofia"), note="Mended"),
    "snooze": lambda group: group.snooze(by=person("sofia"), until=now() + timedelta(hours=3)),
    "wake": lambda group: group.wake(by=person("sofia")),
    "ask": ask,
    "propose": propose,
    "approve": approve,
    "waive": both(ask),
    "dismiss": both(propose),
    "refuse": lambda group: group.refuse(by=person("helen"), note="No"),
    "withdraw": lambda group: group.withdraw(by=person("sofia")),
    "reopen": lambda group: group.reopen(by=person("helen"), note="Not so"),
    "find_more": find_more,
    "turn": turn,
}
step = st.tuples(
    st.sampled_from(sorted(VERBS)), st.integers(0, 2), st.sampled_from([0, 0, 1, 30, 80])
)


def counted():
    kept = Atom.objects.values_list("atom", "revenue_at_risk")
    return dict(kept)


def claimed():
    """The most that anything unsettled claims of each atom, reckoned from the claims themselves."""
    most = {}
    for one in Exposure.objects.filter(item__is_unsettled=True):
        most[one.atom] = max(most.get(one.atom, Decimal(0)), one.amount)
    return most


def take(verb, number, hours, clock):
    clock.shift(timedelta(hours=hours))
    groups = list(Group.objects.order_by("id"))
    try:
        with transaction.atomic():
            VERBS[verb](groups[number % len(groups)])
    except Unfit:
        # Beyond a limit: nothing happened.
        return


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(step, min_size=3, max_size=14))
def test_no_sequence_of_steps_makes_a_total_count_what_is_settled(db, history):
    with using(CONFIG), time_machine.travel(NOW, tick=False) as clock, transaction.atomic():
        settle_calendars(config(), NOW.date())
        settle_teams(config())
        for claims in CLAIMS:
            group = cause(children=len(claims))
            for atom, amount in claims:
                item(group, amount, atom=atom)
        turn(None)
        for verb, number, hours in history:
            take(verb, number, hours, clock)
            assert counted() == claimed()
        turn(None)
        assert counted() == claimed()
        unsettled = ExceptionItem.objects.filter(is_unsettled=True)
        assert not unsettled.filter(group__is_unsettled=False).exists()
        transaction.set_rollback(True)
