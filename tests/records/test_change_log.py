from decimal import Decimal

import pytest

from opsboard.records.models import TABLES, Change
from tests.records.loading import AT, entry, put

pytestmark = pytest.mark.django_db


def test_it_tells_what_differed_before_and_after_and_what_brought_it():
    put(entry("TE-1"))
    put(entry("TE-1", 2, hours=Decimal("4.5"), note="half a day"), page=2_000_000)
    record = TABLES["time_entry"].objects.get()

    [change] = Change.objects.all()
    assert (change.kind, change.key, change.op) == ("time_entry", "psa:TE-1", "update")
    assert change.before == {"hours": 8, "note": ""}
    assert change.after == {"hours": 4.5, "note": "half a day"}
    assert (change.source_version, change.page, change.at) == (2, 2_000_000, AT)
    assert (change.canonical_id, change.system) == (record.canonical_id, "psa")


def test_a_new_record_and_a_newer_version_of_the_same_content_are_no_changes():
    put(entry("TE-1", 1))
    put(entry("TE-1", 2))
    put(entry("TE-1", 3, source_updated_by="somebody else"))

    assert not Change.objects.exists()
    assert TABLES["time_entry"].objects.get().source_version == 3


def test_the_instant_of_the_source_s_own_change_is_content():
    put(entry("TE-1", 1))
    put(entry("TE-1", 2, source_updated_at=AT))

    [change] = Change.objects.all()
    assert change.after == {"source_updated_at": "2026-06-18T12:00:00+00:00"}


def test_an_older_version_changes_nothing():
    put(entry("TE-1", 2))
    put(entry("TE-1", 1, hours=3))

    assert not Change.objects.exists()


def test_how_a_number_is_written_is_no_change():
    put(entry("TE-1", 1, hours=Decimal("8")))
    put(entry("TE-1", 2, hours=Decimal("8.00")))

    assert not Change.objects.exists()


def test_a_value_that_goes_away_or_comes_is_a_change():
    put(entry("TE-1", 1, approved_at=AT))
    put(entry("TE-1", 2, approved_at=None))
    put(entry("TE-1", 3, approved_at=AT))

    gone, back = Change.objects.order_by("id")
    assert gone.after == back.before == {"approved_at": None}
    assert gone.before == back.after == {"approved_at": "2026-06-18T12:00:00+00:00"}


def test_a_tombstone_is_a_delete_and_its_return_an_update():
    put(entry("TE-1", 1))
    put(entry("TE-1", 2, is_deleted=True))
    put(entry("TE-1", 3))

    assert [one.op for one in Change.objects.order_by("id")] == ["delete", "update"]


def test_versions_that_arrive_together_are_one_change_to_the_last():
    put(entry("TE-1", 1))
    put(entry("TE-1", 2, hours=2), entry("TE-1", 4, hours=4), entry("TE-1", 3, hours=3))

    [change] = Change.objects.all()
    assert (change.before, change.after) == ({"hours": 8}, {"hours": 4})
