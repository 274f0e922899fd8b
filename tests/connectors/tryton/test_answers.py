"""What Tryton may answer, and what we make of it."""

from datetime import timedelta

import pytest

from connectors.base import NeedsHuman, Page, TryAgain
from tests.connectors.tryton.scripted import LOGIN, Error, Status

STREAM = "accounting_period"


def test_rows_become_records(play, tryton, period):
    with play(search_read=[[period(1), period(2)], [period(1), period(2)]]) as script:
        connector = tryton(script)
        rows, census = connector.pull(STREAM, "")
        opened = connector.open(STREAM, rows)

    assert [one.name for one in opened.records] == ["Period 1", "Period 2"]
    assert opened.records[0].source_version == 1767323045000678
    assert not opened.refused
    assert connector.open(STREAM, census).census == ["1", "2"]


def test_a_session_that_is_over_is_opened_once_more(play, tryton, period):
    with play(search_read=[Status(401), [period(1)]], login=[LOGIN]) as script:
        pages = list(tryton(script).pull(STREAM, ""))

    assert len(pages) == 2
    assert len(script.called("login")) == 2


def test_a_session_that_never_holds_needs_a_person(play, tryton):
    with play(search_read=[Status(401)]) as script, pytest.raises(NeedsHuman, match="at once"):
        list(tryton(script).pull(STREAM, ""))
    assert len(script.called("login")) == 2


@pytest.mark.parametrize(
    ("told", "verdict", "said"),
    [
        (Status(401), NeedsHuman, "refuses the login opsboard"),
        (Status(429), TryAgain, "too many failed logins"),
        (Status(404), NeedsHuman, "answered 404"),
        (Error("LoginException", ["password", "Enter the code", "char"]), NeedsHuman, "password"),
        ("come in", TryAgain, "unknown shape"),
        (None, TryAgain, "unknown shape"),
        (b"<html>Welcome</html>", TryAgain, "not JSON"),
    ],
)
def test_a_login_that_fails_is_said_in_our_words(told, verdict, said, play, tryton):
    with play(login=[told]) as script, pytest.raises(verdict, match=said) as error:
        list(tryton(script).pull(STREAM, ""))
    assert "sesame" not in str(error.value)


@pytest.mark.parametrize(
    ("told", "verdict", "said"),
    [
        (Error("UserError", ['You may not read "X".', "Within: A", None]), NeedsHuman, "may not"),
        (Error("UserError", ['You may not read "X".', "", None]), NeedsHuman, "may not"),
        (Error("ConcurrencyException", "changed meanwhile"), TryAgain, "busy"),
        (Error("'account.period'", ""), NeedsHuman, "does not know 'account.period'"),
        (Error("division by zero", "Traceback"), TryAgain, "division by zero"),
        (Error(), TryAgain, "does not say why"),
        (Error(7, {}), TryAgain, "does not say why"),
        (Status(403), NeedsHuman, "403"),
        (Status(413), NeedsHuman, "413"),
        (Status(423), TryAgain, "423"),
        (Status(500), TryAgain, "500"),
        (b"[]", TryAgain, "unknown shape"),
        (b'{"id": 1}', TryAgain, "unknown shape"),
        (b'{"id": 1, "result": [{"id"', TryAgain, "not JSON"),
    ],
)
def test_a_call_that_fails_is_said_in_our_words(told, verdict, said, play, tryton):
    with play(search_read=[told]) as script, pytest.raises(verdict, match=said):
        list(tryton(script).pull(STREAM, ""))


@pytest.mark.parametrize(
    "rows",
    [
        {},
        "rows",
        [7],
        [{"name": "no id"}],
        [{"id": "12"}],
        [{"id": 3}, {"id": 3}],
        [{"id": 3}, {"id": 2}],
        [{"id": 0}],
    ],
)
def test_rows_that_would_lead_us_astray_are_asked_for_again(rows, play, tryton):
    with play(search_read=[rows]) as script, pytest.raises(TryAgain, match="unknown shape"):
        list(tryton(script).pull(STREAM, ""))


def test_a_remedy_names_who_grants_the_right(play, tryton):
    told = Error("UserError", ['You are not allowed to access "Period".', "Within groups: -", None])
    with play(search_read=[told]) as script, pytest.raises(NeedsHuman) as error:
        list(tryton(script).pull(STREAM, ""))
    assert "administrator" in error.value.remedy


@pytest.mark.parametrize(
    "changes",
    [
        {"start_date": None},
        {"start_date": {"__class__": "date", "year": 2026, "month": 2, "day": 30}},
        {"state": "ajar"},
        {"create_date": None},
        {"create_date": 5},
        {"name": {"en": "Period"}},
    ],
)
def test_an_odd_row_is_refused_and_the_others_arrive(changes, play, tryton, period):
    with play(search_read=[[period(1, **changes), period(2)]]) as script:
        connector = tryton(script)
        page = next(connector.pull(STREAM, ""))
        opened = connector.open(STREAM, page)

    assert [one.source_id for one in opened.records] == ["2"]
    assert [one.source_id for one in opened.refused] == ["1"]
    assert opened.refused[0].reason


def test_a_field_that_vanished_is_drift(play, tryton, period):
    row = period(1)
    del row["name"]
    with play(search_read=[[row]]) as script:
        connector = tryton(script)
        opened = connector.open(STREAM, next(connector.pull(STREAM, "")))

    assert opened.drift == {"-name"}


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"meta": {}, "reply": {"result": 3}}'])
def test_a_page_that_is_not_ours_needs_a_person(body, play, tryton):
    with play() as script, pytest.raises(NeedsHuman, match="cannot be opened"):
        tryton(script).open(STREAM, Page(body, ""))


def test_a_probe_tells_what_is_missing_for_each_stream(play, tryton, period):
    denied = Error("UserError", ['You are not allowed to access "Company".', "", None])
    with play(search_read=[denied, [period(1)]], version=["8.4"]) as script:
        probe = tryton(script).probe()

    assert probe.reachable
    assert not probe.rights["legal_entity"]
    assert probe.rights["gl_posting"]
    assert [one.partition(":")[0] for one in probe.missing] == ["legal_entity"]


def test_an_older_tryton_is_told(play, tryton, period):
    with play(search_read=[[period(1)]], version=["7.0"]) as script:
        assert "7.0 is not version 8" in tryton(script).probe().missing[0]


def test_the_watermark_is_the_servers_time_less_the_overlap(play, tryton, period):
    with play(search_read=[[period(1)]]) as script:
        *_, short = tryton(script, overlap="0s").pull(STREAM, "")
        *_, long = tryton(script, overlap="2h").pull(STREAM, "")

    assert timedelta(hours=2) <= short.watermark - long.watermark + timedelta(seconds=5)
    assert short.watermark - long.watermark < timedelta(hours=2, seconds=1)
