"""A small world for mails: a few readers, causes with a line of history, and a postbox."""

import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from socket import socket

from aiosmtpd.controller import Controller

from opsboard.exceptions.models import Group, History, Severity
from opsboard.people.models import Person

# A Thursday; 11:00 in London, where the cast lives.
NOW = datetime(2026, 7, 2, 10, 0, tzinfo=UTC)
TODAY_LATE = NOW + timedelta(hours=6)
NEXT_WEEK = NOW + timedelta(days=6)
CONFIG = """
[firm]
name = "Northquay"
group_currency = "USD"
zone = "Europe/London"
[team.billing]
name = "Billing"
[team.integration]
name = "Integration"
[[owner]]
team = "billing"
[[alert]]
role = "controller"
instant = "critical"
digest = "07:30"
[[alert]]
role = "billing"
instant = "high"
digest = "08:00"
quiet = ["19:00", "07:00"]
[[alert]]
role = "integration"
instant = "high"
"""


def reader(name, role, team=None, **more):
    given = {"zone": "Europe/London", "email": f"{name}@example.com"}
    given |= {"first_name": name.capitalize()} | more
    return Person.objects.create(username=name, role=role, team_id=team, **given)


def cause(number=1, *, at=NOW, verb="found", by=None, **more):
    """A group and the line of history that opened it."""
    given = {
        "key": f"billing|cause|{number}",
        "workflow": "billing",
        "control": "BL01",
        "cause": "tax",
        "title": f"Customer {number} has no VAT number",
        "legal_entity": "NQ-UK",
        "error_class": "data_quality",
        "severity": Severity.HIGH,
        "team_id": "billing",
        "detected_at": at,
        "due_at": TODAY_LATE,
        "children": 3,
        "value_at_risk": 71200 + number,
        "revenue_at_risk": 71200 + number,
    }
    group = Group.objects.create(**given | more)
    line(group, verb, at=at, by=by)
    return group


def line(group, verb, *, at=NOW, by=None):
    return History.objects.create(group=group, at=at, verb=verb, by=by)


class Postbox:
    """What a mail server does with a mail: keeps it, or answers what it was told to answer."""

    def __init__(self):
        self.mails = []
        self.answer = "250 taken"
        self.refuses = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuses:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server, session, envelope):
        if self.answer.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=default)
            mail.reached = list(envelope.rcpt_tos)
            self.mails.append(mail)
        return self.answer


@contextmanager
def serving(box, port=None):
    """A mail server on the loopback, at a free port or a given one; gives its address."""
    port = port or free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        server.stop()


def free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def text_of(mail) -> str:
    """The plain twin, with ordinary spaces."""
    body = mail.get_body(("plain",)).get_content()
    return body.replace("\u00a0", " ")


def html_of(mail) -> str:
    return mail.get_body(("html",)).get_content().replace("\u00a0", " ")


def links_of(mail) -> set[str]:
    return set(re.findall(r'href="([^"]+)"', html_of(mail)))
