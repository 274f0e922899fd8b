"""Deliveries leave over SMTP, one at a time, each settled before the next is touched.

What is lost: nothing. A server that is down leaves the delivery waiting, with growing pauses.
What may double: a process killed after the server took the mail and before our commit, a few
milliseconds, sends it again when its lease is over. Both copies carry the same Message-ID, by which
mail systems that drop duplicates know them.
"""

import re
import smtplib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.db import transaction
from opentelemetry import trace

from opsboard.alerts.letters import Letter, Moot, compose
from opsboard.alerts.models import Delivery

TIMEOUT = 20
# A mail that itself cannot be sent is given up after this many tries; a server never is.
MOST_ATTEMPTS = 6
PORTS = {"smtp": 25, "smtps": 465}
WANTED = (
    "write smtp://host:port, smtp://user:password@host:587?starttls=1 or smtps://user:password@host;"
    " signs such as # and @ in a password as %23 and %40"
)
tracer = trace.get_tracer(__name__)


class ServerDown(Exception):
    """No mail can leave now; the next one would not either."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the deliveries that were due."""

    sent: int = 0
    dropped: int = 0
    retried: int = 0


def send(now: datetime, limit: int = 200) -> Sent:
    """Send what is due, at most `limit`. Call it outside a transaction: every mail commits."""
    counts: Counter = Counter()
    server = server_of(settings.SMTP_URL)
    try:
        for _ in range(limit):
            delivery = Delivery.objects.claim(now)
            if delivery is None:
                break
            counts[_deliver(server, delivery, now)] += 1
    except ServerDown:
        counts["retried"] += 1
    finally:
        _hang_up(server)
    return Sent(**counts)


def server_of(address: str) -> EmailBackend:
    """smtp://user:password@host:port?starttls=1, or smtps://… for TLS from the first byte.

    ValueError, without the address, because a password may stand in it. What is not known there is
    no trifle: a misspelt starttls would send the password in clear text.
    """
    try:
        parts = urlsplit(address)
        usual, asked = PORTS[parts.scheme], dict(parse_qsl(parts.query, keep_blank_values=True))
        port = parts.port or usual
    except (KeyError, ValueError):
        raise ValueError(WANTED) from None
    is_known = asked in ({}, {"starttls": "0"}, {"starttls": "1"}) and not parts.fragment
    starttls = asked.get("starttls") == "1"
    if not is_known or re.search(r"\s", address) or (starttls and parts.scheme == "smtps"):
        raise ValueError(WANTED)
    return EmailBackend(
        host=parts.hostname or "localhost",
        port=port,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=starttls,
        use_ssl=parts.scheme == "smtps",
        timeout=TIMEOUT,
    )


def _deliver(server: EmailBackend, delivery: Delivery, now: datetime) -> str:
    told = {"opsboard.sort": delivery.sort, "opsboard.attempt": delivery.attempts}
    with tracer.start_as_current_span("mail", attributes=told) as span:
        try:
            letter = compose(delivery, now)
            _hand_over(server, delivery, letter, now)
        except Moot as reason:
            Delivery.objects.settle(delivery, "dropped", last_error=str(reason))
            return "dropped"
        except ServerDown as error:
            span.record_exception(error)
            span.set_status(trace.StatusCode.ERROR, "the mail server is down")
            Delivery.objects.retry(delivery, now, str(error))
            raise
        except Exception as error:  # One mail that cannot be written must not stop the others.
            span.record_exception(error)
            span.set_status(trace.StatusCode.ERROR)
            return _give_back(delivery, now, error)
        _settle(delivery, letter, now)
        return "sent"


@transaction.atomic
def _settle(delivery: Delivery, letter: Letter, now: datetime) -> None:
    mails = Delivery.objects
    if mails.settle(delivery, "sent", sent_at=now, subject=letter.subject, last_error=""):
        mails.told_by_digest(letter.held, now)


def _give_back(delivery: Delivery, now: datetime, error: Exception) -> str:
    if delivery.attempts >= MOST_ATTEMPTS:
        Delivery.objects.settle(delivery, "dropped", last_error=_in_words(error))
        return "dropped"
    Delivery.objects.retry(delivery, now, _in_words(error))
    return "retried"


def _hand_over(server: EmailBackend, delivery: Delivery, letter: Letter, now: datetime) -> None:
    """Give it to the server; what concerns this mail alone is raised as it is."""
    mail = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=settings.MAIL_FROM,
        to=[delivery.person.email],
        headers={
            "Message-ID": delivery.message_id,
            "Date": format_datetime(now),
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(letter.html, "text/html")
    try:
        server.open()
        server.send_messages([mail])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError):
        raise
    except (smtplib.SMTPException, OSError) as error:
        raise ServerDown(_in_words(error)) from error


def _hang_up(server: EmailBackend) -> None:
    try:
        server.close()
    except (smtplib.SMTPException, OSError):
        server.connection = None


def _in_words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
