"""The pages of the statements: every number opens rows that add up to it, for who may see them."""

import json
import re
from html import unescape
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command

from opsboard.audit.models import AuditEvent
from opsboard.exceptions.models import ExceptionItem
from tests.cast import person

ROWS = "/statements/R01/rows?entity=NQ-UK&period=2026-06-01&currency=h&column="


@pytest.fixture(autouse=True)
def travelled(firm, time_machine_at):
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def time_machine_at(firm):
    import time_machine

    with time_machine.travel(firm.now, tick=False):
        yield


@pytest.fixture
def unposted(firm):
    for system in ("hcm", "identity"):
        firm.say("worker", "W1", system, hired_on="2026-01-05")
    firm.say("time_entry", "TE-1")
    firm.say("time_entry", "TE-2", hours="3")
    firm.say("project_actual", "2", source_key="psa:TE-2", hours="3")
    firm.reconcile("TP01")


def plain(body):
    text = re.sub(r"<[^>]+>", " ", unescape(body[body.index("<main") :]))
    return re.sub(r"\s+", " ", text.replace("\xa0", " "))


def test_the_list_ticks_what_adds_up(read, unposted):
    text = plain(read(person("helen"), "/statements/?period=2026-06"))
    assert "Every statement adds up for June 2026." in text
    # Hours, heads, and the cost of fewer than five people.
    assert text.count("Adds up") == 3


def test_the_list_says_what_is_not_explained_and_how_much(read, unposted):
    ExceptionItem.objects.all().delete()
    text = plain(read(person("helen"), "/statements/?period=2026-06"))
    assert "1 statement of 12 does not add up for June 2026." in text
    assert "Unexplained 8 hours" in text


def test_every_number_of_a_statement_opens_rows_that_add_up_to_it(read, unposted):
    body = read(person("helen"), "/statements/R01")
    links = re.findall(
        r'<a class="rowlink" href="(/statements/R01/rows[^"]+)"[^>]*>(.*?)</a>', body
    )
    assert len(links) == 8
    for address, number in links:
        shown = re.sub(r"<[^>]+>", "", number)
        text = plain(read(person("helen"), unescape(address)))
        wanted = f"up to {shown} hours" if shown != "0.00" else "No row stands behind"
        assert wanted in text, address


def test_a_row_leads_to_its_case(read, unposted):
    body = read(person("helen"), ROWS + "unmatched")
    case = ExceptionItem.objects.get().group_id
    assert f'href="/exceptions/{case}/"' in body
    assert "1 row add up" not in plain(body)


def test_rows_leave_the_house_stamped_and_on_record(read, unposted):
    body = read(person("helen"), ROWS.replace("rows?", "rows.csv?") + "came_in")
    lines = body.splitlines()
    assert "came in, hours, in June 2026, NQ-UK" in lines[0]
    assert lines[1].startswith('"As of 2026-06-18T12:00:00Z, for Helen Marsh')
    assert lines[2] == "Total,11.00"
    assert len(lines) == 5 + 2
    event = AuditEvent.objects.get(action="statement.exported")
    assert event.subject == "statement:R01"


def test_amounts_of_another_class_are_restricted_everywhere(read, firm):
    firm.say("project", "P1", "erp", billing_method="time_materials")
    firm.say(
        "project_actual", "1", source_key="psa:TE-1", billable=True, status="posted",
        bill_amount="1234", bill_currency="USD",
    )  # fmt: skip
    address = "/statements/R02/rows?entity=NQ-UK&period=2026-06-01&currency=USD&column=closing"
    export = address.replace("rows?", "rows.csv?")
    for one in ("/statements/", "/statements/R02", address, export):
        hidden = read(person("marek"), one)
        assert "1 234" not in hidden.replace("\xa0", " ")
        assert "1234" not in hidden, one
        assert "restricted" in hidden, one
    assert "1234" in read(person("helen"), export)


def test_a_reader_of_other_companies_is_told_why_nothing_stands_there(read, unposted):
    charlie = person("charlie")
    assert "You see NQ-FR" in plain(read(charlie, "/statements/"))
    assert "No record of this statement names one of your companies" in plain(
        read(charlie, "/statements/R01")
    )
    assert "No row stands behind" in plain(read(charlie, ROWS + "came_in"))


def test_an_empty_house_says_so(read):
    text = plain(read(person("helen"), "/statements/"))
    assert "No control has run yet" in text
    assert "Neither side has a record" in plain(read(person("helen"), "/statements/R12"))


def test_what_is_kept_goes_when_something_moves(read, firm, unposted):
    assert "Unexplained 8" not in plain(read(person("helen"), "/statements/?period=2026-06"))
    firm.say("project_actual", "1", source_key="psa:TE-1")
    firm.reconcile("TP01", full=True)
    assert "(8.00)" not in read(person("helen"), "/statements/R01")
    assert "No row stands" in plain(read(person("helen"), ROWS + "closing"))


@pytest.mark.parametrize(
    "address",
    [
        "/statements/?period=1999-01",
        "/statements/R01?entity=NQ-XX",
        ROWS + "nothing",
        ROWS + "closing&from=x",
        "/statements/R01/rows?period=june",
    ],
)
def test_what_the_pages_do_not_know_is_refused_in_words(read, unposted, address):
    assert "was not understood" in read(person("helen"), address, status=400)


def test_a_statement_that_there_is_not(read):
    read(person("helen"), "/statements/R13", status=404)


def test_a_role_without_the_room_stays_outside(read):
    ben = person("sofia", role="project_manager")
    assert "not a room of the role" in read(ben, "/statements/", status=403)


def test_the_command_prints_the_same_and_fails_while_something_is_left(unposted):
    said = StringIO()
    call_command("statement", "R01", period="2026-06", entity="NQ-UK", stdout=said)
    assert "R01 Approved hours are posted" in said.getvalue()
    assert re.search(r"NQ-UK\s+2026-06\s+h .* 8\.00 ", said.getvalue())
    ExceptionItem.objects.all().delete()
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("statement", "R01", "--json", stdout=said)
    assert json.loads(said.getvalue())["R01"][0]["unexplained"] == "8.00"


def test_the_command_knows_no_other_statement():
    with pytest.raises(CommandError, match="no statement is called R13"):
        call_command("statement", "R13")


def test_the_list_asks_no_statement_again_while_nothing_moves(
    client, unposted, django_assert_max_num_queries
):
    client.force_login(person("helen"))
    client.get("/statements/")
    with django_assert_max_num_queries(24):
        client.get("/statements/")
