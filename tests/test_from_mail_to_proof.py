"""One exception as its people meet it: mailed, found in the queue, assigned, claimed, proven."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils.timezone import now
from holidays import country_holidays
from playwright.sync_api import expect

from opsboard import pipeline
from opsboard.config import using
from opsboard.exceptions.models import Group
from opsboard.people.models import Person
from tests.alerts.world import Postbox, serving
from tests.firm import CONFIGURATION

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long pass phrase 7"
ALERTS = """
[[alert]]
role = "controller"
instant = "medium"
digest = "07:30"
"""


def next_working_morning():
    """Ten o'clock in London: later in the day a deadline may fall on the next, and mail waits.

    It lies ahead, since the browser goes by the real clock and keeps no cookie of the past.
    """
    day = datetime.now(UTC).date() + timedelta(days=1)
    off = country_holidays("GB", subdiv="ENG", years=[day.year, day.year + 1])
    while day.weekday() > 4 or day in off:
        day += timedelta(days=1)
    return datetime.combine(day, time(10), ZoneInfo("Europe/London"))


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(next_working_morning(), tick=True):
        yield


@pytest.fixture
def postbox(settings):
    box = Postbox()
    with serving(box) as settings.SMTP_URL:
        yield box


@pytest.fixture
def helen(committed_firm):
    person = Person(
        username="helen",
        first_name="Helen",
        last_name="Marsh",
        email="helen@northquay.example",
        role="controller",
        team_id="finance",
    )
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def page(chrome, live_server, settings):
    settings.ADDRESS = live_server.url
    context = chrome.new_context(viewport={"width": 1440, "height": 1000})
    yield context.new_page()
    context.close()


def read_everything_up_to(firm, at):
    firm.now = at
    firm.read_up_to(at)


def alerts(postbox):
    """The mails about one cause; the morning's digest may have come as well."""
    return [mail for mail in postbox.mails if mail["Subject"].startswith("Yours")]


def link_of(mail, site):
    """Where the mail leads; the amount stands in its text alone, never in its subject."""
    assert mail["To"] == "helen@northquay.example"
    assert "48" not in mail["Subject"]
    text = mail.get_body(("plain",)).get_content()
    assert "48 000" in text.replace("\u00a0", " ")
    [link] = set(re.findall(rf"{site}/exceptions/\d+/?", text))
    return link


def sign_in(page, link):
    page.goto(link)
    page.get_by_label("User name or work e-mail").fill("helen")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{link}*")


def find_in_the_queue(page, link, site):
    page.goto(f"{site}/exceptions/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{link}*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("never posted")


def take_and_claim(page):
    page.get_by_role("button", name="Assign to me").click()
    expect(page.locator("main")).to_contain_text("because Helen Marsh assigned it")
    page.get_by_role("link", name="Claim fix").click()
    page.locator("#acting textarea").fill("Posted again from the PSA, batch 12.")
    page.locator("#acting").get_by_role("button", name="Claim fix").click()
    expect(page.locator("main")).to_contain_text("Fix claimed")


def test_a_controller_follows_the_mail_and_the_ledger_proves_the_fix(
    committed_firm, helen, postbox, page, live_server
):
    firm = committed_firm
    read_everything_up_to(firm, now())
    last_week = datetime.now(UTC) - timedelta(days=6)
    with using(CONFIGURATION + ALERTS):
        firm.say("time_entry", "TE-1", bill_rate="6000", approved_at=last_week)
        firm.reconcile("TP01")
        pipeline.tell(now())

        [mail] = alerts(postbox)
        link = link_of(mail, live_server.url)
        sign_in(page, link)
        find_in_the_queue(page, link, live_server.url)
        take_and_claim(page)

        firm.say("project_actual", "1", source_key="psa:TE-1")
        read_everything_up_to(firm, now())
        firm.reconcile("TP01")
        page.reload()
        expect(page.locator("main")).to_contain_text("Resolved on proof")
        assert Group.objects.get().state == "resolved"
        pipeline.tell(now())
        assert len(alerts(postbox)) == 1
