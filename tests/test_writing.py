"""The law's own eyes: what a room could write of another's, in the ways people would write it."""

from textwrap import dedent

import pytest

from tests.writing import WRITES, foreign_writes, hidden_tables

IMPORTS = "from opsboard.sync.models import Connection, Run, Stream\n"


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("Stream.objects.update(state='x')", "Stream.update"),
        ("Stream.objects.filter(pk=1).exclude(pk=2).delete()", "Stream.delete"),
        ("Run(stream=None).save()", "Run.save"),
        ("Connection.objects.bulk_create([])", "Connection.bulk_create"),
        ("found = Stream.objects.all()\nfound.update(state='x')", "Stream.update"),
        ("for one in Stream.objects.all():\n    one.save()", "Stream.save"),
        ("[one.delete() for one in list(Stream.objects.all())]", "Stream.delete"),
        ("row, is_new = Run.objects.get_or_create(pk=1)", "Run.get_or_create"),
        ("def halt(stream: Stream):\n    stream.save()", "Stream.save"),
        ("def halt(stream: 'Stream | None'):\n    stream.save()", "Stream.save"),
        ("def halt(run: Run):\n    run.stream.connection.save()", "Connection.save"),
        ("def halt(stream: Stream):\n    stream.runs.all().delete()", "Run.delete"),
        ("async def halt(stream: Stream):\n    await stream.asave()", "Stream.asave"),
        ("def halt(some):\n    some.save()", "?.save"),
        (
            "from opsboard.sync.queries import active_streams\nactive_streams().update(state='x')",
            "Stream.update",
        ),
        ("from opsboard.sync import models\nmodels.Run.objects.all().delete()", "Run.delete"),
    ],
)
def test_a_write_to_another_rooms_rows_is_seen(source, written):
    assert written in foreign_writes(IMPORTS + dedent(source), "records", {})
    assert foreign_writes(IMPORTS + dedent(source), "sync", {}) == [
        one for one in [written] if one.startswith("?")
    ]


@pytest.mark.parametrize(
    "source",
    [
        "known = {}\nknown.update(state='x')",
        "Stream.objects.filter(state='x').count()",
        "def halt(stream: Stream, seen: set):\n    seen.add(stream.pk)",
        "from opsboard.records.models import Entity\nEntity.objects.update(name='x')",
    ],
)
def test_what_writes_nothing_of_others_is_let_pass(source):
    assert foreign_writes(IMPORTS + source, "records", {}) == []


@pytest.mark.parametrize(
    "text",
    [
        'cursor.execute(f"delete from {table} where id = 1")',
        'cursor.execute("update " + table + " set x = 1")',
        'cursor.execute("insert into %s values (1)" % table)',
        'cursor.execute("truncate table {}".format(table))',
    ],
)
def test_a_table_put_in_later_is_seen(text):
    assert hidden_tables(text, python=True)


@pytest.mark.parametrize(
    "text", ["update sync_stream set x = 1", "delete from only sync_run", 'merge into "sync_run" r']
)
def test_a_table_written_out_is_read(text):
    assert WRITES.findall(text) == ["sync"]
    assert not hidden_tables(text, python=False)
