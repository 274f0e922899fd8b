"""Queues that people keep: named, shared, ordered, let go; each with its count."""

import re
from html import unescape

import pytest

from opsboard.exceptions.models import SavedView
from opsboard.records.models import Entity
from tests.cast import DE, UK, cause

pytestmark = pytest.mark.usefixtures("world", "german")


@pytest.fixture
def german(db):
    """The entity is known to records."""
    Entity.objects.create(kind="legal_entity", code=DE, name="Germany")


def keep(client, person, name, query, status=302):
    client.force_login(person)
    response = client.post("/exceptions/views/keep/", {"name": name, "query": query})
    assert response.status_code == status
    return SavedView.objects.filter(owner=person, name=name).first()


def change(client, person, view, **data):
    client.force_login(person)
    return client.post(f"/exceptions/views/{view.pk}/", data)


def views_in(body):
    nav = body.partition('id="views"')[2].partition("</nav>")[0]
    found = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+?) <span class="n[^"]*">([^<]*)<', nav)
    return {name: (unescape(address), count) for address, name, count in found}


@pytest.fixture
def margin(read):
    """The views with the counts for which the page asks once its list stands."""

    def ask(person, address="/exceptions/"):
        body = read(person, address)
        way = unescape(re.search(r'id="views"[^>]* hx-get="([^"]+)" hx-trigger="load"', body)[1])
        counted = read(person, way)
        assert "hx-trigger" not in counted
        assert [*views_in(counted)] == [*views_in(body)]
        return views_in(counted)

    return ask


def test_a_queue_is_kept_under_a_name_with_its_count(client, read, margin, helen):
    cause(legal_entity=DE)
    cause(legal_entity=UK)
    assert "Keep as view" in read(helen, f"/exceptions/?entity={DE}")
    keep(client, helen, "German ones", f"owner=&entity={DE}&state=")
    assert margin(helen)["German ones"] == (f"/exceptions/?entity={DE}", "1")
    assert "Keep as view" not in read(helen, f"/exceptions/?entity={DE}")


def test_equal_filters_are_one_view(client, helen):
    cause(legal_entity=DE)
    first = keep(client, helen, "German ones", f"entity={DE}")
    second = keep(client, helen, "NQ-DE", f"state=&entity={DE}")
    assert (SavedView.objects.count(), first.pk) == (1, second.pk)


def test_a_shared_view_counts_what_each_reader_sees(client, margin, helen, charlie, sofia):
    cause(legal_entity=DE, severity=4)
    view = keep(client, helen, "Worst first", "severity=critical&order=money")
    assert "Worst first" not in margin(sofia)
    change(client, helen, view, act="share")
    assert margin(sofia)["Worst first"][1] == "1"
    assert margin(charlie)["Worst first"][1] == "0"
    change(client, helen, view, act="hide")
    assert "Worst first" not in margin(sofia)


def test_views_are_renamed_ordered_and_let_go(client, margin, helen):
    first = keep(client, helen, "One", "state=new")
    second = keep(client, helen, "Two", "state=late")
    change(client, helen, first, act="rename", **{f"v{first.pk}-name": "First"})
    change(client, helen, second, act="lift")
    assert [*margin(helen)][-2:] == ["Two", "First"]
    change(client, helen, second, act="remove")
    assert [*margin(helen)][-1] == "First"


def test_only_the_owner_changes_a_view(client, helen, sofia):
    view = keep(client, helen, "One", "state=new")
    change(client, helen, view, act="share")
    assert change(client, sofia, view, act="remove").status_code == 404
    assert SavedView.objects.exists()


def test_six_fit_and_the_seventh_is_refused(client, helen):
    for query in ("new", "late", "today", "close", "waiting", "claimed"):
        keep(client, helen, query, f"state={query}")
    assert keep(client, helen, "one more", "state=pending") is None
    keep(client, helen, "again", "state=new")
    assert SavedView.objects.count() == 6


def test_a_view_of_what_is_gone_stands_without_a_count(client, margin, helen):
    SavedView.objects.create(owner=helen, name="Gone", query="entity=NQ-XX", digest="x")
    assert margin(helen)["Gone"] == ("/exceptions/?entity=NQ-XX", "–")


def test_the_names_stand_before_anybody_counted(read, helen):
    cause()
    assert views_in(read(helen))["All open"] == ("/exceptions/", "")
    assert 'aria-current="page">Late ' in read(helen, "/exceptions/?state=late")
    assert 'aria-current="page">Late ' in read(helen, "/exceptions/counts/?state=late")


def test_counts_of_an_address_that_means_nothing_are_not_sent(client, helen):
    client.force_login(helen)
    assert client.get("/exceptions/counts/?state=loud").status_code == 204


def test_nonsense_is_not_kept(client, helen):
    keep(client, helen, "Nonsense", "state=loud", status=422)
    keep(client, helen, "", "state=new", status=422)
    assert not SavedView.objects.exists()
