import re
from datetime import timedelta

import pytest
from redis import RedisError

from opsboard.people.roles import Role
from opsboard.sync.models import Connection, Pipeline, RefusedRow, Stream
from opsboard.sync.turns import wishes
from tests.cast import NOW
from tests.ui.conftest import refuse, stream

HOSTILE = '"><script>alert(1)</script>'


def test_without_systems_the_page_says_what_to_do(read, marek):
    page = read(marek, "/systems/")
    assert "No system is connected yet." in page
    assert "opsboard.toml" in page


def test_a_system_is_as_fresh_as_its_slowest_stream(read, marek, erp):
    page = read(marek, "/systems/")
    assert "NetSuite is complete only up to 06:00." in page
    assert "The one system is not fresh." in page
    assert "ERP stale, 5\u00a0h" in page


def test_a_stream_never_read_is_not_taken_for_fresh(read, marek, erp):
    Stream.objects.filter(name="invoice").update(watermark=None)
    assert "NetSuite has not been read completely yet." in read(marek, "/systems/")


def test_a_stopped_stream_names_its_remedy_and_who_may_release_it(read, marek, erp):
    Stream.objects.get(name="party").stop("The key was refused.", "Renew the key.")
    assert "Renew the key." in read(marek, "/systems/")
    assert "Release party" in read(marek, "/systems/erp")


def test_totals_equal_their_rows(read, marek, erp):
    refuse(Stream.objects.get(name="invoice"), 1)
    refuse(Stream.objects.get(name="invoice"), 2)
    page = read(marek, "/systems/")
    assert re.findall(r'<span class="ties">(\d+)</span>', page) == ["42", "2", "2"]


def test_an_htmx_request_gets_the_moving_part_alone(read, marek, erp):
    part = read(marek, "/systems/", headers={"HX-Request": "true"})
    assert part.startswith('<div class="body" id="systems"')
    assert "<html" not in part


def test_it_is_looked_at_often_only_while_something_runs(read, marek, erp, turns, client):
    assert 'data-poll="30"' in read(marek, "/systems/")
    client.post("/systems/pull")
    assert 'data-poll="3"' in read(marek, "/systems/")


def test_pulling_asks_the_pipeline_for_one_system(client, marek, erp, turns):
    client.force_login(marek)
    response = client.post("/systems/erp/pull", follow=True)
    (turn,) = turns()
    assert ([one["connection"] for one in wishes(turn)], turn.requested_by) == (
        ["erp"],
        "Marek Nowak",
    )
    assert "Reading is asked for." in response.content.decode()


def test_a_queue_that_does_not_answer_loses_no_request(client, marek, erp, monkeypatch):
    def refuse_to_answer(_):
        raise RedisError

    monkeypatch.setattr("opsboard.sync.turns.enqueue", refuse_to_answer)
    client.force_login(marek)
    response = client.post("/systems/erp/pull", follow=True)
    page = response.content.decode()
    assert "the queue does not answer" in page
    assert 'role="alert"' in page
    assert [one["connection"] for one in wishes(Pipeline.objects.get())] == ["erp"]


def test_replaying_a_row_opens_its_page_again(client, marek, erp, turns):
    row = refuse(Stream.objects.get(name="invoice"))
    client.force_login(marek)
    response = client.post("/systems/erp/replay", {"row": row.pk}, follow=True)
    row.page.refresh_from_db()
    assert row.page.loaded_at is None
    assert [turn.trigger for turn in turns()] == ["replay"]
    assert "1\u00a0row will be read again" in response.content.decode()


def test_replaying_what_was_settled_meanwhile_says_so(client, marek, erp, turns):
    row = refuse(Stream.objects.get(name="invoice"))
    RefusedRow.objects.update(state="replayed")
    client.force_login(marek)
    response = client.post("/systems/erp/replay", {"row": row.pk}, follow=True)
    assert "settled meanwhile" in response.content.decode()
    assert not turns()


def test_another_systems_row_cannot_be_replayed_through_this_one(client, marek, erp, turns):
    other = Connection.objects.create(
        slug="psa", title="PSA", connector="files", system="psa", role="psa"
    )
    row = refuse(stream(other, "time_entry", behind=timedelta(0), rows=1))
    client.force_login(marek)
    client.post("/systems/erp/replay", {"row": row.pk})
    row.page.refresh_from_db()
    assert row.page.loaded_at is not None


