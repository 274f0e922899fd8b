from datetime import timedelta

import pytest
from django.utils.html import escape

from opsboard.controls.catalogue import catalogue, library
from opsboard.controls.models import Control, ControlRun
from tests.cast import NOW


@pytest.fixture
def ran():
    """Write down a run of a control, as the engine would."""

    def write(code="TP01", **more):
        definition = catalogue()[code]
        control, _ = Control.objects.get_or_create(
            code=code,
            defaults={
                "slug": definition.slug,
                "title": definition.title,
                "workflow": definition.workflow,
                "digest": definition.digest,
            },
        )
        at = NOW - timedelta(minutes=5)
        given = {
            "version": 1,
            "digest": definition.digest,
            "mode": "full",
            "state": "done",
            "as_of": at,
            "started_at": at,
            "ended_at": at + timedelta(seconds=2),
            "bound": at,
            "watermarks": {"psa.time_entry": at.isoformat()},
            "population": 1912,
            "judged": 1912,
            "matched": 1912,
            "identity_holds": True,
            "result_hash": "3f9ac0ff11",
        }
        return ControlRun.objects.create(control=control, **given | more)

    return write


def test_every_control_stands_in_the_catalogue_though_none_has_run(read, helen):
    page = read(helen, "/controls/")
    assert "has run yet: nothing is proven." in page
    for definition in library().values():
        assert escape(definition.title) in page
    live = [one for one in catalogue().values() if one.status == "live"]
    assert page.count("Not run yet") == len(live)
    drafts = [one for one in library().values() if one.status == "draft"]
    assert page.count("Draft: specified, not asked yet") == len(drafts)


def test_a_draft_has_a_page_with_its_specification(read, helen):
    page = read(helen, "/controls/TP10")
    assert "Back-dated rate not applied to past time: specified, and not asked yet." in page
    assert "domain TP10" in page


def test_a_clean_run_is_proof_and_says_on_what(read, helen, ran):
    ran()
    page = read(helen, "/controls/TP01")
    assert "no finding among 1\u00a0912 checked." in page
    assert "population proven" in page
    assert 'title="Hash of the findings: 3f9ac0ff11"' in page


def test_findings_lead_to_their_exceptions(read, helen, ran):
    ran(matched=1900, findings=12)
    page = read(helen, "/controls/")
    assert '<a class="rowlink" href="/exceptions/?about=TP01">12</a>' in page
    assert "one found differences" in page


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        ({"state": "failed", "error": "IdentityBroken: one row short"}, "Failed"),
        ({"identity_holds": False}, "Totals do not add up"),
        ({"matched": 1700, "not_evaluated": 212}, "Agrees as far as seen"),
        ({"findings": 3}, "Findings"),
        ({}, "Agrees"),
    ],
)
def test_the_answer_is_never_better_than_the_evidence(read, helen, ran, outcome, word):
    ran(**outcome)
    assert f">{word}</span>" in read(helen, "/controls/TP01")
    assert f">{word}</span>" in read(helen, "/controls/")


def test_a_failed_run_hides_no_earlier_proof_but_outranks_it(read, helen, ran):
    ran(started_at=NOW - timedelta(hours=1))
    ran(state="failed", population=None, error="IdentityBroken: one row short")
    page = read(helen, "/controls/")
    assert "TP01 has failed, so silence there proves nothing." in page
    assert "1\u00a0912" in page


def test_the_rule_is_shown_as_its_file(read, helen):
    page = read(helen, "/controls/TP01")
    definition = catalogue()["TP01"]
    assert "from time_entry entry" in page
    assert definition.path.name in page
    for step in definition.remediation:
        assert step in page


def test_evidence_pages_without_skipping_or_repeating(read, helen, ran):
    for _ in range(30):
        ran()
    first = read(helen, "/controls/TP01")
    last_seen = ControlRun.objects.order_by("-pk")[24].pk
    assert f"?before={last_seen}#evidence" in first
    second = read(helen, f"/controls/TP01?before={last_seen}")
    assert first.count("population proven") == 25
    assert second.count("population proven") == 5


def test_a_wrong_page_mark_gets_a_clear_answer(read, helen):
    assert "names no run" in read(helen, "/controls/TP01?before=zz", status=400)


@pytest.mark.parametrize(("address", "queries"), [("/controls/", 4), ("/controls/TP01", 6)])
def test_the_pages_ask_as_often_for_many_runs_as_for_few(
    client, helen, ran, django_assert_num_queries, address, queries
):
    for code in ["TP01", "TP02", "BL01"]:
        for _ in range(3):
            ran(code)
    client.force_login(helen)
    with django_assert_num_queries(queries):
        client.get(address)
