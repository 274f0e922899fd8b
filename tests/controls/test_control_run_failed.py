"""IN12, and what it watches: a control proves that it judged its whole population, each once."""

from datetime import timedelta

import pytest
from django.db import DataError, connection

from opsboard.config import config
from opsboard.controls import judgement
from opsboard.controls.catalogue import catalogue, read
from opsboard.controls.engine import Order, judging
from opsboard.controls.judgement import IdentityBroken
from opsboard.controls.models import Control, ControlRun
from opsboard.exceptions.engine.settle import settle
from tests.cast import marek  # noqa: F401

DROPS = "where entry.system_role = 'psa' and entry.hours < 8"
DOUBLES = (
    "cross join (values (1), (2)) twice (n)"
    " where entry.system_role = 'psa' and (n = 1 or entry.hours = 8)"
)


@pytest.fixture
def broken(tmp_path, firm):
    """TP04 as somebody might spoil it; running it must fail, and does."""
    firm.say("time_entry", "TE-1")
    firm.say("time_entry", "TE-2", hours="4")
    for source_id in "12":
        firm.say("project_actual", source_id, source_key="psa:TE-1")

    def run(ending):
        sound = catalogue()["TP04"]
        text = sound.path.read_text()
        place = text.rindex("where entry.system_role = 'psa'")
        path = tmp_path / sound.path.name
        path.write_text(text[:place] + ending)
        order = Order(definition=read(path), as_of=firm.now)
        with judging(order) as run:
            settle(run, order.definition, config())

    return run


@pytest.mark.parametrize("ending", [DROPS, DOUBLES])
def test_a_control_that_drops_or_doubles_a_subject_fails_and_settles_nothing(firm, broken, ending):
    with pytest.raises(IdentityBroken, match="every subject exactly once"):
        broken(ending)

    run = ControlRun.objects.get()
    assert (run.control_id, run.state, run.identity_holds) == ("TP04", "failed", False)
    assert "for 2 of 'time_entry where system_role = 'psa''" in run.error
    assert firm.items("TP04") == []


def test_a_control_that_swaps_a_subject_for_another_fails_too(firm, broken):
    with connection.cursor() as cursor:
        columns = len(
            judgement.columns_of(cursor, catalogue()["TP04"], catalogue()["TP04"].parameters)
        )
    another = ", ".join(["'psa:TE-9'", *["null"] * (columns - 1)])
    swap = f"and entry.key <> 'psa:TE-2' union all select {another}"
    with pytest.raises(IdentityBroken, match="returned 2 rows for 2"):
        broken(f"where entry.system_role = 'psa' {swap}")


def test_it_finds_a_control_whose_totals_do_not_add_up(firm, broken):
    with pytest.raises(IdentityBroken):
        broken(DROPS)
    firm.reconcile("IN12")

    [item] = firm.items("IN12")
    assert item.subject == "TP04"
    assert item.title == "TP04 Time posted twice failed"
    assert "IdentityBroken" in item.evidence["error"]
    assert item.severity == 2
    assert item.amount_at_risk is None


def test_what_the_database_says_of_a_value_is_for_the_log_alone(firm, broken, marek, client):  # noqa: F811
    ending = "where entry.system_role = 'psa' and (entry.hours || ' of Ines')::int > 0"
    with pytest.raises(DataError, match="of Ines"):
        broken(ending)
    firm.reconcile("IN12")

    said = "InvalidTextRepresentation, SQLSTATE 22P02; the log says more"
    assert ControlRun.objects.get(state="failed").error == said
    assert firm.items("IN12")[0].evidence["error"] == said
    client.force_login(marek)
    page = client.get("/controls/TP04").content.decode()
    assert said in page
    assert "of Ines" not in page


def test_a_failure_in_a_turn_leaves_its_words_in_the_log(firm, monkeypatch, caplog):
    firm.say("time_entry", "TE-1")

    def fail(*_):
        with connection.cursor() as cursor:
            cursor.execute("select 'of Ines'::int")

    monkeypatch.setattr(judgement, "ask_all", fail)
    assert firm.reconcile("TP04") == ["TP04"]
    assert "of Ines" in caplog.text
    assert "of Ines" not in ControlRun.objects.get().error


def test_what_the_control_had_found_before_stays(firm, broken):
    firm.reconcile("TP04")
    with pytest.raises(IdentityBroken):
        broken(DROPS)

    assert firm.subjects("TP04") == ["psa:TE-1"]


def test_it_finds_a_control_that_was_not_run_for_two_hours(firm):
    firm.reconcile("TP01", "TP02")
    firm.now += timedelta(minutes=120)
    firm.reconcile("TP02", "IN12")

    [item] = firm.items("IN12")
    assert item.title == "TP01 Approved time not posted has not run"


def test_it_ignores_a_control_that_ran_a_minute_less_ago_or_is_switched_off(firm):
    firm.reconcile("TP01", "TP02")
    firm.now += timedelta(minutes=119)
    firm.reconcile("IN12")
    assert firm.subjects("IN12") == []

    Control.objects.filter(code="ST01").update(active=False)
    firm.reconcile("ST01", "IN12")
    assert firm.subjects("IN12") == []


def test_a_second_run_changes_nothing(firm, broken):
    with pytest.raises(IdentityBroken):
        broken(DROPS)
    firm.reconcile("IN12")
    [before] = firm.items("IN12")
    firm.reconcile("IN12")
    [after] = firm.items("IN12")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


def test_running_the_control_again_clears_the_item(firm, broken):
    with pytest.raises(IdentityBroken):
        broken(DROPS)
    firm.reconcile("IN12")
    [item] = firm.items("IN12")
    firm.reconcile("TP04", "IN12")

    item.refresh_from_db()
    assert item.state == "resolved"


def counted(firm, *, weeks_ago, population):
    """A full run of TP04 as it was on this weekday."""
    ControlRun.objects.create(
        control_id="TP04",
        version=1,
        digest="",
        mode="full",
        state="done",
        as_of=firm.now - timedelta(weeks=weeks_ago),
        started_at=firm.now - timedelta(weeks=weeks_ago),
        population=population,
    )


@pytest.mark.parametrize(("usual", "is_short"), [(143, True), (142, False)])
def test_it_finds_a_run_on_far_fewer_records_than_usual_on_that_weekday(firm, usual, is_short):
    for number in range(100):
        firm.say("time_entry", f"TE-{number}")
    firm.reconcile("TP04")
    for weeks in (1, 2, 3):
        counted(firm, weeks_ago=weeks, population=usual)
    firm.reconcile("IN12")

    assert firm.subjects("IN12") == (["TP04"] if is_short else [])


def test_two_earlier_runs_are_no_norm_yet(firm):
    firm.reconcile("TP04")
    for weeks in (1, 2):
        counted(firm, weeks_ago=weeks, population=1000)
    firm.reconcile("IN12")

    assert firm.subjects("IN12") == []
