from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template

from opsboard.ui.freshness import freshness

NOW = datetime(2026, 7, 2, 10, 0, tzinfo=UTC)
NBSP = "\u00a0"


def said(template: str, **values) -> str:
    return Template(template).render(Context({"as_of": NOW, **values})).replace(NBSP, "~")


@pytest.mark.parametrize(
    ("value", "html"),
    [
        (Decimal("198000.4"), '<span class="money">198~000</span>'),
        (Decimal("-40400"), '<span class="money minus">(40~400)</span>'),
        (Decimal("0.00"), '<span class="money nil">0</span>'),
        (Decimal("-0.3"), '<span class="money nil">0</span>'),
        (Decimal("0.5"), '<span class="money">1</span>'),
        (Decimal("999999.5"), '<span class="money">1~000~000</span>'),
        (None, '<span class="restricted">restricted</span>'),
    ],
)
def test_money_is_said_as_accountants_say_it(value, html):
    assert said("{{ value|money }}", value=value) == html


def test_an_amount_that_is_missing_is_not_one_that_was_masked():
    assert "not known" in said("{{ value|money_or_unknown }}", value=None)
    assert "restricted" in said("{% amount value 'USD' %}", value=None)


def test_an_amount_carries_currency_estimate_and_minor_units():
    html = said("{% amount value 'USD' minor=True estimated=True %}", value=Decimal("84200.5"))
    assert html == '<span class="money estimated">84~200.50</span>~USD'


@pytest.mark.parametrize(
    ("apart", "kind", "text"),
    [
        (timedelta(hours=2), "due soon", "Today 13:00|2~h left"),
        (timedelta(minutes=26), "due soon", "Today 11:26|26~min left"),
        (timedelta(days=1, hours=1), "due", "Fri 12:00|1~d left"),
        (timedelta(days=9), "due", "Sat 11 July, 11:00|9~d left"),
        (-timedelta(hours=1, minutes=20), "due late", "1~h~20 late|since 09:40"),
        (-timedelta(days=3), "due late", "3~d late|since Mon 11:00"),
    ],
)
def test_a_deadline_says_the_clock_and_what_is_left(apart, kind, text):
    zone = "zone='Europe/London'"
    values = {"at": NOW + apart}
    assert said(f"{{% due_class at {zone} %}}", **values) == kind
    first, second = text.split("|")
    html = said(f"{{% due at {zone} %}}", **values)
    assert f">{first}</time></b><small>{second}</small>" in html
    assert 'title="' in html
    assert "BST" in html


def test_no_deadline_is_said_and_not_left_empty():
    assert "No deadline" in said("{% due None %}")
    assert said("{% due_class None %}") == "due"


def test_an_instant_names_the_zone_once_and_the_year_only_when_it_is_another():
    tag = "{% instant at zone='Europe/London' %}"
    assert ">Thu 2 July, 11:00 BST<" in said(tag, at=NOW)
    assert ">Tue 31 December 2024, 23:30 GMT<" in said(
        tag, at=datetime(2024, 12, 31, 23, 30, tzinfo=UTC)
    )


def test_ago_looks_both_ways():
    assert ">26~min ago<" in said("{% ago at %}", at=NOW - timedelta(minutes=26))
    assert ">in 3~d<" in said("{% ago at %}", at=NOW + timedelta(days=3, hours=2))


@pytest.mark.parametrize(
    ("behind", "shape", "text"),
    [
        (timedelta(minutes=6), "fresh", "ERP 6~min"),
        (timedelta(minutes=51), "slow", "ERP 51~min of 1~h"),
        (timedelta(minutes=61), "stale", "ERP stale, 1~h~01"),
        (None, "slow", "ERP not read yet"),
    ],
)
def test_freshness_is_a_word_and_a_shape(behind, shape, text):
    mark = None if behind is None else NOW - behind
    value = freshness(mark, timedelta(minutes=15), NOW)
    html = said("{{ value|fresh:'ERP' }}", value=value)
    assert html == f'<span class="fresh {shape}">{text}</span>'


def test_states_and_severities_wear_their_shape():
    assert said("{{ 'fix_claimed'|state:'10:48' }}") == (
        '<span class="state claimed">Fix claimed 10:48</span>'
    )
    assert said("{{ 4|severity }}") == '<span class="severity critical">Critical</span>'


def test_an_unknown_state_is_still_said():
    assert said("{{ 'on_ice'|state }}") == '<span class="state unknown">On ice</span>'


def test_nouns_count():
    assert said("{{ 1|counted:'cause' }}, {{ 1234|counted:'entry,entries' }}") == (
        "1~cause, 1~234~entries"
    )


@pytest.mark.parametrize("tag", ["{{ x|state }}", "{{ 'new'|state:x }}", "{{ x|code }}"])
def test_what_comes_from_outside_is_escaped(tag):
    assert "<b>" not in said(tag, x="<b>bold</b>")
