"""What only a browser can tell: the keys, the policy, and that nothing runs off the side."""

import pytest

from opsboard.people.models import Person
from opsboard.sync.models import Stream
from tests.ui.conftest import refuse

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LISTEN = """addEventListener("securitypolicyviolation", (event) =>
    console.error("policy " + event.violatedDirective + " " + event.blockedURI))"""


@pytest.fixture
def open_page(chrome, live_server, client, marek):
    """A page as Marek, who is signed in; whatever the browser complains of fails the test."""
    complaints, contexts = [], []

    def visit(address, person: Person = marek, **how):
        client.force_login(person)
        context = chrome.new_context(**{"viewport": {"width": 1440, "height": 1000}, **how})
        contexts.append(context)
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.add_init_script(LISTEN)
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + address)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def systems(erp):
    refuse(Stream.objects.get(name="invoice"), 1)
    refuse(Stream.objects.get(name="invoice"), 2)


def test_j_and_k_move_and_enter_opens(open_page, systems):
    page = open_page("/systems/erp")
    rows = page.locator("[data-row]")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert rows.nth(1).get_attribute("aria-selected") == "true"
    page.keyboard.press("k")
    assert rows.nth(0).get_attribute("aria-selected") == "true"
    page.keyboard.press("o")
    assert page.locator("details.came").nth(0).get_attribute("open") is not None


def test_enter_opens_the_picked_row(open_page, systems):
    page = open_page("/systems/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/systems/erp")


def test_the_list_of_keys_is_that_of_the_page(open_page, systems):
    page = open_page("/systems/")
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    listed = page.locator("#help dt").all_inner_texts()
    assert {"Next, previous row", "Pull now", "Go to Systems", "Find"} <= set(listed)
    page.keyboard.press("Escape")
    assert not page.locator("#help").is_visible()


def test_keys_rest_in_fields_and_when_switched_off(open_page, systems):
    page = open_page("/systems/")
    page.keyboard.press("/")
    page.keyboard.type("jj?")
    assert page.locator("#find").input_value() == "jj?"
    assert page.locator("[aria-selected=true]").count() == 0
    page.locator(".menu.person summary").click()
    page.get_by_role("button", name="Switch keys off").click()
    page.wait_for_load_state()
    page.keyboard.press("j")
    assert page.locator("[aria-selected=true]").count() == 0


def test_dark_is_chosen_and_kept(open_page, systems):
    page = open_page("/systems/", color_scheme="light")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator(".menu.person summary").click()
    page.locator(".menu.person").get_by_role("button", name="Dark sheet").click()
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before


def test_an_act_says_what_it_did_and_the_words_can_be_closed(open_page, systems, turns):
    page = open_page("/systems/erp")
    page.get_by_role("button", name="Replay", exact=True).first.click()
    toast = page.locator(".toast")
    assert "will be read again with the next turn" in toast.inner_text()
    toast.get_by_role("button", name="Close").click()
    assert not toast.count()


@pytest.mark.parametrize("address", ["/systems/", "/systems/erp", "/controls/", "/controls/TP01"])
def test_on_a_narrow_screen_nothing_runs_off_the_side(open_page, systems, address):
    page = open_page(address, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".menu.only-narrow").is_visible()


def test_a_figure_is_drawn_under_the_policy(open_page, helen):
    from tests.cast import hanging

    hanging([100, 200])
    page = open_page("/", helen)
    page.wait_for_selector("[data-figure] .plot-container svg")
    fills = page.evaluate(
        "[...document.querySelectorAll('[data-figure] .point path')].map(e => e.style.fill)"
    )
    assert fills
    assert all(fill.startswith("rgb(") for fill in fills)
