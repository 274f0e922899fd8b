"""What mails say: current, masked for the reader, harmless whatever stands in the data."""

from datetime import timedelta

import pytest

from opsboard.alerts.models import Delivery
from opsboard.alerts.queries import derive
from opsboard.alerts.sending import Sent, send
from opsboard.exceptions.models import Severity
from opsboard.sync.models import Connection, Run, Stream
from tests.alerts.world import NEXT_WEEK, NOW, cause, html_of, line, links_of, reader, text_of

HOSTILE = 'Acme\r\nBcc: all@example.com\r\n\r\n<script>alert("1")</script> \u202e{{ firm }}'


@pytest.fixture
def mail(postbox):
    """Send what is due, give the mails of one sort."""

    def deliver(sort="instant"):
        derive(NOW)
        Delivery.objects.exclude(sort=sort).update(state="dropped")
        send(NOW)
        return postbox.mails

    return deliver


def test_an_alert_says_what_how_much_by_when_and_where(sofia, mail, settings):
    settings.ADDRESS = "https://opsboard.example.com/"
    group = cause(owner=sofia)
    (one,) = mail()
    text = text_of(one)
    assert one["Subject"] == "Yours to fix, due 17:00"
    assert "Customer 1 has no VAT number" in text
    assert "71 201 USD at risk, 3 entries, NQ-UK" in text
    assert "due today 17:00" in text
    link = f"https://opsboard.example.com/exceptions/{group.pk}"
    assert any(found.startswith(link) for found in links_of(one))
    assert link in text


def test_the_amount_is_the_one_at_the_time_of_sending(sofia, postbox):
    group = cause(owner=sofia)
    derive(NOW)
    group.value_at_risk = 999
    group.save()
    send(NOW)
    assert "999 USD at risk" in text_of(postbox.mails[0])


def test_a_late_one_says_how_late(sofia, mail):
    cause(owner=sofia, due_at=NOW - timedelta(minutes=80))
    (one,) = mail()
    assert one["Subject"] == "Yours to fix, and late"
    assert "1 h 20 late" in text_of(one)


@pytest.mark.parametrize("sort", ["instant", "digest"])
def test_amounts_are_masked_for_a_reader_without_their_class(marek, helen, mail, sort):
    money = {"cost_at_risk": 5150, "misstatement": 6160, "value_at_risk": 7170}
    for owner in (marek, helen):
        cause(owner.pk, owner=owner, workflow="integration", severity=Severity.CRITICAL, **money)
    mails = {one["To"]: one for one in mail(sort)}
    masked = mails["marek@example.com"]
    whole = masked.as_string() + text_of(masked) + html_of(masked)
    for amount in ("5 150", "6 160", "7 170", "5150", "6160", "7170"):
        assert amount not in whole
    assert "restricted" in text_of(masked)
    assert "restricted" in html_of(masked)
    assert "7 170" in text_of(mails["helen@example.com"])


def test_a_reader_of_bills_sees_bills_and_no_cost(sofia, mail):
    cause(owner=sofia, value_at_risk=0, cost_at_risk=5150)
    (one,) = mail()
    assert "restricted" in text_of(one)
    assert "5 150" not in text_of(one)


@pytest.mark.parametrize("sort", ["instant", "digest"])
def test_a_hostile_title_breaks_neither_headers_nor_page(sofia, mail, sort):
    cause(owner=sofia, title=HOSTILE, legal_entity="NQ\r\nX: y")
    (one,) = mail(sort)
    assert one["Bcc"] is None
    assert one["X"] is None
    assert one.reached == ["sofia@example.com"]
    assert "<script>" not in html_of(one)
    assert "&lt;script&gt;" in html_of(one)
    assert "\u202e" not in html_of(one) + text_of(one)
    assert "Acme Bcc: all@example.com" in text_of(one)
    assert "{{ firm }}" in text_of(one)


def test_a_hostile_name_and_address_reach_no_header(postbox, helen):
    bad = reader("eve", "billing", first_name="Eve\r\nBcc: all@example.com")
    worse = reader("mallory", "billing", email="m@example.com\r\nBcc: all@example.com")
    for person in (bad, worse):
        cause(person.pk, owner=person)
    derive(NOW)
    Delivery.objects.filter(sort="digest").delete()
    assert send(NOW) == Sent(sent=1, retried=1)
    (one,) = postbox.mails
    assert one["Bcc"] is None
    assert one["To"] == "eve@example.com"


