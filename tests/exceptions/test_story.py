"""The demo's story (domain.md G.6) walked by hand up to the waiver, each step by who takes it.

Costs are missing in HR, one night's postings were lost, and an invoice is held: asked of HR, mended
there, seen clear; sent again with an approval; and one difference accepted by a second person. The
firm is small; everything else is as in the demo.
"""

import re
from contextlib import ExitStack
from datetime import timedelta
from threading import Thread

import django_rq
import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import expect

from connectors.northquay import clock as firm_clock
from connectors.northquay.serving import Service
from opsboard import clock, pipeline
from opsboard.config import using
from opsboard.exceptions.models import Decision, Group, SubTask
from opsboard.people.demo import settle_demo_people
from opsboard.people.models import Person
from opsboard.sync.models import Pipeline

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DEMO = django_settings.ROOT / "deploy/demo.toml"
FAULTS = '["rates.cost_rate_gap", "time.posting_burst", "billing.blocked_master_data"]'
WHY = "The posting service was down that night and has been up again since."


@pytest.fixture
def story(chrome, live_server, settings, tmp_path, monkeypatch):
    settings.DEMO, settings.ADDRESS = True, live_server.url
    told = DEMO.read_text().replace('size = "default"', f'size = "tiny"\nfaults = {FAULTS}')
    place = tmp_path / "opsboard.toml"
    place.write_text(told.replace("../.state/northquay", "northquay"))
    monkeypatch.setenv(clock.FOLDER, str(tmp_path / "northquay"))
    queue = django_rq.get_queue("default")
    queue.empty()
    with ExitStack() as ends:
        ends.enter_context(using(place))
        service = ends.enter_context(Service(tmp_path / "northquay"))
        thread = Thread(target=service.serve_forever)
        thread.start()
        ends.callback(thread.join)
        ends.callback(service.shutdown)
        yield Story(chrome, live_server.url, tmp_path / "northquay", ends)
    queue.empty()


class Story:
    def __init__(self, chrome, site, folder, ends):
        self.chrome, self.site, self.folder, self.ends = chrome, site, folder, ends
        pipeline.pull()
        settle_demo_people()
        pipeline.reconcile()

    def desk(self, name):
        """Somebody's own browser, let in by the demo's door."""
        context = self.chrome.new_context(viewport={"width": 1440, "height": 1000})
        self.ends.callback(context.close)
        context.set_default_timeout(10_000)
        door = Client()
        door.force_login(Person.objects.get(username=name))
        cookie = door.cookies[django_settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": django_settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.site}]
        )
        return context.new_page()

    def address(self, group):
        return f"{self.site}/exceptions/{group.pk}/"

    def hours_pass(self, hours):
        firm_clock.advance(self.folder, by=timedelta(hours=hours))
        self.turn()

    def turn(self):
        """What the worker does with a turn that somebody asked for; a scheduled one otherwise."""
        pipeline.request(trigger="schedule")
        for waiting in Pipeline.objects.filter(state=Pipeline.State.QUEUED):
            pipeline.run_pipeline(waiting.pk)
            waiting.refresh_from_db()
            assert waiting.state == Pipeline.State.DONE, waiting.error


def fill(page, **fields):
    for label, value in fields.items():
        page.locator("#acting").get_by_label(label.replace("_", " ")).first.fill(value)


def act(page, button):
    page.locator("#acting").get_by_role("button", name=button).click()


def test_the_story_is_walked_by_hand(story):
    helen, aisha, marek, sofia = map(story.desk, ("helen", "aisha", "marek", "sofia"))
    ask_hr(story, helen, aisha)
    mend_in_hr(story, helen)
    send_the_burst_again(story, marek, helen)
    accept_one(story, sofia, helen, story.desk("owen"))


