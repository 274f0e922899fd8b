import pytest

from opsboard.records.models import Change
from tests.records.loading import entry, held, project, put, put_pages, seen

pytestmark = pytest.mark.django_db


def listed(*numbers):
    return [f"P{n}" for n in numbers]


def test_a_tombstone_stays_in_the_table_and_leaves_the_view():
    put(entry("TE-1"))
    put(entry("TE-1", 2, is_deleted=True))

    assert held("time_entry")["psa:TE-1"]["is_deleted"]
    assert seen("time_entry") == {}


def test_a_newer_version_brings_the_record_back_and_an_older_one_does_not():
    put(entry("TE-1", 1))
    put(entry("TE-1", 3, is_deleted=True))
    put(entry("TE-1", 2, hours=9))
    assert seen("time_entry") == {}

    put(entry("TE-1", 4, hours=5))
    assert seen("time_entry")["psa:TE-1"]["hours"] == 5


def test_a_tombstone_of_something_unknown_is_kept_against_its_late_arrival():
    put(entry("TE-1", 5, is_deleted=True))
    put(entry("TE-1", 4))

    assert seen("time_entry") == {}


def test_a_census_deletes_what_is_absent_and_nothing_else():
    put_pages([[project(name) for name in listed(*range(5))]])
    put(project("P1"), system="erp")
    done = put(census=listed(0, 1, 2, 4))

    assert (done.deleted, done.changed, done.notes) == (1, 0, [])
    assert set(seen("project")) == {"psa:P0", "psa:P1", "psa:P2", "psa:P4", "erp:P1"}
    assert put(census=listed(0, 1, 2, 4)).deleted == 0


def test_a_census_of_one_stream_says_nothing_about_another():
    put(project("P1"), stream=1)
    put(project("P2"), stream=2)
    put(census=[], stream=1)

    assert set(seen("project")) == {"psa:P2"}


def test_what_comes_after_the_census_is_none_of_its_business():
    put(project("P1"), page=1)
    # Stored after the census was taken, and loaded before it.
    put(project("P9"), page=3)
    put(census=["P1"], page=2)

    assert set(seen("project")) == {"psa:P1", "psa:P9"}


def test_what_a_census_missed_comes_back_with_a_later_census_or_page():
    put(project("P1"), project("P2"))
    put(census=[])
    assert seen("project") == {}

    assert put(census=["P1"]).changed == 1
    assert set(seen("project")) == {"psa:P1"}
    put(project("P2"))
    assert set(seen("project")) == {"psa:P1", "psa:P2"}


def test_what_a_census_deleted_does_not_come_back_by_reading_an_older_page_again():
    put(project("P1"), page=1)
    put(census=[], page=2)
    put(project("P1"), page=1)

    assert seen("project") == {}


def test_a_census_does_not_raise_what_the_source_itself_deleted():
    put(project("P1"))
    put(project("P1", 2, is_deleted=True))
    put(census=["P1"])

    assert seen("project") == {}


@pytest.mark.parametrize(("kept", "deleted"), [(10, 10), (9, 0)])
def test_a_census_that_would_delete_most_of_a_stream_deletes_nothing(kept, deleted):
    put(*[project(name) for name in listed(*range(20))])
    done = put(census=listed(*range(kept)))

    assert done.deleted == deleted
    assert len(seen("project")) == 20 - deleted
    assert bool(done.notes) is (deleted == 0)
    if done.notes:
        assert "lists 9 of 20 project records" in done.notes[0]
        assert "reading rights" in done.notes[0]


def test_a_census_of_a_small_stream_may_delete_it_all():
    put(*[project(name) for name in listed(*range(19))])

    assert put(census=[]).deleted == 19


def test_what_a_census_did_stands_in_the_change_log():
    put(project("P1"))
    put(census=[])
    put(census=["P1"])

    told = [(one.op, one.before, one.after) for one in Change.objects.order_by("id")]
    assert told == [
        ("delete", {"is_deleted": False}, {"is_deleted": True}),
        ("update", {"is_deleted": True}, {"is_deleted": False}),
    ]
