"""The page of one cause: what both sides say, the way out, what hangs on it, its past."""

import re
from datetime import timedelta
from html import unescape

import pytest

from opsboard.config import using
from opsboard.sync.models import Connection, Stream
from tests.cast import CONFIG, NOW, cause, hanging, item, resolved, told

pytestmark = pytest.mark.usefixtures("world")


def page(read, who, group, query=""):
    return unescape(read(who, f"/exceptions/{group.pk}/{query}"))


def text(body):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace("\xa0", " ")


def rows_of_sides(body):
    """Field, mark and what each side says."""
    table = re.search(r'<table class="table compare">.*?</table>', body, re.DOTALL)[0]
    rows = re.findall(r'<tr( class="apart")?><th scope="row"[^>]*>(.*?)</th>(.*?)</tr>', table)
    return {
        field: (bool(apart), [text(cell).strip() for cell in re.findall(r"<td>(.*?)</td>", cells)])
        for apart, field, cells in rows
    }


def test_the_headline_is_made_of_the_data(read, helen):
    group = hanging([1000, 500], title="Ines Ferreira has no cost rate")
    headline = re.search(r"<h1>(.*?)</h1>", page(read, helen, group), re.DOTALL)[1]
    assert text(headline).strip().replace(" ,", ",").replace(" .", ".") == (
        "2 approved entries, 16 h and 1 500 USD at risk, cannot post: "
        "Ines Ferreira has no cost rate."
    )


def test_rows_that_differ_are_marked_and_equal_ones_are_not(read, helen):
    group = cause()
    evidence = {
        "psa_hours": 8,
        "erp_hours": "8.00",
        "psa_posting": "approved",
        "erp_posting": None,
        "psa_task": "20",
        "erp_task": "30",
        "psa_comment": "on site",
        "work_date": "2026-06-01",
    }
    item(group, 10, evidence=evidence)
    body = page(read, helen, group)
    assert rows_of_sides(body) == {
        "Hours": (False, ["8", "8.00"]),
        "Posting": (True, ["approved", "none"]),
        "Task": (True, ["20", "30"]),
    }
    assert re.search(r"Comment, PSA</dt><dd>on site<", body)
    assert "Mon 1 June 2026" in body


def test_a_masked_field_is_restricted_and_says_nothing_about_equality(read, marek):
    group = cause()
    hours = {"psa_hours": 1, "erp_hours": 2}
    item(group, 10, evidence={"psa_bill_value": "97531", "erp_bill_value": "86420"} | hours)
    body = page(read, marek, group)
    assert list(rows_of_sides(body)) == ["Hours"]
    assert "97531" not in body
    assert "86420" not in body
    assert re.search(r"Bill value, PSA</dt><dd><span class=.restricted.>", body)


def test_the_largest_child_is_shown_first_and_any_other_on_request(read, helen):
    group = cause()
    small, large = item(group, 10), item(group, 90)
    assert f"Record {large.subject[4:]}" in page(read, helen, group)
    assert f"Record {small.subject[4:]}" in page(read, helen, group, f"?item={small.pk}")
    stranger = item(cause(), 5)
    read(helen, f"/exceptions/{group.pk}/?item={stranger.pk}", status=404)
    read(helen, f"/exceptions/{group.pk}/?item=x", status=404)


def test_the_children_add_up_and_page_without_gaps(read, helen):
    group = hanging(list(range(1, 31)))
    seen, address = [], f"/exceptions/{group.pk}/"
    while address:
        body = unescape(read(helen, address))
        table = body[body.index('id="rows"') :]
        seen += [int(cell) for cell in re.findall(r'"money">(\d+)</span></td></tr>', table)]
        ways = re.findall(r'href="([^"]+)#rows" hx-get="[^"]+" hx-target="#rows" rel="next"', body)
        address = ways[0] if ways else ""
    tail = table[table.index("<tfoot>") :]
    assert 'class="money ties">465</span>' in tail
    assert seen == sorted(range(1, 31), reverse=True)


