"""The list tells what changed since it was shown; its rows stay where they are read."""

import re
from html import unescape

import pytest

from opsboard.exceptions.models import History
from tests.cast import DE, UK, cause, told

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def news(client, read):
    """What the page itself would ask for, as it was rendered for this reader."""

    def ask(person, address="/exceptions/"):
        body = read(person, address)
        way = unescape(re.search(r'hx-get="(/exceptions/news/[^"]*)"', body)[1])

        def answered():
            response = client.get(way, headers={"hx-request": "true"})
            return response.status_code, unescape(response.content.decode()).replace("\xa0", " ")

        return answered

    return ask


def test_nothing_new_is_nothing_sent(news, helen, django_assert_num_queries):
    told(cause(), "found")
    ask = news(helen)
    ask()
    # Session and reader, and one look at the history.
    with django_assert_num_queries(3):
        assert ask() == (204, "")


def test_what_changed_and_what_is_new_are_counted(news, helen, sofia):
    group = cause()
    told(group, "found")
    ask = news(helen)
    told(group, "assigned", by=sofia)
    told(cause(), "found")
    status, body = ask()
    assert status == 200
    assert "1 row changed" in body
    assert "1 new" in body
    assert 'id="views"' in body
    assert re.search(r'All open <span class="n">2<', body)


def test_what_another_list_shows_is_no_news_here(news, helen):
    told(cause(legal_entity=UK), "found")
    ask = news(helen, f"/exceptions/?entity={UK}")
    told(cause(legal_entity=DE), "found")
    assert "new" not in ask()[1].partition("<nav")[0]


def test_a_reader_hears_nothing_of_what_is_out_of_sight(news, charlie):
    ask = news(charlie)
    told(cause(legal_entity=UK), "found")
    assert "new" not in ask()[1].partition("<nav")[0]
    assert History.objects.count() == 1
