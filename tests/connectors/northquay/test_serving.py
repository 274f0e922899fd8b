"""One process keeps the firm open; who asks it is told the same as who builds it."""

from datetime import timedelta
from threading import Thread

import pytest

from connectors.base import NeedsHuman
from connectors.northquay import asking, clock
from connectors.northquay.serving import Service
from tests.connectors.northquay.firms import TINY, Reader, connection


@pytest.fixture
def service(tmp_path):
    with Service(tmp_path) as found:
        thread = Thread(target=found.serve_forever)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def test_it_tells_what_the_firm_itself_would_tell(service, tmp_path):
    asked, built = Reader(folder=str(tmp_path)), Reader(folder=str(tmp_path / "elsewhere"))
    for act in (None, timedelta(days=1), "time.posting_lost"):
        for folder in (tmp_path, tmp_path / "elsewhere"):
            if isinstance(act, timedelta):
                clock.advance(folder, by=act)
            elif act:
                clock.mend(folder, act)
        assert asked.pull() == built.pull()
    assert asked.held == built.held
    assert asked.cursors == built.cursors


def test_a_pull_of_many_pages_goes_on_page_by_page(service, tmp_path):
    reader = connection("psa", folder=str(tmp_path), page_size=50)
    pages = list(reader.pull("time_entry", ""))
    assert len(pages) > 3
    assert [page.watermark is not None for page in pages] == [False] * (len(pages) - 1) + [True]
    assert [page.cursor for page in reader.pull("time_entry", pages[0].cursor)] == [
        page.cursor for page in pages[1:]
    ]


def test_when_nobody_answers_the_firm_is_built(tmp_path):
    with Service(tmp_path):
        pass
    asking.write_place(tmp_path, 1, "gone")
    assert list(connection("erp", folder=str(tmp_path)).pull("project", ""))


def test_a_stranger_at_its_port_is_told_nothing(service, tmp_path):
    asking.write_place(tmp_path, service.server_address[1], "guessed")
    with pytest.raises(asking.NobodyThere):
        asking.truth(tmp_path, {"system": "erp", **TINY})


def test_what_a_person_must_mend_is_passed_on(service, tmp_path):
    (tmp_path / clock.NAME).write_text("{}")
    with pytest.raises(NeedsHuman, match="not a clock") as caught:
        list(connection("erp", folder=str(tmp_path)).pull("project", ""))
    assert "Remove clock.json" in caught.value.remedy


def test_the_truth_is_told_as_of_now(service, tmp_path):
    clock.mend(tmp_path, "time.posting_lost")
    told = asking.truth(tmp_path, {"system": "erp", **TINY})
    lost = [one for one in told if one["fault_id"].startswith("time.posting_lost.")]
    assert lost
    assert all(one["mended_at"] for one in lost)


def test_the_door_is_gone_with_the_process(tmp_path):
    with Service(tmp_path):
        assert (tmp_path / asking.NAME).stat().st_mode & 0o077 == 0
    assert not (tmp_path / asking.NAME).exists()
