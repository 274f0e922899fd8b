"""Somebody reads; the firm is the cast's, the instant too."""

from datetime import timedelta

import pytest
import time_machine

from opsboard.config import using
from opsboard.people.models import Person
from opsboard.people.roles import Role
from opsboard.sync.models import Connection, Pipeline, RawPage, RefusedRow, Run, Stream
from tests.cast import CONFIG, NOW, helen, marek, sofia  # noqa: F401


@pytest.fixture(autouse=True)
def world(db):
    with using(CONFIG), time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def somebody(db):
    """A person of any role."""

    def made(role: Role | str, **more) -> Person:
        given = {"role": role, "zone": "Europe/London", **more}
        return Person.objects.create(username=f"some-{role}", **given)

    return made


@pytest.fixture
def read(client):
    """Ask for an address as somebody; the body as text."""

    def ask(person, address, *, status=200, **more):
        if person:
            client.force_login(person)
        response = client.get(address, **more)
        assert response.status_code == status, response.content.decode()[:1000]
        return response.content.decode()

    return ask


@pytest.fixture
def erp(db):
    """One system with a fresh and a stale stream, two runs, and a refused row."""
    connection = Connection.objects.create(
        slug="erp", title="NetSuite", connector="files", system="erp", role="erp"
    )
    stream(connection, "party", behind=timedelta(minutes=6), rows=40)
    stream(connection, "invoice", behind=timedelta(hours=5), rows=2)
    return connection


def stream(connection, kind, *, behind, rows, **more) -> Stream:
    mark = None if behind is None else NOW - behind
    made = Stream.objects.create(
        connection=connection, name=kind, kind=kind, watermark=mark, **more
    )
    run = Run.objects.create(
        stream=made,
        state="done",
        started_at=NOW - timedelta(minutes=30),
        ended_at=NOW - timedelta(minutes=29),
        pages=1,
        rows=rows,
        changed=1,
        correlation_id=f"ob-{kind}",
    )
    RawPage.objects.create(
        run=run, stream=made, body=b"", sha256="x", received_at=NOW, loaded_at=NOW, origin="one.csv"
    )
    return made


def refuse(stream: Stream, number: int = 1, **more) -> RefusedRow:
    given = {
        "stream": stream,
        "page": stream.raw_pages.first(),
        "line": number,
        "source_id": f"INV-{number}",
        "field": "currency",
        "reason": "currency: unknown value",
        "row": f'{{"id": "INV-{number}", "net": "4711.00", "note": "call Ines"}}',
        "hints": {"source_id": f"INV-{number}"},
        "fingerprint": f"{stream.pk}-{number}",
        "refused_at": NOW,
    }
    return RefusedRow.objects.create(**given | more)


@pytest.fixture
def turns(monkeypatch):
    """What was asked of the pipeline: no worker runs here, so nothing is put into its queue."""
    asked = []
    monkeypatch.setattr("opsboard.sync.turns.enqueue", asked.append)
    return lambda: list(Pipeline.objects.filter(pk__in=[one.pk for one in asked]))
