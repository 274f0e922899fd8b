"""axe-core finds nothing on the page of the made-up firm, light or dark, wide or narrow."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.cast import person
from tests.launch.test_presenting import TRUTH, folder, open_firm  # noqa: F401
from tests.ui.test_axe import OPTIONS, SIZES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("address", ["/demo/", TRUTH])
def test_axe_finds_nothing(chrome, live_server, client, open_firm, address, size, scheme):  # noqa: F811
    client.force_login(person("helen"))
    value = client.cookies["sessionid"].value
    context = chrome.new_context(viewport=size, color_scheme=scheme)
    context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + address)
    assert page.locator("h1").inner_text().startswith("In the made-up firm")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page, options=OPTIONS)
    assert not found.violations_count, found.generate_report()
    context.close()
