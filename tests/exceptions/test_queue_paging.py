"""Pages by keyset neither skip nor repeat, whatever ties; going back leads where one came from."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from opsboard.exceptions.models import Group
from opsboard.exceptions.models.group import LATE, NEVER
from opsboard.exceptions.queue.filter import BY_DUE, BY_DUE_ALONE, BY_MONEY, NEWEST
from opsboard.exceptions.queue.paging import BadCursor, in_order, page_of
from tests.cast import NOW, cause, person

dues = st.one_of(st.none(), st.sampled_from([-50, -30, -2, 1, 3, 20, 40]))
seen = st.booleans()
LATE_ALONE = replace(BY_DUE, late_only=True)


def walk(rows, order, size):
    """Every page forward, then every page back from the last."""
    pages, cursor = [], ""
    while True:
        page = page_of(rows, order, cursor, size)
        pages.append([row["id"] for row in page.rows])
        assert len(pages) < 50, "the list does not end"
        if page.after is None:
            break
        cursor = page.after
    back = [pages[-1]]
    while page.before is not None:
        page = page_of(rows, order, page.before, size)
        back.insert(0, [row["id"] for row in page.rows])
    return pages, back


def day_of(row):
    """The order of domain.md H.10 said again: late first, then by day; without a deadline last."""
    if row["due_at"] is None:
        return NEVER
    return LATE if row["due_at"] < NOW else row["due_at"].date()


class Paging(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.tuples(dues, st.integers(0, 2), seen), max_size=14), st.integers(1, 5))
    def test_every_row_comes_once_and_in_order(self, rows, size):
        for due, money, is_seen in rows:
            due_at = None if due is None else NOW + timedelta(hours=due)
            # The engine has seen what is late, or will when it next looks.
            breached_at = due_at if is_seen and due_at and due_at < NOW else None
            cause(due_at=due_at, value_at_risk=money, breached_at=breached_at)
        helen = person("helen")
        shown = Group.objects.unsettled().visible_to(helen).shown_to(helen)
        whole = {
            BY_DUE: sorted(shown, key=lambda row: (day_of(row), -row["value"], row["id"])),
            BY_DUE_ALONE: sorted(shown, key=lambda row: (day_of(row), row["id"])),
            BY_MONEY: sorted(shown, key=lambda row: (-row["value"], -row["id"])),
            NEWEST: sorted(shown, key=lambda row: -row["id"]),
        }
        with time_machine.travel(NOW, tick=False):
            for order, expected in whole.items():
                pages, back = walk(shown, order, size)
                assert [pk for page in pages for pk in page] == [row["id"] for row in expected]
                assert back == pages
                assert [row["id"] for row in in_order(shown, order, NOW)] == [
                    pk for page in pages for pk in page
                ]
            late = [row["id"] for row in whole[BY_DUE] if day_of(row) == LATE]
            pages, back = walk(shown.filter(due_at__lt=NOW), LATE_ALONE, size)
            assert [pk for page in pages for pk in page] == late
            assert back == pages


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["x", "", "WzFd:1:abc"])
def test_an_invented_cursor_is_refused(cursor):
    rows = Group.objects.all().shown_to(person("helen"))
    if not cursor:
        assert page_of(rows, BY_DUE, cursor, 5).rows == []
        return
    with pytest.raises(BadCursor):
        page_of(rows, BY_DUE, cursor, 5)


@pytest.mark.django_db
def test_a_later_page_starts_at_its_first_row(django_assert_num_queries):
    for number in range(20):
        cause(due_at=NOW + timedelta(hours=number))
    rows = Group.objects.unsettled().shown_to(person("helen"))
    first = page_of(rows, BY_DUE, "", 5)
    with django_assert_num_queries(1) as asked:
        page_of(rows, BY_DUE, first.after, 5)
    statement = asked[0]["sql"]
    assert '"due_on" > ' in statement
    assert "OFFSET" not in statement
