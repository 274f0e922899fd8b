"""The billing specialist's morning, by keyboard alone."""

from datetime import timedelta

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from opsboard.config import using
from opsboard.exceptions.models import Group, History
from tests.cast import CONFIG, NOW, hanging, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "Sent the VAT number to the ERP, ticket 7"


@pytest.fixture(autouse=True)
def morning():
    with using(CONFIG), time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def page(chrome, live_server, client):
    """The queue as Sofia sees it when she sits down; nothing may complain in the console."""
    contexts, complaints = [], []

    def visit(address="/exceptions/", width=1440):
        client.force_login(person("sofia"))
        context = chrome.new_context(viewport={"width": width, "height": 1000})
        contexts.append(context)
        value = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        made = context.new_page()
        made.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        made.on("pageerror", lambda error: complaints.append(str(error)))
        made.goto(live_server.url + address)
        return made

    visit.is_lenient = False
    yield visit
    for context in contexts:
        context.close()
    assert visit.is_lenient or not complaints, "\n".join(complaints)


@pytest.fixture
def work():
    """Five causes of one control, largest first; one more that another control found."""
    of = {"workflow": "billing", "control": "BL01", "cause": "customer_tax_id_missing"}
    groups = [
        hanging([value], title=f"Customer {value} has no VAT number", **of)
        for value in (900, 800, 700, 600, 500)
    ]
    hanging([100], title="Somebody has no cost rate")
    return groups


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_a_morning_by_keyboard_alone(page, work):
    sofia = person("sofia")
    desk = page()
    press(desk, "j")
    expect(desk.locator("[aria-selected=true]")).to_contain_text("Customer 900")
    press(desk, "e")
    expect(desk.locator(".toast")).to_contain_text("Acknowledged: Customer 900")
    # After an act the next row is under the cursor.
    expect(desk.locator("[aria-selected=true]")).to_contain_text("Customer 800")
    press(desk, "a")
    expect(desk.locator("[aria-selected=true]")).to_contain_text("Customer 700")
    press(desk, "o")
    expect(desk.locator("tr.fanned:visible")).to_contain_text("follow this row")
    press(desk, "x", "j", "x")
    bar = desk.locator("#bulkbar")
    expect(bar).to_contain_text("2 causes picked: 2 records, 1\u00a0300\u00a0USD")
    press(desk, "f")
    expect(bar.get_by_label("What was changed, and where")).to_be_focused()
    desk.keyboard.type(WORDS)
    press(desk, "Tab", "Enter")
    expect(desk.locator(".toast").last).to_contain_text("2 claimed as fixed.")
    claimed = Group.objects.filter(state="fix_claimed")
    assert set(claimed) == {work[2], work[3]}
    assert History.objects.filter(verb="claimed", by=sofia, note=WORDS).count() == 2
    work[1].refresh_from_db()
    assert work[1].owner == sofia


def test_what_was_handed_over_comes_back_with_z(page, work):
    person("helen")
    desk = page()
    press(desk, "j", "x", "j", "x")
    expect(desk.locator("#bulkbar")).to_contain_text("2 causes picked")
    desk.wait_for_timeout(100)
    press(desk, "a")
    expect(desk.get_by_label("To", exact=True)).to_be_focused()
    desk.keyboard.type("Helen")
    press(desk, "Tab", "Tab", "Enter")
    expect(desk.locator(".toast")).to_contain_text("2 assigned to Helen Marsh.")
    press(desk, "z")
    expect(desk.locator(".toast")).to_contain_text("Undone: 2 given back.")
    assert not Group.objects.filter(owner__isnull=False).exists()


def test_a_stretch_is_picked_with_shift_and_let_go(page, work):
    desk = page()
    ticks = desk.locator(".picking .tick input")
    ticks.nth(0).click()
    ticks.nth(3).click(modifiers=["Shift"])
    expect(desk.locator("#bulkbar")).to_contain_text("4 causes picked")
    desk.get_by_role("button", name="Pick all of this filter").click()
    expect(desk.locator("#bulkbar")).to_contain_text("6 causes picked")
    desk.get_by_role("link", name="Let go").click()
    expect(desk.locator("#bulkbar")).to_be_empty()
    assert not any(tick.is_checked() for tick in ticks.all())


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_bar_and_its_form(page, work, width, scheme):
    # What axe does to the page itself, the policy refuses.
    page.is_lenient = True
    desk = page(width=width)
    desk.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    press(desk, "j", "x")
    expect(desk.locator("#bulkbar")).to_contain_text("1 cause picked")
    found = [Axe().run(desk)]
    press(desk, "w")
    desk.locator("#asking-title").wait_for()
    found.append(Axe().run(desk))
    assert not [one.generate_report() for one in found if one.violations_count]
    assert desk.evaluate("document.documentElement.scrollWidth") <= width


def test_without_script_the_ticks_lead_to_a_page(chrome, live_server, client, work):
    client.force_login(person("sofia"))
    context = chrome.new_context(java_script_enabled=False)
    value = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
    desk = context.new_page()
    desk.goto(f"{live_server.url}/exceptions/")
    desk.locator(".picking .tick input").nth(0).check()
    desk.locator(".bulkbar button", has_text="Acknowledge…").click()
    expect(desk.locator("h1")).to_contain_text("Acknowledge: 1")
    desk.get_by_role("button", name="Acknowledge for 1").click()
    expect(desk.locator(".toast")).to_contain_text("1 acknowledged.")
    assert Group.objects.get(state="acknowledged") == work[0]
    context.close()


def test_a_cause_of_another_is_told_to_whoever_comes_second(page, work):
    desk = page()
    press(desk, "j")
    Group.objects.get(pk=work[0].pk).acknowledge(by=person("helen"))
    press(desk, "e")
    expect(desk.locator(".toast")).to_contain_text("Not saved: Helen Marsh acknowledged it")


def test_what_is_counted_apart_arrives_by_itself(page):
    for number in range(60):
        hanging([10], title=f"Customer {number} has no VAT number", due_at=NOW + timedelta(hours=2))
    made = page()
    expect(made.locator("#views li").filter(has_text="All open")).to_have_text("All open 60")
    expect(made.locator("#answered")).to_contain_text("value at risk 600")
    expect(made.locator("tbody.day th")).to_have_text("Due today 60 causes")
    expect(made.locator("tbody.day")).to_have_count(1)
