"""The tally says what counting would say, after whatever was done."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Case, Count, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from opsboard.exceptions.engine.settle import read
from opsboard.exceptions.guard import as_engine
from opsboard.exceptions.models import Group, State, Tally
from opsboard.exceptions.models.group import LATE
from opsboard.exceptions.queue import many
from opsboard.exceptions.queue.tallies import by_workflow
from tests.cast import DE, NOW, UK, cause, person, teams

LINES = ("workflow", "legal_entity", "team", "state", "severity", "is_owned", "is_late")
SUMS = ("items", "value_at_risk", "cost_at_risk", "estimated_cost", "misstatement")
ACTS = ("open", "acknowledge", "assign", "claim", "resolve", "grow", "late", "fold", "refine")


def recount():
    groups = Group.objects.unsettled().annotate(
        team_slug=Coalesce("team_id", Value("")),
        is_owned=Q(owner__isnull=False),
        is_late=Q(due_on=LATE),
    )
    money = Group._meta.get_field("cost_at_risk")
    when = When(is_estimated=True, then=F("cost_at_risk"))
    estimated = Case(when, default=Value(0), output_field=money)
    lines = groups.values_list(
        "workflow", "legal_entity", "team_slug", "state", "severity", "is_owned", "is_late"
    ).annotate(
        Count("pk"),
        Sum("children"),
        Sum("value_at_risk"),
        Sum("cost_at_risk"),
        estimated=Sum(estimated),
        wrong=Sum("misstatement"),
    )
    return sorted(map(tuple, lines))


def tallied():
    lines = Tally.objects.values_list(*LINES).annotate(Sum("groups"), *(Sum(name) for name in SUMS))
    return sorted(line for line in map(tuple, lines) if line[len(LINES)])


def leftovers():
    """Lines of no cause hold no money either."""
    lines = Tally.objects.values(*LINES).annotate(n=Sum("groups"), money=Sum("value_at_risk"))
    return [line for line in lines if not line["n"] and line["money"]]


class Tallies(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 9)), max_size=25))
    def test_it_equals_the_recount_after_any_acts(self, acts):
        helen = person("helen")
        for act, number in acts:
            getattr(self, act)(helen, number)
            assert tallied() == recount(), act
        assert not leftovers()

    def open(self, _, number):
        cause(
            legal_entity=UK if number % 2 else DE,
            value_at_risk=number,
            cost_at_risk=number * 3,
            is_estimated=number % 3 == 0,
            severity=1 + number % 4,
            team=teams()["finance"] if number % 4 else None,
            due_at=NOW + timedelta(hours=number) if number else None,
        )

    def some(self, number, **which):
        return list(Group.objects.filter(**which).values_list("pk", flat=True)[: number + 1])

    def acknowledge(self, helen, number):
        many.move("acknowledge", self.some(number), by=helen, seen=10**9)

    def assign(self, helen, number):
        many.assign(self.some(number), by=helen, seen=10**9, to=helen)

    def claim(self, helen, number):
        for group in Group.objects.filter(pk__in=self.some(number)):
            group.claim(by=helen, note="Mended")

    def resolve(self, _, number):
        with transaction.atomic(), as_engine():
            Group.objects.unsettled().filter(pk__in=self.some(number)).update(
                state=State.RESOLVED, settled_at=NOW, children=0
            )

    def grow(self, _, number):
        Group.objects.filter(pk__in=self.some(number)).update(
            value_at_risk=F("value_at_risk") + number, children=F("children") + 1
        )

    def late(self, _, number):
        Group.objects.filter(pk__in=self.some(number, due_at__isnull=False)).update(
            breached_at=F("due_at")
        )

    def refine(self, _, number):
        Group.objects.filter(pk__in=self.some(number)).update(severity=1 + number % 4)

    def fold(self, *_):
        with connection.cursor() as cursor:
            cursor.execute(read("fold_tally"))
        assert Tally.objects.count() == Tally.objects.values(*LINES).distinct().count()


@pytest.mark.django_db
def test_totals_by_workflow_are_masked_and_bounded(helen, charlie, marek):
    cause(workflow="billing", value_at_risk=70, cost_at_risk=5)
    cause(value_at_risk=20)
    assert [line[:4] for line in by_workflow(helen)] == [
        ("billing", 1, 1, 70),
        ("time_to_posting", 1, 1, 20),
    ]
    assert by_workflow(marek)[0][3:] == (None, None, None)
    assert by_workflow(charlie) == []
