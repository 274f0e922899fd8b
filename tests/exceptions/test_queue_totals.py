"""Totals count every atom once; what the rows show above that is said."""

from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Greatest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from opsboard.exceptions.guard import as_engine
from opsboard.exceptions.ledger import ledger_by, totals
from opsboard.exceptions.models import Atom, ExceptionItem, Group
from tests.cast import DE, NOW, UK, cause, hanging, item, person

pytestmark = pytest.mark.usefixtures("world")


def test_an_atom_of_two_causes_counts_once_and_the_page_says_so(read, helen):
    first, second = cause(value_at_risk=100), cause(value_at_risk=130)
    item(first, 100, atom="psa:TE-1")
    item(second, 130, atom="psa:TE-1")
    sums = totals(Group.objects.all(), helen)
    assert (sums.value, sums.rows_value, sums.counted_twice) == (130, 230, 100)
    body = read(helen).replace("\xa0", " ")
    assert "value at risk <b>130 USD</b>" in body.replace("&nbsp;", " ")
    assert "the rows say 230; 100 stands in more than one" in body


def test_revenue_and_cash_are_the_same_money_at_two_stages(helen):
    group = cause(value_at_risk=90)
    item(group, 60, atom="a", cash_at_risk=90)
    assert totals(Group.objects.all(), helen).value == 90


def test_what_is_only_exposed_stands_beside_and_is_never_added(helen):
    group = cause(value_at_risk=90)
    item(group, 90, atom="a", exposure_only=500)
    item(group, 0, atom="a", exposure_only=400)
    for whole in (False, True):
        sums = totals(Group.objects.all(), helen, whole=whole)
        assert (sums.value, sums.exposed) == (90, 500)


def test_what_is_resolved_holds_nothing(helen):
    group = hanging([40, 60])
    with transaction.atomic(), as_engine():
        ExceptionItem.objects.filter(group=group, value_at_risk=40).update(
            state="resolved", resolved_by_run=1
        )
    assert totals(Group.objects.all(), helen).value == 60


def test_an_empty_set_is_zero_and_not_unknown(helen, charlie):
    hanging([40])
    assert totals(Group.objects.none(), helen).value == 0
    assert totals(Group.objects.visible_to(charlie), charlie).value == 0


def test_a_bounded_reader_never_gets_the_ledger_of_the_whole(helen, charlie, marek):
    hanging([40], legal_entity=UK)
    mine = Group.objects.visible_to(charlie)
    assert totals(mine, charlie, whole=True).value == 0
    assert totals(Group.objects.all(), marek, whole=True).value is None


class Ledger(TestCase):
    claim = st.tuples(st.integers(0, 2), st.sampled_from("abcd"), st.integers(1, 50))

    @settings(max_examples=30, deadline=None)
    @given(st.lists(claim, max_size=12))
    def test_the_ledger_of_all_groups_equals_the_ledger_table(self, claims):
        groups = [cause(legal_entity=UK), cause(legal_entity=UK), cause(legal_entity=DE)]
        for where, atom, amount in claims:
            item(groups[where], amount, atom=atom)
        helen = person("helen")
        table = Atom.objects.aggregate(sum=Sum(Greatest(F("revenue_at_risk"), F("cash_at_risk"))))
        assert totals(Group.objects.all(), helen).value == (table["sum"] or Decimal(0))
        assert totals(Group.objects.all(), helen, whole=True) == totals(Group.objects.all(), helen)
        for line in ledger_by("legal_entity", Group.objects.all(), helen, NOW):
            mine = Group.objects.filter(legal_entity=line["of"])
            assert line["value"] == totals(mine, helen).value
            assert line["groups"] == mine.count()
