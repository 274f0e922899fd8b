"""axe-core finds nothing on any page, light or dark, wide or narrow (WCAG 2.0 to 2.2 A, AA)."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe

from opsboard.exceptions.models import Group, State
from opsboard.people.models import Person
from opsboard.records.models import Entity, Merge, Proposal
from opsboard.sync.models import Connection
from opsboard.traces.models import Span
from tests.cast import NOW, cause, hanging, person, resolved, told
from tests.ui.conftest import refuse, stream

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
# Preloading serves one experimental rule, and asks for style sheets where none are.
OPTIONS = {
    "runOnly": {"type": "tag", "values": LEVELS},
    "resultTypes": ["violations"],
    "preload": False,
}
SIZES = {1440: {"width": 1440, "height": 1000}, 390: {"width": 390, "height": 844}}
# Its address, and words of its headline: axe must have looked at that page and at no other.
PAGES = {
    "sign-in": ("/people/sign-in", "records agree"),
    "sign-in refused": ("/people/sign-in", "records agree"),
    "home": ("/", "stand at risk"),
    "queue": ("/exceptions/", "Exceptions"),
    "queue, a row unfolded": ("/exceptions/", "Exceptions"),
    "queue, keys listed": ("/exceptions/", "Exceptions"),
    "queue, resolved": ("/exceptions/?state=resolved", "Exceptions"),
    "queue, nothing found": ("/exceptions/?q=nothing+is+called+so", "Exceptions"),
    "queue, not understood": ("/exceptions/?severity=loud", "does not understand"),
    "cause": ("/exceptions/{cause}/", "cannot post"),
    "cause, claim form": ("/exceptions/{cause}/?act=claim", "cannot post"),
    "cause, claim refused": ("/exceptions/{cause}/?act=claim", "cannot post"),
    "cause, assign form": ("/exceptions/{cause}/?act=assign", "cannot post"),
    "cause, ask a team": ("/exceptions/{cause}/?act=seek", "cannot post"),
    "cause, split": ("/exceptions/{cause}/?act=split", "cannot post"),
    "asked": ("/exceptions/asked/", "No other team waits"),
    "mentions": ("/exceptions/mentions/", "Nobody calls you"),
    "fixes": ("/exceptions/problems/", "permanent fix"),
    "cause, settled": ("/exceptions/{settled}/", "resolved on proof"),
    "item": ("/exceptions/{judged}/", "was never posted"),
    "away": ("/people/away/", "Nobody is on record as away"),
    "systems": ("/systems/", "No system is fresh"),
    "system": ("/systems/erp", "waits for a person"),
    "system, a refused row": ("/systems/erp", "waits for a person"),
    "controls": ("/controls/", "controls ran"),
    "control": ("/controls/TP01", "Approved time not posted"),
    "matches": ("/matches/", "wait"),
    "statements": ("/statements/", "add up"),
    "statement": ("/statements/R01", "unexplained"),
    "statement, rows": (
        "/statements/R01/rows?entity=NQ-UK&period=2026-06-01&currency=h&column=closing",
        "up to 8.00 hours",
    ),
    "traces": ("/traces/", "leaves its hops"),
    "trace": ("/traces/ob-1", "1 hop of 2 failed"),
    "trace, unknown": ("/traces/ob-2", "No hop is known"),
    "not found": ("/nowhere", "Nothing stands at"),
    "not understood": ("/systems/erp?runs_before=x", "was not understood"),
    "forbidden": ("/systems/", "not open to you"),
    "failed": ("/failing", "failed to make"),
    "forged": ("/people/sign-in", "too old"),
}
VISITORS = {"sign-in", "sign-in refused", "forged"}


@pytest.fixture
def scene(committed_firm, settings):
    """Something of everything that a page can show; the addresses of what was made."""
    settings.ROOT_URLCONF = "tests.ui.answers"
    judged = judge(committed_firm)
    helen = person("helen")
    group = hanging([1200, 800, 50_000])
    told(group, "found")
    told(group, "commented", by=helen, note="Asked HR for the rate.")
    cause(severity=4, due_at=NOW - timedelta(hours=5), value_at_risk=4_000)
    cause(state=State.FIX_CLAIMED, claimed_at=NOW, owner=helen, legal_entity="NQ-DE")
    cause(state=State.ACKNOWLEDGED, owner=helen, due_at=NOW + timedelta(hours=2))
    troubled_system()
    hops()
    pairs()
    return {"cause": group.pk, "settled": resolved().pk, "judged": judged}


def judge(firm) -> int:
    """Time that was never posted, found by the control itself: evidence, runs and a time line."""
    firm.say("time_entry", "TE-1")
    firm.reconcile("TP01")
    return Group.objects.get(control="TP01").pk


def troubled_system() -> None:
    erp = Connection.objects.get(slug="erp")
    late = stream(erp, "payment", behind=timedelta(hours=5), rows=2)
    for number in (1, 2):
        refuse(late, number)
    stopped = stream(erp, "vendor", behind=None, rows=0)
    stopped.stop("The key was refused.", "Renew the key.")


def pairs() -> None:
    """One pair that waits, one that was denied, and one that was joined."""
    things = [
        Entity.objects.create(kind="project", code=f"P-{number}", name=f"Harbour {number}")
        for number in range(6)
    ]
    for first, second, state in ((0, 1, "proposed"), (2, 3, "rejected"), (4, 5, "proposed")):
        Proposal.objects.create(
            kind="project",
            first=things[first],
            second=things[second],
            reason="same enterprise project id",
            likeness="0.95",
            state=state,
            proposed_at=NOW,
            decided_by="" if state == "proposed" else "helen",
            decided_at=None if state == "proposed" else NOW,
        )
    Merge.objects.create(
        kind="project", gone=things[3], kept=things[2], strength="suggested", by="helen", at=NOW
    )


def hops() -> None:
    for number, failed in ((1, False), (2, True)):
        Span.objects.create(
            trace_id=f"{1:032x}",
            span_id=f"{number:016x}",
            parent_id=f"{number - 1:016x}" if number > 1 else "",
            correlation_id="ob-1",
            service="opsboard",
            name=f"hop {number}",
            started_at=NOW + timedelta(seconds=number),
            ended_at=NOW + timedelta(seconds=number + 3),
            failed=failed,
            attributes={"rows": 7},
        )


@dataclass
class Reader:
    """Opens pages and does there what the name of the page says."""

    page: object
    site: str
    scene: dict

    def open(self, name: str) -> None:
        address, words = PAGES[name]
        self.page.goto(self.site + address.format(**self.scene))
        act = getattr(self, "and_" + name.partition(", ")[2].replace(" ", "_"), None)
        act = act or getattr(self, "at_" + name.replace(" ", "_").replace("-", "_"), None)
        if act:
            act()
        assert words in self.page.locator("h1").inner_text().replace("\u00a0", " "), name

    def at_home(self) -> None:
        self.page.wait_for_selector("[data-figure] .plot-container svg")

    def and_a_row_unfolded(self) -> None:
        self.page.locator("a.fan").first.click()
        self.page.wait_for_selector("tr.fanned:not([hidden]) table")

    def and_keys_listed(self) -> None:
        self.page.keyboard.press("?")
        self.page.wait_for_selector("#help[open]")

    def and_claim_refused(self) -> None:
        form = self.page.locator("#acting form")
        form.evaluate("form => form.noValidate = true")
        form.get_by_role("button", name="Claim fix").click()
        self.page.wait_for_selector("#acting [aria-invalid=true]")

    def and_a_refused_row(self) -> None:
        self.page.locator("details.came summary").first.click()

    def at_sign_in_refused(self) -> None:
        self.sign_in("wrong")
        self.page.wait_for_selector("[role=alert], [aria-invalid=true]")

    def at_forged(self) -> None:
        self.page.context.clear_cookies()
        self.sign_in("wrong")
        self.page.wait_for_load_state()

    def sign_in(self, password: str) -> None:
        self.page.get_by_label("User name or work e-mail").fill("helen")
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()


@pytest.fixture
def reader(chrome, live_server, client):
    """A browser of the wanted look; who looks follows from the page."""
    contexts = []

    def made(name: str, scene: dict, width: int = 1440) -> Reader:
        context = chrome.new_context(viewport=SIZES[width], reduced_motion="reduce")
        contexts.append(context)
        if name not in VISITORS:
            client.force_login(looks_at(name))
            value = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        return Reader(context.new_page(), live_server.url, scene)

    yield made
    for context in contexts:
        context.close()


def looks_at(name: str) -> Person:
    """Helen may open every room; where a door must stay closed it is Sofia who knocks."""
    return person("sofia" if name == "forbidden" else "helen")


@pytest.mark.parametrize("width", SIZES)
def test_axe_finds_nothing_on_any_page(reader, scene, width):
    found = [each for name in PAGES for each in wrong_with(reader(name, scene, width), name)]
    assert not found, "\n\n".join(found)


@pytest.mark.parametrize("name", ["home", "queue", "statements", "systems", "controls", "traces"])
def test_axe_finds_nothing_where_nothing_has_come_in_yet(reader, name):
    looking = reader(name, {})
    looking.page.goto(looking.site + PAGES[name][0])
    assert not violations(looking.page), violations(looking.page)


def test_axe_itself_finds_what_is_wrong(reader):
    looking = reader("sign-in", {})
    looking.open("sign-in")
    looking.page.evaluate("document.querySelectorAll('label').forEach(one => one.remove())")
    assert "label" in violations(looking.page)


def wrong_with(looking: Reader, name: str) -> list[str]:
    looking.open(name)
    found = []
    for scheme in ("light", "dark"):
        looking.page.emulate_media(color_scheme=scheme)
        if wrong := violations(looking.page):
            found.append(f"{name}, {scheme}: {wrong}")
    looking.page.context.close()
    return found


def violations(page) -> str:
    """What axe has against the page as it stands; empty when nothing."""
    found = Axe().run(page, options=OPTIONS)
    return found.generate_report() if found.violations_count else ""
