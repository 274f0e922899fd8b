import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = [file for file in (ROOT / "templates").rglob("*.html") if file.parent.name != "alerts"]
STATIC = ROOT / "opsboard" / "ui" / "static"
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|oklab|lab|lch)a?\(", re.IGNORECASE)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/people/sign-in", 200),
        ("/nowhere", 404),
        ("/systems/", 200),
        ("/systems/?runs_before=x", 200),
        ("/systems/erp?runs_before=x", 400),
        ("/controls/", 200),
        ("/controls/TP01", 200),
        ("/controls/XX99", 404),
    ],
)
def test_every_page_forbids_what_is_inline_or_from_elsewhere(client, marek, erp, address, status):
    if status != 200 or "sign-in" not in address:
        client.force_login(marek)
    response = client.get(address)
    assert response.status_code == status
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert {"default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} < set(
        policy.split("; ")
    )
    page = response.content.decode()
    assert not re.search(r"<script(?![^>]*(src=|application/json))", page)
    assert not re.search(r"\son\w+=|\sstyle=|javascript:", page)


@pytest.mark.parametrize(
    "address", ["/", "/exceptions/", "/systems/erp", "/controls/TP01", "/nowhere"]
)
def test_a_page_of_somebody_is_kept_by_nobody(client, marek, erp, address):
    client.force_login(marek)
    assert client.get(address)["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_templates_hold_neither_style_nor_script_nor_handler(file):
    text = file.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", text)
    assert not re.search(r"<script(?![^>]*src=)", text)
    assert "|safe" not in text


@pytest.mark.parametrize("file", sorted(STATIC.glob("css/*.css")), ids=lambda file: file.name)
def test_colours_stand_in_one_file(file):
    text = re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.DOTALL)
    # A mask is a shape; its address is no colour.
    text = re.sub(r'url\("data:[^"]*"\)', "", text)
    if file.name != "tokens.css":
        assert not COLOUR.findall(text)
    assert text.count("\n") < 150
    assert "!important" not in text


def test_every_stylesheet_is_in_the_one_that_is_linked():
    layers = (STATIC / "css" / "layers.css").read_text()
    files = {file.name for file in STATIC.glob("css/*.css")} - {"layers.css"}
    assert set(re.findall(r'@import url\("([\w.-]+)"\)', layers)) == files


@pytest.mark.parametrize("file", sorted(STATIC.glob("js/*.js")), ids=lambda file: file.name)
def test_scripts_stay_small(file):
    assert file.read_text().count("\n") < 60


def test_the_plotting_library_is_served_packed_and_for_good(client):
    response = client.get("/ui/plotly-1.js", headers={"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert "immutable" in response["Cache-Control"]
    assert len(response.content) < 2_000_000


def test_a_refusal_under_htmx_is_a_toast_and_leaves_the_page_alone(client, somebody, erp):
    client.force_login(somebody("auditor"))
    response = client.post("/systems/pull", headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Reswap"]) == (403, "none")
    page = response.content.decode()
    assert page.startswith('<div class="toasts" id="toasts" hx-swap-oob="beforeend">')
    assert "To pull is for integration support" in page


def test_the_sheet_keeps_the_readers_choice_and_refuses_others(client):
    response = client.post("/ui/sheet", {"theme": "dark", "next": "/people/sign-in"})
    assert response["Location"] == "/people/sign-in"
    assert '<html lang="en-GB" data-theme="dark">' in client.get("/people/sign-in").content.decode()
    client.post("/ui/sheet", {"theme": 'x" onload="alert(1)'})
    assert "data-theme" not in client.get("/people/sign-in").content.decode()


def test_a_choice_never_leads_elsewhere(client):
    for wanted in ["https://evil.example/", "//evil.example", "javascript:alert(1)"]:
        assert client.post("/ui/sheet", {"keys": "off", "next": wanted})["Location"] == "/"
