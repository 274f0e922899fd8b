"""Refused rows are kept once, replayed on demand, and settled when their record has come."""

from datetime import UTC, datetime, timedelta

from opsboard.audit.models import AuditEvent
from opsboard.sync.models import RawPage, RefusedRow, Stream
from opsboard.sync.pull import pull
from opsboard.sync.queries import replay
from tests.sync.world import NOON, party, scripted

BAD = {"state": "on hold"}


def refused(**wanted):
    return RefusedRow.objects.filter(**wanted)


def pull_and_load(source, *steps):
    source.says(*steps)
    pull(source.stream())
    return source.load()


def test_a_refused_row_says_what_was_wrong_and_keeps_the_row(source):
    pull_and_load(source, {"rows": [party(1), party(2, **BAD)]})
    row = refused().get()

    assert (row.source_id, row.field, row.state) == ("2", "status", "open")
    assert "on hold" in row.reason
    assert '"Customer 2"' in row.row
    assert row.hints["code"] == "C002"
    assert row.page == RawPage.objects.get()


def test_the_same_row_refused_again_is_the_same_row(source):
    step = {"rows": [party(2, **BAD)]}
    pull_and_load(source, step)
    pull_and_load(source, step, step, step)

    assert refused().count() == 1
    assert refused().get().page == RawPage.objects.last()


def test_a_row_is_settled_when_its_record_has_come(source):
    bad = {"rows": [party(1, **BAD), party(2, **BAD)]}
    pull_and_load(source, bad)
    pull_and_load(source, bad, {"rows": [party(2, version=2)]})

    assert refused(state="open").get().source_id == "1"
    settled = refused(state="replayed").get()
    assert (settled.source_id, settled.settled_at) == ("2", NOON)


def test_within_one_batch_the_last_word_counts(source):
    pull_and_load(
        source,
        {"rows": [party(1, **BAD), party(2)]},
        {"rows": [party(1, version=2), party(2, version=2, **BAD)]},
    )

    assert refused(state="replayed").get().source_id == "1"
    assert refused(state="open").get().source_id == "2"


def test_of_two_refused_versions_the_newer_one_stays(source):
    pull_and_load(
        source, {"rows": [party(1, **BAD)]}, {"rows": [party(1, version=2, state="lost")]}
    )

    assert "lost" in refused(state="open").get().reason
    assert "on hold" in refused(state="dismissed").get().reason


def test_a_replay_under_a_mended_mapping_makes_the_record(source, deployment):
    pull_and_load(source, {"rows": [party(1, **BAD), party(2)]})
    values = '{ values = { open = "active", "on hold" = "inactive" } }'
    deployment(scripted(source.script, f"[connection.crm.mapping.party]\nstatus = {values}"))

    # A changed mapping has all pages opened again; here only what is asked for shall be.
    RawPage.objects.update(loaded_at=NOON)
    assert replay(refused(state="open")) == 1
    (found,) = source.load(at=NOON + timedelta(hours=1))
    assert [record.status for record in found.records] == ["inactive", "active"]
    assert refused().get().state == "replayed"
    assert AuditEvent.objects.filter(action="refused rows replayed").count() == 1


def test_a_replay_without_a_mended_mapping_changes_nothing(source):
    pull_and_load(source, {"rows": [party(1, **BAD)]})
    replay(refused())
    source.load(at=NOON + timedelta(hours=1))
    row = refused().get()

    assert (row.state, row.refused_at) == ("open", NOON)


def test_a_replay_opens_the_newest_census_last(source):
    pull_and_load(
        source,
        {"rows": [party(1, **BAD), party(2)]},
        {"rows": ["1"], "part": "census"},
        {"rows": [party(3)]},
    )
    replay(refused())

    assert [found.census for found in source.load()] == [None, ["1"]]


def test_a_row_that_the_source_no_longer_lists_is_settled(source):
    bad = {"rows": [party(1, **BAD), party(2, **BAD), {"id": None}]}
    pull_and_load(source, bad, {"rows": ["1"], "part": "census"}, {"rows": [party(3, **BAD)]})

    assert set(refused(state="open").values_list("source_id", flat=True)) == {"1", "", "3"}
    assert refused(state="dismissed").get().source_id == "2"


def test_a_census_of_a_snapshot_settles_rows_without_an_id_too(source):
    Stream.objects.update(snapshot=True)
    pull_and_load(source, {"rows": [{"id": None}]}, {"rows": [], "part": "census"})

    assert refused().get().state == "dismissed"


def test_a_census_that_nobody_believed_settles_nothing(source):
    source.says({"rows": [party(1, **BAD)]}, {"rows": [], "part": "census"})
    pull(source.stream())
    source.load(notes=["The source lists nothing; nothing was deleted."])

    assert refused().get().state == "open"


def test_a_row_whose_page_is_gone_cannot_be_replayed(source):
    pull_and_load(source, {"rows": [party(1, **BAD)]})
    refused().update(page=None)

    assert replay(refused()) == 0
    assert AuditEvent.objects.count() == 0


def test_rows_that_a_database_cannot_hold_are_kept_all_the_same(source):
    pull_and_load(
        source,
        {"rows": [party("x" * 300, **BAD), party(2, code="a\u0000b", **BAD), "text", None]},
    )

    assert refused(state="open").count() == 4
    assert refused(source_id="2").get().hints["code"] == "a\ufffdb"


def test_refused_rows_are_told_by_a_view(source):
    pull_and_load(source, {"rows": [party(1, **BAD), {"id": None}]})
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select feed, key, system_role, kind, source_id, hints ->> 'code', refused_at"
            " from refused_row order by source_id desc"
        )
        known, unknown = cursor.fetchall()
    assert known == ("crm/party", "crm:1", "crm", "party", "1", "C001", NOON)
    assert unknown[:5] == ("crm/party", None, "crm", "party", "")
    assert datetime(2026, 7, 2, 12, tzinfo=UTC) == NOON