def ask_hr(story, helen, aisha):
    """The controller takes the missing rate on and asks HR for its part; HR answers."""
    group = Group.objects.unsettled().filter(cause="cost_rate_missing").order_by("-children")[0]
    helen.goto(story.address(group))
    expect(helen.locator("h1")).to_contain_text(group.title)
    helen.get_by_role("button", name="Assign to me").click()
    expect(helen.locator("main")).to_contain_text("Helen Marsh")
    helen.get_by_role("link", name="Ask another team").click()
    helen.locator("#acting").get_by_label("Team", exact=True).select_option("people")
    fill(helen, What_is_needed="Enter the cost rate of this person for June in HR.")
    act(helen, "Ask the team")
    expect(helen.locator("#subtasks")).to_contain_text("People operations")
    group.refresh_from_db()
    assert (group.state, group.owner.username) == ("waiting_source", "helen")

    aisha.goto(f"{story.site}/exceptions/asked/")
    expect(aisha.locator("main")).to_contain_text("Enter the cost rate of this person")
    aisha.get_by_role("button", name="Take it").click()
    aisha.get_by_text("Answer…").click()
    aisha.get_by_label("What was done, and where").fill("Rate entered in HR for June.")
    aisha.get_by_role("button", name="Answer").click()
    expect(aisha.locator("main")).to_contain_text("Nothing is asked of you.")
    assert SubTask.objects.get().state == "done"
    helen.goto(story.address(group))
    expect(helen.locator("#subtasks")).to_contain_text("Rate entered in HR for June.")


def mend_in_hr(story, helen):
    """Said is not done: only the next reading clears it, for the answer as for the claim."""
    before = Group.objects.unsettled().filter(cause="cost_rate_missing").count()
    story.turn()
    assert Group.objects.unsettled().filter(cause="cost_rate_missing").count() == before > 0
    helen.goto(f"{story.site}/demo/?truth=shown")
    firm_clock.mend(story.folder, "rates.cost_rate_gap")
    story.hours_pass(1)
    assert not Group.objects.unsettled().filter(cause="cost_rate_missing").exists()
    helen.goto(f"{story.site}/exceptions/?state=resolved")
    expect(helen.locator("main")).to_contain_text("cost rate")


def send_the_burst_again(story, marek, helen):
    """The engineer prepares and sends, the controller approves, the ledger proves it."""
    group = Group.objects.unsettled().filter(cause="message_dead_lettered").order_by("-children")[0]
    marek.goto(story.address(group))
    marek.get_by_role("link", name="Prepare replay").click()
    expect(marek.locator("#acting")).to_contain_text("will be sent again")
    fill(marek, Why_it_will_arrive="too short")
    act(marek, "Ask for the replay")
    expect(marek.locator("#acting")).to_contain_text("Say in a sentence why")
    fill(marek, Why_it_will_arrive=WHY)
    act(marek, "Ask for the replay")
    expect(marek.locator("main")).to_contain_text("Waits for approval")

    helen.goto(story.address(group))
    helen.get_by_role("link", name="Approve…").click()
    helen.locator("#acting").locator("textarea").fill("Seen the run of that night.")
    act(helen, "Approve")
    expect(helen.locator("#resent")).to_contain_text("does not carry this out")

    marek.goto(story.address(group))
    marek.get_by_role("button", name=re.compile("Send .* message")).click()
    expect(marek.locator("#resent")).to_contain_text("being sent")
    story.turn()
    story.hours_pass(2)
    marek.reload()
    expect(marek.locator("h1")).to_contain_text("resolved on proof")
    decision = Decision.objects.get(sort="replay")
    assert decision.state == "ended"
    assert {row.answer for row in decision.redrives.all()} == {"Applied."}


def accept_one(story, sofia, helen, owen):
    """Billing asks to accept what is a matter of time; it weighs enough for two who approve."""
    group = Group.objects.unsettled().filter(team="billing").order_by("-value_at_risk")[0]
    sofia.goto(story.address(group))
    sofia.get_by_role("link", name=re.compile("Ask for waiver")).click()
    form = sofia.locator("#acting")
    form.locator("select").first.select_option("timing")
    form.locator("textarea").first.fill("It is issued with the next cycle; the customer knows it.")
    form.get_by_label("Evidence").fill("https://erp.example.com/cycle/7")
    ends = (firm_clock.read(story.folder).as_of + timedelta(days=5)).date()
    form.locator("input[type=date]").fill(ends.isoformat())
    act(sofia, "Ask for the waiver")
    expect(sofia.locator("main")).to_contain_text("Waits for approval")

    approve(story, helen, group)
    expect(helen.locator("main")).to_contain_text("a second person must")
    group.refresh_from_db()
    assert group.state == "pending_approval"
    approve(story, owen, group)
    expect(owen.locator("main")).to_contain_text("approved the waiver")
    group.refresh_from_db()
    assert group.state == "waived"


def approve(story, page, group):
    page.goto(story.address(group))
    page.get_by_role("link", name="Approve…").click()
    page.locator("#acting").locator("textarea").fill("Agreed; it is billed with the next cycle.")
    act(page, "Approve")
