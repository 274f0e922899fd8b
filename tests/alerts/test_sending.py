"""Mails leave once over a real mail server, and none is lost when it is away."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from django.db import connections, transaction

from opsboard import telemetry
from opsboard.alerts.models import Delivery
from opsboard.alerts.queries import LEASE, derive
from opsboard.alerts.sending import Sent, send, server_of
from opsboard.exceptions.guard import as_engine
from opsboard.traces.models import Span
from tests.alerts.world import (
    CONFIG,
    NOW,
    Postbox,
    cause,
    free_port,
    line,
    reader,
    serving,
    text_of,
)

ROOT = Path(__file__).parent.parent.parent
SOON = timedelta(minutes=2)


@pytest.fixture
def waiting(sofia):
    """One instant mail on its way, and no digest."""
    group = cause(owner=sofia)
    derive(NOW)
    Delivery.objects.filter(sort="digest").delete()
    return group


def test_a_mail_arrives_once_under_its_own_message_id(waiting, postbox):
    assert send(NOW) == Sent(sent=1)
    assert send(NOW) == Sent()
    mail = postbox.mails[0]
    delivery = Delivery.objects.get()
    assert mail.reached == ["sofia@example.com"]
    assert mail["Message-ID"] == delivery.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(mail["Date"]) == NOW
    assert (delivery.state, delivery.sent_at, delivery.attempts) == ("sent", NOW, 1)
    assert delivery.subject == mail["Subject"]


def test_nothing_leaves_before_its_time(waiting, postbox):
    Delivery.objects.update(not_before=NOW + SOON)
    assert send(NOW) == Sent()
    assert send(NOW + SOON) == Sent(sent=1)


def test_a_server_that_is_down_loses_nothing_and_the_mail_leaves_later_once(waiting, settings):
    port = free_port()
    settings.SMTP_URL = f"smtp://127.0.0.1:{port}"

    assert send(NOW) == Sent(retried=1)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.not_before) == ("waiting", NOW + timedelta(minutes=1))
    assert "refused" in delivery.last_error
    assert send(NOW) == Sent()

    box = Postbox()
    with serving(box, port):
        assert send(NOW + SOON) == Sent(sent=1)
        assert send(NOW + 2 * SOON) == Sent()
    assert len(box.mails) == 1
    assert Delivery.objects.get().last_error == ""


def test_pauses_grow_while_the_server_is_down_and_it_is_never_given_up(waiting, settings):
    settings.SMTP_URL = "smtp://127.0.0.1:1"
    now, pauses = NOW, []
    for _ in range(8):
        send(now)
        delivery = Delivery.objects.get()
        pauses.append((delivery.not_before - now) // timedelta(minutes=1))
        now = delivery.not_before
    assert pauses == [1, 5, 15, 60, 240, 240, 240, 240]
    assert delivery.state == "waiting"


def test_a_server_that_is_down_is_asked_once_and_not_for_every_mail(sofia, settings):
    settings.SMTP_URL = "smtp://127.0.0.1:1"
    for number in range(5):
        cause(number, owner=sofia)
    derive(NOW)
    assert send(NOW) == Sent(retried=1)
    assert Delivery.objects.filter(attempts=0, state="waiting").count() == 5


def test_a_mailbox_that_does_not_exist_stops_nobody_elses_mail(waiting, postbox):
    reader("omar", "billing", "billing")
    cause(2)
    derive(NOW)
    postbox.refuses = {"sofia@example.com"}
    send(NOW)
    assert {address for mail in postbox.mails for address in mail.reached} == {"omar@example.com"}
    now = NOW
    for _ in range(6):
        now += timedelta(hours=5)
        send(now)
    refused = Delivery.objects.filter(person__username="sofia", sort="instant").first()
    assert refused.state == "dropped"
    assert "550" in refused.last_error


def test_a_mail_refused_for_now_is_tried_again(waiting, postbox):
    postbox.answer = "451 later please"
    assert send(NOW) == Sent(retried=1)
    postbox.answer = "250 taken"
    assert send(NOW + SOON) == Sent(sent=1)
    assert len(postbox.mails) == 1


def test_what_was_resolved_meanwhile_is_not_told(waiting, postbox):
    waiting.state = "resolved"
    with transaction.atomic(), as_engine():
        waiting.save()
    assert send(NOW) == Sent(dropped=1)
    assert not postbox.mails


def test_whoever_lost_access_meanwhile_is_not_told(waiting, postbox, sofia):
    sofia.entities = ["NQ-DE"]
    sofia.save()
    assert send(NOW) == Sent(dropped=1)
    assert not postbox.mails


def test_whoever_is_no_longer_its_owner_is_not_told(waiting, postbox, helen):
    waiting.owner = helen
    waiting.save()
    assert send(NOW) == Sent(dropped=1)
    assert not postbox.mails


def test_a_handed_over_cause_names_who_handed_it(postbox, sofia, helen):
    line(cause(owner=sofia, severity=1), "assigned", by=helen)
    derive(NOW)
    Delivery.objects.filter(sort="digest").delete()
    send(NOW)
    assert "Helen assigned it to you" in text_of(postbox.mails[0])


def test_the_limit_holds(sofia, postbox):
    for number in range(4):
        cause(number, owner=sofia)
    derive(NOW)
    assert send(NOW, limit=3) == Sent(sent=3)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("smtp://mail.example.com", ("mail.example.com", 25, "", "", False, False)),
        ("smtps://a%40b:p%3A@mail:99", ("mail", 99, "a@b", "p:", False, True)),
        ("smtp://u:p@mail:587?starttls=1", ("mail", 587, "u", "p", True, False)),
    ],
)
def test_the_address_of_the_server_says_how_to_speak_to_it(address, expected):
    server = server_of(address)
    given = (server.host, server.port, server.username, server.password)
    assert (*given, server.use_tls, server.use_ssl) == expected


def test_an_address_that_is_no_mail_servers_is_refused_in_words():
    with pytest.raises(ValueError, match="write smtp://"):
        server_of("http://mail.example.com")


class Slow(Postbox):
    """Takes the mail, and then is slow to say so."""

    def __init__(self, *, keeps: bool):
        super().__init__()
        self.keeps = keeps
        self.reached = 0

    async def handle_DATA(self, server, session, envelope):
        self.reached += 1
        if self.reached > 1 or self.keeps:
            await super().handle_DATA(server, session, envelope)
        if self.reached == 1:
            await asyncio.sleep(30)
        return "250 taken"


SENDER = """
import os, django
django.setup()
from datetime import datetime
from django.db import connections
connections["default"].settings_dict["NAME"] = os.environ["TEST_DATABASE"]
from opsboard.alerts.sending import send
from opsboard.config import using
with using(os.environ["TEST_CONFIG"]):
    send(datetime.fromisoformat(os.environ["TEST_NOW"]))
