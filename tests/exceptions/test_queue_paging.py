"""Pages by keyset neither skip nor repeat, whatever ties; going back leads where one came from."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from opsboard.exceptions.filter import BY_DUE, BY_DUE_ALONE, BY_MONEY
from opsboard.exceptions.models import Group
from opsboard.exceptions.paging import BadCursor, page_of
from tests.cast import NOW, cause, person

dues = st.one_of(st.none(), st.integers(0, 3))


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


class Paging(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.tuples(dues, st.integers(0, 2)), max_size=14), st.integers(1, 5))
    def test_every_row_comes_once_and_in_order(self, rows, size):
        for due, money in rows:
            due_at = None if due is None else NOW + timedelta(hours=due)
            cause(due_at=due_at, value_at_risk=money)
        helen = person("helen")
        shown = Group.objects.unsettled().visible_to(helen).shown_to(helen)
        late = NOW + timedelta(days=9)
        whole = {
            BY_DUE: sorted(
                shown, key=lambda row: (row["due_at"] or late, -row["value"], row["id"])
            ),
            BY_DUE_ALONE: sorted(shown, key=lambda row: (row["due_at"] or late, row["id"])),
            BY_MONEY: sorted(shown, key=lambda row: (-row["value"], -row["id"])),
        }
        for order, expected in whole.items():
            pages, back = walk(shown, order, size)
            assert [pk for page in pages for pk in page] == [row["id"] for row in expected]
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
    assert '"due_at" >= ' in statement
    assert "OFFSET" not in statement
