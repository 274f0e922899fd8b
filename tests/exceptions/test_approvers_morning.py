"""A waiver from asking to its approval, by keyboard alone, at a desk and on a telephone."""

import os

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction

from opsboard.config import using
from opsboard.exceptions.models import Group
from tests.cast import CONFIG, NOW, hanging, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WHY = "The client pays in July by agreement; the letter is attached."


@pytest.fixture
def world(transactional_db):
    with using(CONFIG), time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def visit(chrome, live_server, client, world):
    """A page as somebody; what the browser complains of fails the test."""
    contexts, complaints = [], []

    def opened(who, address, **how):
        client.force_login(person(who))
        context = chrome.new_context(**{"viewport": {"width": 1440, "height": 1000}, **how})
        contexts.append(context)
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + address)
        return page

    yield opened
    for context in contexts:
        context.close()
    # Taking a picture writes styles of its own.
    expected = "inline style" if os.environ.get("PICTURES") else "nothing"
    assert not [one for one in complaints if expected not in one]


def picture(page, name):
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_waiver_is_asked_for_and_approved_by_keyboard(visit):
    group = hanging([1000, 500], severity=2)
    address = f"/exceptions/{group.pk}/"
    page = visit("sofia", address)
    picture(page, "open")
    page.keyboard.press("w")
    page.wait_for_selector("dialog:modal")
    picture(page, "asking")
    assert page.evaluate("document.activeElement.name") == "reason_code"
    page.keyboard.type("Timing")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("08072026")
    page.fill("#act-evidence", "letter 7")
    page.fill("#act-narrative", "Too short")
    page.press("#act-narrative", "Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog:modal .wrong")
    picture(page, "wrong")
    page.fill("#act-until", "2026-07-08")
    page.fill("#act-narrative", WHY)
    page.press("#act-narrative", "Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".decisions")
    picture(page, "asked")
    assert Group.objects.get().state == "pending_approval"

    page = visit("helen", "/exceptions/?state=decide")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")
    page.keyboard.press("e")
    page.wait_for_selector("#act-note")
    page.keyboard.type("Letter seen")
    picture(page, "approving")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Waiver approved.")
    picture(page, "waived")
    assert Group.objects.get().state == "waived"


def test_escape_keeps_nothing_and_says_so_where_something_was_written(visit):
    group = hanging([1000])
    page = visit("sofia", f"/exceptions/{group.pk}/")
    page.keyboard.press("w")
    page.wait_for_selector("dialog:modal")
    page.fill("#act-narrative", "Half a sentence")
    page.keyboard.press("Escape")
    page.wait_for_selector("text=Nothing was sent")
    assert page.locator("dialog:modal").count() == 0
    assert "Ask for waiver" in page.evaluate("document.activeElement.textContent")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_waiver_fits_a_telephone(visit, scheme):
    group = hanging([1000])
    how = {"viewport": {"width": 390, "height": 844}, "color_scheme": scheme}
    page = visit("sofia", f"/exceptions/{group.pk}/?act=ask", **how)
    page.wait_for_selector("dialog:modal")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    picture(page, f"narrow-{scheme}")


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_what_is_asked_and_decided(visit, width, scheme):
    how = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    group = hanging([1000])
    address = f"/exceptions/{group.pk}/"
    page = visit("sofia", f"{address}?act=ask", **how)
    page.wait_for_selector("dialog:modal")
    page.press("#act-narrative", "Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog:modal .wrong")
    assert not violations(page)
    page.goto(page.url.partition("?")[0] + "?act=wait")
    group.acknowledge(by=person("sofia"))
    page.reload()
    page.wait_for_selector("#act-waiting_on")
    assert not violations(page)
    with transaction.atomic():
        group.refresh_from_db()
        group.propose_false_positive(by=person("sofia"), narrative=WHY, guard="x", evidence="y")
    for who, query in (("sofia", ""), ("helen", "?act=approve")):
        page = visit(who, address + query, **how)
        page.wait_for_selector(".decisions")
        assert not violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def violations(page):
    options = {"resultTypes": ["violations"], "preload": False}
    found = Axe().run(page, options=options)
    return found.generate_report() if found.violations_count else ""


def test_without_script_the_form_stands_in_the_page(visit):
    group = hanging([1000])
    page = visit("sofia", f"/exceptions/{group.pk}/?act=ask", java_script_enabled=False)
    assert page.locator("#act-narrative").is_visible()
    picture(page, "plain")
