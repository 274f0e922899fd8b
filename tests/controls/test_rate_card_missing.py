from decimal import Decimal

import pytest

OLD = "2026-05-01T09:00:00+00:00"


@pytest.fixture
def sold(firm):
    """A contract by the hour with a card that has a price for the role that is booked."""
    firm.basics()
    firm.say("legal_entity", "E1", "crm")
    firm.say("party", "C1", "crm")
    for system in ("crm", "psa"):
        firm.say("role", "ENG", system)
        contract(firm, system)
    card(firm)
    line(firm)
    firm.say("project", "P1", "psa", contract="S1", billing_method="time_materials")
    booked(firm)
    return firm


def contract(firm, system="crm", **said):
    usual = {"billing_method": "time_materials", "signed_at": OLD, "source_updated_at": OLD}
    firm.say("contract", "S1", system, **usual | said)


def card(firm, **said):
    usual = {"contract": "S1", "source_updated_at": OLD, "valid_from": "2026-01-01"}
    firm.say("rate_card", "RC1", **usual | said)


def line(firm, **said):
    firm.say("rate_line", "L1", **{"role": "ENG", "currency": "USD", **said})


def booked(firm, **said):
    usual = {"role": "ENG", "status": "active", "bill_rate": "150", "ends_on": "2026-06-30"}
    firm.say("assignment", "A1", "psa", **usual | said)


def test_a_contract_with_a_whole_card_is_fine(sold):
    sold.reconcile("MD04")

    assert sold.subjects("MD04") == []


def test_it_finds_a_card_that_expired(sold):
    card(sold, status="expired", valid_to="2026-05-31")
    sold.reconcile("MD04")

    [item] = sold.items("MD04")
    assert item.subject == "crm:S1"
    assert item.title == (
        "Contract SOW-1 with Penhallow Water has a rate card that expired on 31 May 2026"
    )
    assert (item.cause, item.severity) == ("rate_card_missing", 2)


@pytest.mark.parametrize(
    ("said", "is_unusable"),
    [
        # Today is 18 June; the end of a card is told fourteen days ahead.
        ({"valid_to": "2026-07-01"}, True),
        ({"valid_to": "2026-07-02"}, False),
        ({"currency": "GBP"}, True),
        ({"status": "draft"}, True),
        ({"status": "approved"}, False),
    ],
)
def test_dates_currency_and_state_of_the_card_decide(sold, said, is_unusable):
    card(sold, **said)
    sold.reconcile("MD04")

    assert bool(sold.subjects("MD04")) is is_unusable


@pytest.mark.parametrize(
    ("said", "is_missing"),
    [
        ({"role": ""}, False),
        ({"bill_rate": "0"}, True),
        ({"status": "draft"}, True),
        # Not priced from 16 June on; two working days later somebody is told.
        ({"valid_to": "2026-06-15"}, True),
        ({"valid_to": "2026-06-16"}, False),
        ({"valid_to": "2026-06-30"}, False),
    ],
)
def test_a_role_that_is_booked_needs_a_line_for_all_its_days(sold, said, is_missing):
    line(sold, **said)
    sold.reconcile("MD04")

    assert bool(sold.subjects("MD04")) is is_missing
    for item in sold.items("MD04"):
        assert item.title.endswith("has no price for Engineer")


def test_other_ways_of_billing_ended_contracts_and_ended_bookings_are_ignored(sold):
    line(sold, status="draft")
    booked(sold, status="completed")
    sold.reconcile("MD04")
    assert sold.subjects("MD04") == []

    card(sold, status="expired", valid_to="2026-05-31")
    contract(sold, billing_method="fixed_price")
    sold.reconcile("MD04")
    assert sold.subjects("MD04") == []

    contract(sold, status="completed")
    sold.reconcile("MD04")
    assert sold.subjects("MD04") == []


def test_a_contract_without_any_card_may_live_by_the_standard(sold):
    sold.drop("rate_card", "RC1")
    sold.reconcile("MD04")
    assert sold.subjects("MD04") == ["crm:S1"]

    sold.say("rate_card", "STD", "erp", code="STD", scope="standard")
    sold.reconcile("MD04")
    assert sold.subjects("MD04") == []


def test_unbilled_time_without_a_price_is_at_risk_at_the_standard(sold):
    sold.say("role", "ENG", "erp")
    sold.say("rate_card", "STD", "erp", code="STD", scope="standard")
    sold.say("rate_line", "SL", "erp", rate_card="STD", role="ENG", currency="USD",
             bill_rate="100")  # fmt: skip
    sold.say("project", "P1", "psa", contract="S1", billing_method="time_materials",
             currency="USD")  # fmt: skip
    line(sold, valid_to="2026-05-31")
    booked(sold, bill_rate=None)
    for name, status in (("TE-1", "approved"), ("TE-2", "billed"), ("TE-3", "submitted")):
        sold.say("time_entry", name, assignment="A1", status=status, bill_rate=None)
    sold.reconcile("MD04")

    [item] = sold.items("MD04")
    assert (item.revenue_at_risk, item.is_estimated) == (Decimal(800), True)


def test_a_second_run_changes_nothing(sold):
    card(sold, status="expired", valid_to="2026-05-31")
    sold.reconcile("MD04")
    [before] = sold.items("MD04")
    sold.reconcile("MD04")
    [after] = sold.items("MD04")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [one.verb for one in after.history.order_by("id")] == ["found"]


def test_publishing_the_card_clears_the_item(sold):
    card(sold, status="expired", valid_to="2026-05-31")
    sold.reconcile("MD04")
    [item] = sold.items("MD04")
    card(sold)
    sold.reconcile("MD04")

    item.refresh_from_db()
    assert item.state == "resolved"