"""


def start_sender(settings) -> subprocess.Popen:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "opsboard.settings",
        "OPSBOARD_SMTP_URL": settings.SMTP_URL,
        "OPSBOARD_TELEMETRY": "off",
        "TEST_DATABASE": connections["default"].settings_dict["NAME"],
        "TEST_CONFIG": CONFIG,
        "TEST_NOW": NOW.isoformat(),
    }
    return subprocess.Popen([sys.executable, "-c", SENDER], cwd=ROOT, env=environment)


def kill_in_the_middle(box, settings) -> None:
    sender = start_sender(settings)
    try:
        ends = time.monotonic() + 20
        while not box.reached and time.monotonic() < ends and sender.poll() is None:
            time.sleep(0.02)
    finally:
        sender.send_signal(signal.SIGKILL)
        sender.wait()
    assert box.reached == 1


@pytest.mark.django_db(transaction=True)
def test_a_sender_killed_before_the_server_took_the_mail_sends_it_once(sofia, settings):
    cause(owner=sofia)
    derive(NOW)
    Delivery.objects.filter(sort="digest").delete()
    box = Slow(keeps=False)
    with serving(box) as settings.SMTP_URL:
        kill_in_the_middle(box, settings)

        left = Delivery.objects.get()
        assert (left.state, left.attempts) == ("sending", 1)
        assert send(NOW) == Sent()
        assert send(NOW + LEASE) == Sent(sent=1)
    assert len(box.mails) == 1


@pytest.mark.django_db(transaction=True)
def test_killed_after_the_server_took_it_the_copy_bears_the_same_message_id(sofia, settings):
    """The window that remains, as the module says."""
    cause(owner=sofia)
    derive(NOW)
    Delivery.objects.filter(sort="digest").delete()
    box = Slow(keeps=True)
    with serving(box) as settings.SMTP_URL:
        kill_in_the_middle(box, settings)

        assert send(NOW + LEASE) == Sent(sent=1)
    assert len(box.mails) == 2
    assert len({mail["Message-ID"] for mail in box.mails}) == 1


def test_a_lease_that_ran_out_leaves_the_delivery_to_its_new_sender(waiting):
    mine = Delivery.objects.claim(NOW)
    theirs = Delivery.objects.claim(NOW + LEASE)
    assert mine.pk == theirs.pk
    assert not Delivery.objects.settle(mine, "waiting")
    assert Delivery.objects.settle(theirs, "sent", sent_at=NOW)


def test_the_password_of_the_server_is_never_kept(waiting, settings):
    settings.SMTP_URL = "smtp://opsboard:hunter2@127.0.0.1:1"
    send(NOW)
    assert "hunter2" not in str(Delivery.objects.values())


@pytest.mark.django_db(transaction=True)
def test_every_mail_is_a_hop_of_the_turn_that_sent_it(sofia, postbox):
    cause(owner=sofia)
    derive(NOW)
    telemetry.start()
    try:
        with telemetry.correlation("ob-mail"):
            send(NOW)
        telemetry.flush()
    finally:
        telemetry.stop()
    told = Span.objects.filter(correlation_id="ob-mail", name="mail")
    assert sorted(span.attributes["opsboard.sort"] for span in told) == ["digest", "instant"]
    assert "sofia" not in str(list(told.values()))
