from decimal import Decimal

import pytest

from opsboard.exceptions.models import Severity

SOLD = {"contract": "SC1", "party": "C1", "phase_no": "1", "tcv": "90000", "currency": "USD",
        "starts_on": "2026-06-01", "name": "Harbour rollout"}  # fmt: skip


@pytest.fixture
def sold(firm):
    """A project under a contract, as the PSA holds it."""
    firm.say("contract", "SC1", "psa")
    enter(firm, "P1")
    return firm


def enter(firm, code, **said):
    firm.say("project", code, "psa", **SOLD | {"code": code} | said)


def test_it_finds_a_second_project_of_one_contract_and_phase(sold):
    enter(sold, "P2")
    sold.reconcile("PS04")

    [item] = sold.items("PS04")
    assert item.subject == "psa:P2"
    assert item.title == ("P2 Harbour rollout of Penhallow Water is the same work as P1")
    assert item.exposure_only == Decimal(90_000)
    assert item.severity >= Severity.HIGH


def test_what_is_posted_on_the_later_one_is_misstated(sold):
    enter(sold, "P2")
    sold.say("project", "P2", "erp", **SOLD | {"code": "P2", "contract": ""})
    sold.say(
        "project_actual", "1", project="P2", source_key="psa:TE-1", bill_amount="1200",
        bill_currency="USD",
    )  # fmt: skip
    sold.reconcile("PS04")

    [item] = sold.items("PS04")
    assert (item.misstatement, item.misstatement_cost) == (Decimal(1200), Decimal(480))
    assert item.exposure_only == Decimal(88_800)


def test_one_enterprise_id_with_two_projects_is_exact(sold):
    enter(sold, "P1", enterprise_project_id="EP-1")
    enter(sold, "P2", enterprise_project_id="EP-1", contract="", name="Something else", tcv="1")
    sold.reconcile("PS04")

    assert sold.subjects("PS04") == ["psa:P2"]


def test_a_lookalike_is_only_suggested_and_low(sold):
    enter(sold, "P2", contract="", phase_no="7", name="Harbour Rollout ", starts_on="2026-06-10")
    sold.reconcile("PS04")

    [item] = sold.items("PS04")
    assert "looks like P1" in item.title
    assert item.severity == Severity.LOW


def test_it_ignores_phases_other_entities_children_closed_and_merely_similar_projects(sold):
    enter(sold, "P2", phase_no="2", name="Harbour rollout, second wave")
    enter(sold, "P3", legal_entity="E2")
    enter(sold, "P4", parent="P1")
    enter(sold, "P5", status="closed")
    enter(sold, "P6", contract="", phase_no="", tcv="91500")
    enter(sold, "P7", contract="", phase_no="", starts_on="2026-07-01")
    sold.reconcile("PS04")

    assert sold.subjects("PS04") == []


def test_a_second_run_changes_nothing_and_closing_one_clears_it(sold):
    enter(sold, "P2")
    sold.reconcile("PS04")
    sold.reconcile("PS04")
    [item] = sold.items("PS04")
    assert [line.verb for line in item.history.order_by("id")] == ["found"]

    enter(sold, "P2", status="closed")
    sold.reconcile("PS04")
    item.refresh_from_db()
    assert item.state == "resolved"