def test_releasing_a_stream_asks_for_it_at_once(client, marek, erp, turns):
    stopped = Stream.objects.get(name="party")
    stopped.stop("The key was refused.", "Renew the key.")
    client.force_login(marek)
    client.post(f"/systems/erp/streams/{stopped.pk}/release")
    stopped.refresh_from_db()
    assert stopped.state == "ready"
    assert [turn.trigger for turn in turns()] == ["released"]


@pytest.mark.parametrize("value", ["x", "-1", "1e9", "9" * 30, "٣"])
def test_a_wrong_number_in_the_address_gets_a_clear_answer(read, marek, erp, value):
    page = read(marek, f"/systems/erp?refused_before={value}", status=400)
    assert "follow a link of the page" in page


@pytest.mark.parametrize("role", Role)
def test_a_row_as_it_came_shows_no_reader_what_the_role_must_not_see(read, somebody, erp, role):
    refuse(Stream.objects.get(name="invoice"))
    person = somebody(role)
    page = read(person, "/systems/erp", status=200 if person.may("pull") else None or _door(person))
    sees_rows = person.may("replay")
    # An invoice holds amounts of class B; only the controller both reads rows and sees those.
    assert ("4711.00" in page) == (sees_rows and {"B"} <= person.sees)
    assert "call Ines" not in page or sees_rows
    if sees_rows and "B" not in person.sees:
        assert "•••• masked" in page
        assert "INV-1" in page


def test_a_reader_bound_to_an_entity_sees_of_refused_rows_only_that_they_are(read, somebody, erp):
    refuse(Stream.objects.get(name="invoice"), reason="currency: 'Zloty of NQ-PL' is unknown")
    refuse(Stream.objects.get(name="party"), 2, field="", reason="NQ-PL came in half")
    bound = somebody(Role.CONTROLLER, entities=["NQ-DE"])
    for address in ["/systems/", "/systems/erp"]:
        page = read(bound, address)
        assert "NQ-PL" not in page
        assert "4711.00" not in page
        assert "INV-1" not in page
        assert "currency: the value cannot be used" in page
        assert "The row cannot be used" in page
    assert '<span class="restricted">restricted</span>' in page


def _door(person) -> int:
    from opsboard.people.roles import ROLES

    return 200 if "systems" in ROLES[person.role].rooms else 403


def test_a_row_that_is_no_json_is_not_shown_to_those_who_may_not_see_all(read, marek, erp):
    refuse(Stream.objects.get(name="invoice"), row="INV-9;4711.00;secret")
    page = read(marek, "/systems/erp")
    assert "4711" not in page
    assert "restricted" in page


def test_hostile_words_from_outside_stay_words(read, helen, erp):
    refuse(
        Stream.objects.get(name="invoice"),
        reason=HOSTILE,
        row=HOSTILE,
        field=HOSTILE,
        source_id=HOSTILE,
    )
    Connection.objects.update(title=HOSTILE)
    Stream.objects.filter(name="party").update(last_error=HOSTILE, remedy=HOSTILE, state="stopped")
    for address in ["/systems/", "/systems/erp"]:
        page = read(helen, address)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_refused_rows_page_without_skipping_or_repeating(read, marek, erp):
    invoices = Stream.objects.get(name="invoice")
    for number in range(1, 24):
        refuse(invoices, number)
    address, seen = "/systems/erp", []
    while address:
        page = read(marek, address)
        seen += re.findall(r'name="row" value="(\d+)"', page)
        found = re.search(r'href="(\?refused_before=\d+)#refused"', page)
        address = f"/systems/erp{found[1]}" if found else ""
    assert len(seen) == len(set(seen)) == 23


@pytest.mark.parametrize(("address", "queries"), [("/systems/", 7), ("/systems/erp", 10)])
def test_the_pages_ask_as_often_for_many_streams_as_for_few(
    client, marek, erp, django_assert_num_queries, address, queries
):
    for kind in ["worker", "project", "task"]:
        made = stream(erp, kind, behind=timedelta(minutes=1), rows=5)
        refuse(made, 7)
    client.force_login(marek)
    with django_assert_num_queries(queries):
        client.get(address)


def test_the_strip_tells_failed_runs_apart(read, marek, erp):
    run = Stream.objects.get(name="party").runs.get()
    run.pk, run.state, run.started_at = None, "failed", NOW - timedelta(hours=3)
    run.save()
    page = read(marek, "/systems/")
    assert "1 with a failure" in page
    assert '<rect class="bad"' in page