@pytest.mark.parametrize("sort", ["instant", "digest"])
def test_subjects_hold_neither_amounts_nor_names(sofia, mail, sort):
    cause(owner=sofia)
    (one,) = mail(sort)
    for word in ("71", "Customer", "VAT", "NQ-UK", "Sofia"):
        assert word not in one["Subject"]


def test_the_digest_puts_the_late_first_and_counts_the_rest(sofia, helen, mail):
    cause(1, owner=sofia, due_at=NEXT_WEEK, severity=Severity.LOW)
    cause(2, owner=sofia, due_at=NOW - timedelta(hours=3), severity=Severity.LOW)
    for number in range(3, 15):
        cause(number, owner=sofia, due_at=NEXT_WEEK + timedelta(days=1), severity=Severity.LOW)
    cause(30, owner=helen, due_at=NOW - timedelta(hours=1))
    cause(31, owner=sofia, state="resolved", settled_at=NOW - timedelta(hours=1))
    mine = next(one for one in mail("digest") if one["To"] == "sofia@example.com")
    text = text_of(mine)
    assert mine["Subject"] == "Your exceptions, Thu 2 July"
    assert "14 causes wait for you: 1 is late." in text
    assert text.index("Customer 2 has") < text.index("Customer 1 has")
    assert "3 h late" in text
    assert "2 more fall due later" in text
    assert "Elsewhere 1 cause open, 1 of them late" in text
    assert "1 cause cleared on proof" in text


def test_the_digest_says_what_was_held_back_and_says_it_once(sofia, postbox):
    for number in range(32):
        cause(number, owner=sofia)
    derive(NOW)
    send(NOW)
    digest = next(one for one in postbox.mails if "exceptions" in one["Subject"])
    alerts = [one for one in postbox.mails if one is not digest]
    assert len(alerts) == 20
    assert "Held back for this digest: 12 alerts." in text_of(digest)
    assert "12 more causes held back" in text_of(alerts[0])
    postbox.mails.clear()
    tomorrow = NOW + timedelta(days=1)
    derive(tomorrow)
    send(tomorrow)
    (digest,) = postbox.mails
    assert "Held back" not in text_of(digest)


def test_after_days_without_a_server_one_digest_is_sent(sofia, postbox):
    cause(owner=sofia, severity=Severity.LOW, due_at=NEXT_WEEK)
    for days in range(3):
        derive(NOW + timedelta(days=days))
    assert send(NOW + timedelta(days=2)) == Sent(sent=1, dropped=2)


def test_a_stopped_feed_names_the_remedy_and_leads_to_the_system(marek, mail):
    erp = Connection.objects.create(
        slug="erp", title="Tryton", connector="tryton", system="erp", role="erp"
    )
    stream = Stream.objects.create(
        connection=erp, name="party", kind="party", state="stopped", remedy="Renew the <password>."
    )
    Run.objects.create(stream=stream, state="stopped", started_at=NOW, ended_at=NOW)
    (one,) = mail("stream")
    assert "Tryton has stopped giving 1 feed." in text_of(one)
    assert "party: Renew the <password>." in text_of(one)
    assert "Renew the &lt;password&gt;." in html_of(one)
    assert any("/systems/" in link for link in links_of(one))
    assert one["Subject"] == "A feed has stopped and needs a person"


def test_a_feed_that_runs_again_is_not_told(marek, postbox):
    erp = Connection.objects.create(
        slug="erp", title="Tryton", connector="tryton", system="erp", role="erp"
    )
    stream = Stream.objects.create(connection=erp, name="party", kind="party", state="stopped")
    derive(NOW)
    stream.state = "ready"
    stream.save()
    assert send(NOW) == Sent(dropped=1)


def test_the_next_step_is_the_controls_own(sofia, mail):
    from opsboard.controls.catalogue import catalogue

    code, control = next(iter(catalogue().items()))
    line(cause(owner=sofia, control=code), "commented")
    (one,) = mail()
    assert f"Next step: {' '.join(control.remediation[0].split())}" in text_of(one)
