"""A pull killed outright between two pages: the next one goes on, nothing is lost or doubled."""

import threading

import pytest

from opsboard.sync.models import RawPage, Run, Stream
from opsboard.sync.pull import pull
from tests.connectors.misbehaving import PARTIES, serving, tell_parties
from tests.sync.processes import eventually, killed_afterwards
from tests.sync.world import FIRM, NOON, Source

PULL = """
from opsboard.sync.models import Stream
from opsboard.sync.pull import pull
pull(Stream.objects.get(name="party"))
"""
HOSTILE = """
[connection.crm]
connector = "hostile"
system = "crm"
role = "crm"
base_url = "{address}"
"""
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server():
    with serving() as running:
        yield running


def hang_on_page(number, reached, leave):
    """Tell the parties, but keep silent on this page until allowed to leave."""

    def answer(request):
        if request.server.seen["/ok/parties"] == number:
            reached.set()
            leave.wait(30)
        tell_parties(request)

    return answer


def test_a_killed_pull_goes_on_where_it_was(server, deployment, tmp_path):
    reached, leave = threading.Event(), threading.Event()
    server.answers["/ok/parties"] = hang_on_page(4, reached, leave)
    table = HOSTILE.format(address=server.address)
    deployment(table)
    with killed_afterwards(PULL, FIRM + table, tmp_path):
        assert reached.wait(30), "the pull never asked for its fourth page"
        assert pull(Stream.objects.get()) is None, "a second pull was not refused"
    leave.set()

    assert RawPage.objects.count() == 3
    assert Run.objects.get().state == "running"
    run = eventually(lambda: pull(Stream.objects.get()))

    assert [one.state for one in Run.objects.order_by("pk")] == ["killed", "done"]
    assert run.pages == 3
    batch = Source(None).load(Stream.objects.get(), at=NOON)
    assert [record.source_id for found in batch for record in found.records] == [
        str(number) for number in range(1, PARTIES + 1)
    ]
