"""One row that cannot be stored: refused where that is known, else its stream stops, alone."""

import pytest
from django.db import connection
from django.db.utils import OperationalError

from connectors.kinds import KINDS, fields_of
from opsboard import loading
from opsboard.loading import load_stream
from opsboard.pipeline import pull_streams
from opsboard.records.models import TABLES, Party
from opsboard.records.tables import FOLLOWED
from opsboard.sync.models import RefusedRow, Stream
from opsboard.sync.pull import pull
from opsboard.sync.queries import release
from tests.sync.world import party

# Digits that compress badly: more than an index can hold.
LONG = "".join(str(number**7) for number in range(1000))[:9000]
CENSUS = {"part": "census", "body": '["1", "\\ud800"]'}


def known():
    return set(Party.objects.values_list("source_id", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["half \ud800", "NUL \x00", LONG])
def test_a_row_that_could_not_be_stored_is_refused_and_its_neighbours_are_loaded(source, code):
    source.says({"rows": [party(1), party(2, code=code), party(3)]})
    pull_streams([source.stream()])

    assert known() == {"1", "3"}
    row = RefusedRow.objects.get()
    assert (row.source_id, row.field) == ("2", "code")
    assert source.stream().state == "ready"


@pytest.mark.django_db
def test_a_page_that_cannot_be_loaded_stops_its_stream_and_no_other(source):
    source.says({"rows": [party(1)]}, CENSUS, {"rows": [party(2)]})
    source.says({"rows": [party(3)]}, stream="supplier")
    pull_streams(Stream.objects.order_by("name"))

    bad, good = source.stream(), source.stream("supplier")
    assert known() == {"1", "3"}
    assert (good.state, bad.state) == ("ready", "stopped")
    [page, _] = bad.raw_pages.filter(loaded_at=None).order_by("pk")
    assert f"Stored page {page.pk} holds a value that cannot be stored" in bad.last_error
    assert "release the stream" in bad.remedy


@pytest.mark.django_db(transaction=True)
def test_what_an_index_cannot_hold_stops_the_stream_without_its_words(source, caplog):
    with connection.cursor() as cursor:
        cursor.execute("create index too_small on records_party (legal_name)")
    try:
        source.says({"rows": [party(1)]}, {"rows": [party(2, name=LONG)]})
        pull(source.stream())
        load_stream(source.stream())
    finally:
        with connection.cursor() as cursor:
            cursor.execute("drop index too_small")

    assert known() == {"1"}
    assert "ProgramLimitExceeded, SQLSTATE 54000" in source.stream().last_error
    assert "index row requires" not in source.stream().last_error
    assert "index row requires" in caplog.text

    release(source.stream())
    load_stream(source.stream())
    assert known() == {"1", "2"}
    assert source.stream().state == "ready"


@pytest.mark.django_db
def test_a_database_that_fails_blames_no_stream(source, monkeypatch):
    source.says({"rows": [party(1)]})
    pull(source.stream())

    def gone(*_):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(loading, "load", gone)
    with pytest.raises(OperationalError):
        load_stream(source.stream())
    assert source.stream().state == "ready"


@pytest.mark.django_db
def test_a_new_field_with_an_impossible_name_is_drift_like_any_other(source):
    source.says({"rows": [party(1, **{"a\x00b\ud800": "?"})]})
    pull_streams([source.stream()])

    assert known() == {"1"}
    assert source.stream().drift == ["+a\ufffdb?"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_text_that_lands_in_an_index_has_a_limit(kind):
    indexed = {"source_id", *FOLLOWED, *KINDS[kind].natural_key}
    table = TABLES[kind]._meta
    indexed |= {name for index in table.indexes for name in index.fields}
    for field in fields_of(KINDS[kind]):
        if field.name in indexed and field.type == "str":
            assert field.max_length, field.name
