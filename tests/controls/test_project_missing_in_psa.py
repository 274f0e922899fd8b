from decimal import Decimal

import pytest

from opsboard.exceptions.models import Severity

SIGNED = {"number": "SOW-9", "tcv": "365000", "signed_at": "2026-06-08T09:00:00+00:00",
          "starts_on": "2026-07-01", "ends_on": "2027-06-30"}  # fmt: skip


@pytest.fixture
def signed(firm):
    """A statement of work that was signed ten days ago and starts in July."""
    for system in ("crm", "psa"):
        firm.say("legal_entity", "E1", system)
        firm.say("party", "C1", system)
    sign(firm)
    firm.read_up_to(firm.now)
    return firm


def sign(firm, source_id="SC9", **said):
    firm.say("contract", source_id, "crm", **SIGNED | said)


def test_it_finds_a_signed_contract_without_a_project(signed):
    signed.reconcile("PS01")

    [item] = signed.items("PS01")
    assert item.subject == "crm:SC9"
    assert item.title == (
        "Contract SOW-9 with Penhallow Water was signed on 8 June and has no project in the PSA"
    )
    assert not item.revenue_at_risk


def test_a_contract_that_had_started_counts_by_the_days_that_had_passed(signed):
    sign(signed, starts_on="2026-05-10", ends_on="2027-05-09")
    signed.reconcile("PS01")

    [item] = signed.items("PS01")
    # Due on 9 June, thirty of 365 days after the start.
    assert item.revenue_at_risk == Decimal(30_000)
    assert item.severity == Severity.HIGH


def test_a_project_counts_by_its_contract_or_by_the_opportunity_both_came_from(signed):
    signed.say("contract", "PC9", "psa", **SIGNED)
    signed.say("project", "P2", "psa", code="P2", contract="PC9")
    for system in ("crm", "psa"):
        signed.say("opportunity", "O1", system, number="OP-1", name="Harbour")
    sign(signed, "SC8", number="SOW-8", opportunity="O1")
    signed.say("project", "P3", "psa", code="P3", party="C1", opportunity="O1")
    signed.reconcile("PS01")

    assert signed.subjects("PS01") == []


def test_it_ignores_frameworks_resale_drafts_and_what_was_signed_today(signed):
    sign(signed, type="msa")
    signed.say("opportunity", "O2", "crm", number="OP-2", name="Licences", service_type="resale")
    sign(signed, "SC2", number="SOW-2", opportunity="O2")
    sign(signed, "SC3", number="SOW-3", status="in_approval")
    sign(signed, "SC4", number="SOW-4", signed_at="2026-06-18T08:30:00+00:00")
    sign(signed, "SC5", number="SOW-5", signed_at=None)
    signed.reconcile("PS01")

    assert signed.subjects("PS01") == []


def test_a_second_run_changes_nothing_and_the_project_clears_it(signed):
    signed.reconcile("PS01")
    signed.reconcile("PS01")
    [item] = signed.items("PS01")
    assert [line.verb for line in item.history.order_by("id")] == ["found"]

    signed.say("contract", "PC9", "psa", **SIGNED)
    signed.say("project", "P2", "psa", code="P2", contract="PC9")
    signed.reconcile("PS01")
    item.refresh_from_db()
    assert item.state == "resolved"
