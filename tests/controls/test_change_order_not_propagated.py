from decimal import Decimal

import pytest


@pytest.fixture
def approved(firm):
    """A change order approved ten days ago, which every system knows."""
    for system in ("crm", "psa", "erp"):
        firm.say("legal_entity", "E1", system)
        firm.say("party", "C1", system)
        firm.say("contract", "SC1", system)
        firm.say("change_order", "CO1", system)
    firm.read_up_to(firm.now)
    return firm


def test_it_finds_a_change_order_that_finance_never_received(approved):
    approved.drop("change_order", "CO1", "erp")
    approved.reconcile("PS08")

    [item] = approved.items("PS08")
    assert item.subject == "crm:CO1"
    assert item.title == "Change order CO-1 of SOW-1, approved on 8 June, is unknown to the ERP"
    assert item.revenue_at_risk == Decimal(9000)


def test_less_scope_is_as_much_at_risk_as_more(approved):
    approved.say("change_order", "CO1", "crm", delta_value="-4000")
    approved.drop("change_order", "CO1", "psa")
    approved.reconcile("PS08")

    [item] = approved.items("PS08")
    assert "is unknown to the PSA" in item.title
    assert item.revenue_at_risk == Decimal(4000)


def test_a_copy_that_is_still_a_draft_is_no_acknowledgement(approved):
    approved.say("change_order", "CO1", "erp", status="draft")
    approved.reconcile("PS08")

    assert approved.subjects("PS08") == ["crm:CO1"]


@pytest.mark.parametrize(
    "said",
    [
        {"type": "term"},
        {"modification_treatment": "separate_contract"},
        {"status": "submitted", "approved_at": None},
        # Wednesday morning: a working day for delivery, and two for finance.
        {"approved_at": "2026-06-17T09:30:00+00:00"},
    ],
)
def test_it_ignores_what_finance_need_not_know_yet(approved, said):
    approved.drop("change_order", "CO1", "erp")
    approved.say("change_order", "CO1", "crm", **said)
    approved.reconcile("PS08")

    assert approved.subjects("PS08") == []


def test_a_message_that_died_is_its_cause(approved):
    approved.drop("change_order", "CO1", "erp")
    approved.say(
        "integration_message", "M1", "middleware", flow="change_order_sync", source="crm",
        subject_kind="change_order", subject_key="crm:CO1", outcome="dead_lettered",
    )  # fmt: skip
    approved.read_up_to(approved.now)
    approved.reconcile("PS08")

    [item] = approved.items("PS08")
    assert item.cause == "message_dead_lettered"


def test_a_second_run_changes_nothing_and_sending_it_again_clears_it(approved):
    approved.drop("change_order", "CO1", "erp")
    approved.reconcile("PS08")
    approved.reconcile("PS08")
    [item] = approved.items("PS08")
    assert [line.verb for line in item.history.order_by("id")] == ["found"]

    approved.say("change_order", "CO1", "erp", status="applied")
    approved.reconcile("PS08")
    item.refresh_from_db()
    assert item.state == "resolved"
