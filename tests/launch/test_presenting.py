"""The page behind the demo's note: the firm's hour, what may be done to it, and who may."""

from datetime import timedelta
from threading import Thread

import django_rq
import pytest

from connectors.northquay import clock as firm_clock
from connectors.northquay.serving import Service
from opsboard import clock
from opsboard.config import using
from opsboard.sync.models import Pipeline
from tests.cast import CONFIG, person

FIRM = """
[connection.erp]
connector = "sandbox"
system = "erp"
role = "erp"
title = "ERP"
size = "tiny"
folder = "firm"
"""
CLOSE = firm_clock.SNAPSHOTS["close"]
TRUTH = "/demo/?truth=shown"

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path, monkeypatch, settings):
    """A demo of a tiny firm whose time stands still."""
    settings.DEMO = True
    place = tmp_path / "opsboard.toml"
    place.write_text(CONFIG + FIRM)
    monkeypatch.setenv(clock.FOLDER, str(tmp_path / "firm"))
    queue = django_rq.get_queue("default")
    with using(place):
        yield tmp_path / "firm"
    queue.empty()


@pytest.fixture
def helen(client):
    client.force_login(person("helen"))
    return client


@pytest.fixture
def open_firm(folder):
    """Somebody keeps the firm open, as in the demo."""
    with Service(folder) as service:
        thread = Thread(target=service.serve_forever)
        thread.start()
        yield service
        service.shutdown()
        thread.join()


def test_every_page_says_that_the_firm_is_made_up(helen, folder):
    page = helen.get("/").content.decode()
    assert "A made-up firm: there time stands still" in page
    assert 'href="/demo/"' in page
    assert "11:00" in page


def test_elsewhere_there_is_no_such_page_and_no_such_word(helen, folder, settings, monkeypatch):
    settings.DEMO = False
    assert "made-up" not in helen.get("/").content.decode()
    for address in ("/demo/", "/demo/advance", "/demo/mend"):
        answer = helen.get(address) if address == "/demo/" else helen.post(address)
        assert answer.status_code == 404

    settings.DEMO = True
    monkeypatch.delenv(clock.FOLDER)
    assert helen.get("/demo/").status_code == 404


def test_only_people_with_a_role_come_in_and_nothing_moves_without_a_form(client, folder):
    assert client.get("/demo/").status_code == 302
    nobody = person("helen", role="")
    client.force_login(nobody)
    assert client.get("/demo/").status_code == 403
    assert client.post("/demo/advance", {"by": "day"}).status_code == 403
    nobody.role = "controller"
    nobody.save()
    assert client.get("/demo/advance").status_code == 405
    client.handler.enforce_csrf_checks = True
    assert client.post("/demo/advance", {"by": "day"}).status_code == 403
    assert clock.now() == CLOSE


@pytest.mark.parametrize(("by", "passed"), [("hour", 1), ("day", 24)])
def test_an_hour_or_a_day_passes_and_the_systems_are_asked(helen, folder, by, passed):
    answer = helen.post("/demo/advance", {"by": by}, follow=True)

    assert clock.now() == CLOSE + timedelta(hours=passed)
    assert "The systems are being asked" in answer.content.decode()
    assert Pipeline.objects.get().trigger == "demo"


def test_no_time_passes_beyond_the_story(helen, folder):
    firm_clock.advance(folder, to=firm_clock.ENDS - timedelta(minutes=5))
    helen.post("/demo/advance", {"by": "day"})
    assert clock.now() == firm_clock.ENDS
    page = helen.get("/demo/").content.decode()
    assert "demo --fresh" in page
    assert "Let an hour pass" not in page


def test_the_truth_is_hidden_until_somebody_asks(helen, open_firm):
    assert "Posted twice" not in helen.get("/demo/").content.decode()
    assert "Posted twice" in helen.get(TRUTH).content.decode()


def test_what_is_mended_is_no_longer_wrong(helen, open_firm, folder):
    answer = helen.post("/demo/mend", {"fault": "time.posted_twice", "truth": "1"}, follow=True)

    page = answer.content.decode()
    assert "Posted twice: mended in the firm" in page
    assert 'value="time.posted_twice"' not in page
    assert [one.fault for one in firm_clock.read(folder).mended] == ["time.posted_twice"]


def test_messages_that_were_sent_again_stand_among_the_mends(helen, folder):
    firm_clock.send_again(folder, ["M-1", "M-2"])
    assert "2 messages sent again by the middleware" in helen.get("/demo/").content.decode()


def test_a_firm_that_nobody_keeps_open_is_said_to_be_so(helen, folder):
    assert "The firm does not answer" in helen.get(TRUTH).content.decode()


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/demo/advance", {"by": "year"}),
        ("/demo/advance", {}),
        ("/demo/mend", {"fault": "time.travel"}),
        ("/demo/mend", {}),
    ],
)
def test_what_makes_no_sense_changes_nothing(helen, folder, address, sent):
    assert helen.post(address, sent).status_code == 400
    assert not (folder / firm_clock.NAME).exists()