def test_what_two_children_share_is_said_beside_the_sum(read, helen):
    group = cause(children=2, value_at_risk=50)
    item(group, 50, atom="psa:TE-1")
    item(group, 30, atom="psa:TE-1")
    assert "30 stands on more than one of them and counts once" in page(read, helen, group)


def test_what_another_cause_claims_too_is_counted(read, helen):
    group = cause()
    item(group, 50, atom="psa:TE-1")
    item(cause(), 30, atom="psa:TE-1")
    assert "1 record stands in another cause too" in text(page(read, helen, group))


def test_acts_that_are_not_open_say_why(read, helen, sofia):
    group = cause(state="fix_claimed", owner=helen)
    body = page(read, sofia, group)
    assert 'aria-disabled="true" aria-describedby="why-claim"' in body
    assert "A fix is claimed; the next run on fresh data judges it." in body


def test_the_form_of_an_act_opens_without_script(read, helen):
    group = cause()
    body = page(read, helen, group, "?act=claim")
    assert f'action="/exceptions/{group.pk}/claim/"' in body
    assert "What was changed, and where" in body
    assert "</form>" not in page(read, helen, group, "?act=nonsense").split('id="acting">')[1][:40]


def test_history_tells_who_did_what(read, helen, sofia):
    group = cause()
    told(group, "found", at=NOW - timedelta(days=1))
    told(group, "commented", sofia, note="The agency sent it <i>Friday</i>")
    told(group, "not_confirmed")
    body = read(helen, f"/exceptions/{group.pk}/")
    assert "<b>Sofia Lindqvist</b> wrote" in body
    assert "&lt;i&gt;Friday&lt;/i&gt;" in body
    assert body.index("claim is not confirmed") < body.rindex("<b>opsboard</b> found it")


def test_similar_cases_say_what_mended_them(read, helen, charlie):
    past = resolved(title="The same in March", legal_entity="NQ-UK")
    told(past, "claimed", helen, note="Rate added in Workday")
    group = cause()
    body = page(read, helen, group)
    assert "The same in March" in body
    assert "Rate added in Workday" in body


def test_unfolding_loads_the_four_largest(client, helen):
    group = hanging([1, 2, 3, 4, 5, 6])
    client.force_login(helen)
    headers = {"hx-request": "true", "hx-target": f"fan-rows-{group.pk}"}
    body = client.get(f"/exceptions/{group.pk}/", headers=headers).content.decode()
    assert re.findall(r'"money">(\d+)</span></td>', body) == ["6", "5", "4", "3"]
    assert "<html" not in body


def test_the_page_costs_the_same_for_two_children_and_for_forty(
    client, helen, django_assert_max_num_queries
):
    client.force_login(helen)
    small, large = hanging([1, 2]), hanging(list(range(1, 41)))
    client.get(f"/exceptions/{small.pk}/")
    with django_assert_max_num_queries(29):
        client.get(f"/exceptions/{small.pk}/")
    with django_assert_max_num_queries(29):
        client.get(f"/exceptions/{large.pk}/")


ERP = """
[connection.erp]
connector = "tryton"
system = "erp"
role = "erp"
title = "Tryton"
base_url = "https://erp.example.com"
database = "northquay"
login = "opsboard"
password = "env:OPSBOARD_ERP_PASSWORD"
"""


def test_the_way_out_opens_the_record_where_it_is_owned(read, helen, monkeypatch):
    monkeypatch.setenv("OPSBOARD_ERP_PASSWORD", "secret")
    erp = Connection.objects.create(
        slug="erp", title="Tryton", connector="tryton", system="erp", role="erp"
    )
    Stream.objects.create(connection=erp, name="invoice", kind="invoice")
    group = cause(control="BL01", workflow="billing", cause="party_incomplete")
    item(group, 10, subject="erp:17")
    with using(CONFIG + ERP):
        body = page(read, helen, group)
    assert 'href="https://erp.example.com/#northquay/model/account.invoice/17"' in body
    assert "Open in Tryton" in body
    assert "Open in" not in page(read, helen, group)
