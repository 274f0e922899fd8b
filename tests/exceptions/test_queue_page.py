"""The queue as people read it: its sentence, its days, and addresses that mean nothing."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.http import QueryDict

from opsboard.exceptions.queue.filter import QueueFilter
from tests.cast import DE, NOW, UK, cause, hanging, item, resolved

pytestmark = pytest.mark.usefixtures("world")
SENTENCES = [
    "",
    "owner=me&order=money",
    "state=late&severity=urgent",
    f"entity={UK}&about=TP01",
    "about=billing&q=Penhallow",
    "cause=cost_rate_missing&amount=value",
    "state=resolved",
]


def sentence_of(body):
    """What a reader reads: the words, and of every choice the chosen one."""
    found = re.search(r'<p class="sentence">(.*?)<button', body, re.DOTALL)[1]
    found = re.sub(r"<label.*?</label>", "", found)
    found = re.sub(r'<input[^>]*value="([^"]*)"[^>]*>', r"\1", found)
    chosen = r"<select.*?<option[^>]* selected>(.*?)</option>.*?</select>"
    found = re.sub(chosen, r"\1", found, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", "", found)).strip()


def causes_in(body):
    return re.findall(r'<tbody class="cause" id="cause-(\d+)">', body)


@pytest.mark.parametrize("query", SENTENCES)
def test_the_page_reads_exactly_like_the_filter_in_words(read, helen, query):
    cause(legal_entity=UK, value_at_risk=5)
    wanted = QueueFilter(QueryDict(query), helen, NOW)
    assert wanted.is_valid()
    assert sentence_of(read(helen, f"/exceptions/?{query}")) == wanted.in_words()


def test_the_sentence_is_made_of_plain_words(helen):
    wanted = QueueFilter(QueryDict("state=late&owner=nobody&order=money"), helen, NOW)
    assert wanted.is_valid()
    assert wanted.in_words() == (
        "Exceptions that are late in all entities, owned by nobody, about anything, "
        "of any severity, largest first."
    )


@pytest.mark.parametrize(
    ("query", "said", "way"),
    [
        ("owner=nobdy", "“nobdy” is not a choice of “owner”", "?owner=nobody"),
        ("ownr=me", "“ownr” is not part of a queue", "?owner=me"),
        ("colour=red&state=late", "“colour” is not part of a queue", "?state=late"),
        ("entity=NQ-XX", "“NQ-XX” is not a choice of “entity”", "/exceptions/"),
        ("entity=%00", "is not a choice of “entity”", "/exceptions/"),
        ("about=tp01", "“tp01” is not a choice of “about”", "?about=TP01"),
        ("cause=cost_rate_missing,moon", "is not a choice of “cause”", "/exceptions/"),
        ("state=late&state=new", "“state” is given more than once", "?state=new"),
        ("page=invented", "This page of the queue does not exist", "/exceptions/"),
    ],
)
def test_an_unknown_address_is_named_and_leads_to_the_nearest(read, helen, query, said, way):
    cause()
    body = unescape(read(helen, f"/exceptions/?{query}", status=400))
    assert said in body
    assert f'href="/exceptions/{way.removeprefix("/exceptions/")}"' in body
    read(helen, f"/exceptions/{way.removeprefix('/exceptions/')}")


def test_a_cursor_of_another_order_is_refused(read, helen):
    for _ in range(51):
        cause(value_at_risk=3)
    page = re.search(r"page=([^\"&]+)\" rel=\"next\"", read(helen, "/exceptions/?order=money"))[1]
    read(helen, f"/exceptions/?order=money&page={page}")
    read(helen, f"/exceptions/?page={page}", status=400)


def test_days_carry_the_count_and_sum_of_the_whole_day(read, helen):
    hanging([100], due_at=NOW - timedelta(minutes=80))
    hanging([200], due_at=NOW + timedelta(hours=2))
    hanging([300], due_at=NOW + timedelta(hours=3))
    hanging([400], due_at=NOW + timedelta(days=1))
    hanging([500], due_at=None)
    heads = re.findall(r'rowgroup"><b>(.*?)</b> (.*?)</th><td class="num">(.*?)</td>', read(helen))
    plain = [re.sub(r"<[^>]+>", "", " ".join(head)).replace("\xa0", " ") for head in heads]
    assert plain == [
        "Late 1 cause 100",
        "Due today 2 causes 500",
        "Friday 3 July 1 cause 400",
        "No deadline 1 cause 500",
    ]


def test_what_goes_on_beyond_the_page_is_added_up_apart(client, read, helen):
    for _ in range(60):
        hanging([10], due_at=NOW + timedelta(hours=2))
    body = read(helen)
    assert re.findall(r'rowgroup"><b>(.*?)</b> (.*?)</th>', body) == [("Due today", "")]
    [way] = re.findall(r'hx-get="([^"]+)" hx-trigger="load" hx-target="#answered"', body)
    headers = {"hx-request": "true", "hx-target": "answered"}
    added = client.get(unescape(way), headers=headers).content.decode().replace("\xa0", " ")
    assert "<b>60 causes</b>, 60 records" in added
    [head] = re.findall(r"<template>(.*?)</template>", added, re.DOTALL)
    assert 'id="day-2026-07-02" hx-swap-oob="true"' in head
    assert "60 causes" in head
    assert "600" in head


def test_each_choice_narrows_to_its_rows(read, helen):
    mine = cause(owner=helen, severity=4, legal_entity=DE, due_at=NOW - timedelta(hours=1))
    claimed = cause(state="fix_claimed", control="BL01", workflow="billing", cause="tax")
    past = resolved(legal_entity=DE)
    item(claimed, subject="erp:INV-77")
    for query, expected in {
        "owner=me": mine,
        "owner=nobody": claimed,
        "state=late": mine,
        "state=claimed": claimed,
        "state=new": mine,
        "state=resolved": past,
        "severity=urgent": mine,
        f"entity={DE}": mine,
        "about=BL01": claimed,
        "about=billing": claimed,
        "cause=tax": claimed,
        "q=INV-77": claimed,
    }.items():
        assert causes_in(read(helen, f"/exceptions/?{query}")) == [str(expected.pk)], query


def test_saved_views_count_what_they_open(read, helen):
    cause(owner=helen, due_at=NOW - timedelta(hours=1))
    cause(due_at=NOW + timedelta(hours=2), state="fix_claimed")
    cause()
    resolved()
    body = read(helen, "/exceptions/counts/")
    views = re.findall(r'<li><a href="([^"]+)"[^>]*>([^<]+?) <span class="n[^"]*">(\d+)<', body)
    assert len(views) == 12
    for address, name, count in views:
        assert len(causes_in(read(helen, unescape(address)))) == int(count), name


def test_htmx_gets_only_the_moving_part_and_the_shortest_address(client, helen):
    client.force_login(helen)
    address = "/exceptions/?state=late&entity=&owner=&q="
    headers = {"hx-request": "true", "hx-target": "queue"}
    response = client.get(address, headers=headers)
    assert "<html" not in response.content.decode()
    assert response["HX-Push-Url"] == "/exceptions/?state=late"
    assert "HX-Request" in response["Vary"]


def test_a_hostile_title_stays_text(read, helen):
    bad = "<script>alert(1)</script>\"'><img src=x>"
    group = hanging([10], title=bad, legal_entity="<b>x")
    item(group, 5, title=bad, subject=f"psa:{bad}", evidence={"psa_hours": bad, "<i>": bad})
    for address in ("/exceptions/", f"/exceptions/{group.pk}/", "/"):
        body = read(helen, address)
        assert "<script>alert" not in body
        assert "<img src=x" not in body
        assert "<b>x" not in body
    assert bad not in read(helen, f"/exceptions/?q={bad}")


def test_the_queue_costs_the_same_for_one_row_and_for_fifty(
    client, helen, django_assert_num_queries
):
    client.force_login(helen)
    cause()
    client.get("/exceptions/")
    for _ in range(60):
        cause(owner=helen)
    # Session, reader, and the dateline of every page; the queue's own are three.
    with django_assert_num_queries(6):
        client.get("/exceptions/")


def test_nothing_open_and_nothing_found_are_two_sentences(read, helen):
    assert "Nothing is open." in read(helen)
    cause()
    assert "No exception matches these words." in read(helen, "/exceptions/?state=late")
