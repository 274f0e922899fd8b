"""Stored pages are opened in order, once, and the watermark moves when they are loaded."""

from datetime import UTC, datetime, timedelta

from opsboard.sync.models import RawPage, Run
from opsboard.sync.pages import open_pages
from opsboard.sync.pull import pull
from opsboard.sync.queries import release, reopen
from opsboard.sync.sources import opened
from tests.sync.world import NOON, party, scripted

TEN = "2026-07-02T10:00:00+00:00"


def ids(batch):
    return [record.source_id for found in batch for record in found.records]


def test_pages_come_oldest_first_and_once(source):
    source.says(*[{"rows": [party(n)]} for n in (1, 2, 3)])
    pull(source.stream())

    assert ids(source.load()) == ["1", "2", "3"]
    assert source.load() == []


def test_a_batch_ends_once_it_holds_enough_rows(source):
    source.says(*[{"rows": [party(n), party(n + 10)]} for n in (1, 2, 3)])
    pull(source.stream())
    with opened(source.stream().connection) as connector:
        batch = list(open_pages(source.stream(), connector, limit_rows=3))

    assert len(batch) == 2


def test_the_watermark_moves_when_pages_are_loaded(source):
    source.says({"rows": [party(1)], "watermark": TEN})
    pull(source.stream())
    assert source.stream().watermark is None

    source.load()
    assert source.stream().watermark == datetime(2026, 7, 2, 10, tzinfo=UTC)


def test_the_watermark_never_goes_back(source):
    source.says({"rows": [], "watermark": TEN}, {"rows": [], "watermark": "2026-07-01T00:00+00:00"})
    pull(source.stream())
    source.load()
    RawPage.objects.filter(pk=RawPage.objects.last().pk).update(loaded_at=None)
    source.load()

    assert source.stream().watermark == datetime(2026, 7, 2, 10, tzinfo=UTC)


def test_a_source_whose_clock_runs_ahead_cannot_vouch_for_the_future(source):
    source.says({"rows": [], "watermark": "2027-01-01T00:00:00+00:00"})
    pull(source.stream())
    source.load(at=NOON)

    assert source.stream().watermark == NOON


def test_a_run_counts_what_it_brought_even_when_it_is_opened_again(source):
    source.says({"rows": [party(1), party(2), {"id": 3}]})
    pull(source.stream())
    source.load(changed=2, deleted=1)
    reopen(source.stream())
    source.load()
    run = Run.objects.get()

    assert (run.pages, run.rows, run.changed, run.deleted, run.refused) == (1, 3, 2, 1, 1)


def test_all_kept_pages_can_be_opened_again_but_of_the_censuses_only_the_newest(source):
    source.says(
        {"rows": [party(1)]},
        {"rows": ["1"], "part": "census"},
        {"rows": [party(2)]},
        {"rows": ["1", "2"], "part": "census"},
    )
    pull(source.stream())
    source.load()

    assert reopen(source.stream()) == 3
    assert [found.census for found in source.load()] == [None, None, ["1", "2"]]


def test_a_changed_mapping_reads_the_same_pages_differently(source, deployment):
    source.says({"rows": [party(1, other="Customer the First")]})
    pull(source.stream())
    source.load()
    before = source.stream()
    mapping = '[connection.crm.mapping.party]\nlegal_name = "other"'
    changed = deployment(scripted(source.script, mapping))

    assert [str(one) for one in changed] == ["crm/party"]
    assert source.stream().mapping_no == before.mapping_no + 1
    assert source.load()[0].records[0].legal_name == "Customer the First"
    assert RawPage.objects.get().mapping_version == source.stream().mapping_version
    assert RawPage.objects.get().mapping_version != before.mapping_version


def test_a_page_that_cannot_be_opened_stops_the_stream_and_nothing_behind_it_is_lost(source):
    source.says(
        {"rows": [party(1)]},
        {"body": "<html>secret</html>"},
        {"rows": [party(3)], "watermark": TEN},
    )
    pull(source.stream())

    assert ids(source.load()) == ["1"]
    stream = source.stream()
    assert stream.state == "stopped"
    assert "secret" not in stream.last_error
    assert "JSONDecodeError" in stream.last_error
    assert stream.watermark is None
    assert RawPage.objects.filter(loaded_at=None).count() == 2

    release(stream)
    assert source.load() == []
    assert source.stream().state == "stopped"


def test_a_page_that_was_altered_is_not_opened(source):
    source.says({"rows": [party(1)]})
    pull(source.stream())
    RawPage.objects.update(sha256="0" * 64)

    assert source.load() == []
    assert "hash differs" in source.stream().last_error


def test_drift_says_how_the_source_looks_now(source):
    source.says({"rows": [party(1, colour="red")]})
    pull(source.stream())
    source.load()
    assert source.stream().drift == ["+colour"]

    source.says({}, {"rows": []}, {"rows": [party(1)]})
    pull(source.stream())
    source.load(at=NOON + timedelta(hours=1))
    assert source.stream().drift == []


def test_notes_of_a_load_stand_with_the_stream(source):
    source.says({"rows": []})
    pull(source.stream())
    source.load(notes=["Nothing was deleted.", "Nothing was deleted."])

    assert source.stream().last_error == "Nothing was deleted."
