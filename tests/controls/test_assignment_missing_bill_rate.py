from decimal import Decimal

import pytest


@pytest.fixture
def priced(firm):
    """Work that is billed by the hour, with a contract, its price list and a role on it."""
    firm.say("legal_entity", "E1", "crm")
    for system in ("psa", "crm", "erp"):
        firm.say("role", "ENG", system)
        firm.say("contract", "SC1", system, billing_method="time_materials")
    firm.say("project", "P1", "psa", contract="SC1", billing_method="time_materials",
             currency="USD")  # fmt: skip
    firm.say("rate_card", "RC1", contract="SC1", valid_from="2026-01-01")
    firm.say("rate_card", "STD", "erp", code="STD", scope="standard", valid_from="2026-01-01")
    return firm


def book(firm, **said):
    firm.say("assignment", "A1", **{"role": "ENG", **said})


def standard(firm, **said):
    firm.say("rate_line", "S1", "erp", rate_card="STD", role="ENG", currency="USD",
             **{"bill_rate": "140", **said})  # fmt: skip


def line(firm, **said):
    firm.say("rate_line", "L1", role="ENG", currency="USD", **said)


def test_it_finds_a_booking_that_no_price_list_covers(priced):
    standard(priced, valid_to="2026-05-31", status="superseded")
    book(priced)
    priced.say("time_entry", "TE-1", bill_rate=None)
    priced.reconcile("ST02")

    [item] = priced.items("ST02")
    assert item.subject == "psa:A1"
    assert item.title == "Ines Ferreira is booked on P1 as Engineer without a price from 1 June"
    # Eight approved hours, at what the standard list said last.
    assert item.revenue_at_risk == Decimal(1120)
    assert item.is_estimated
    assert [claim.atom for claim in item.exposures.all()] == ["psa:TE-1"]
    assert item.cause == "rate_card_missing"


@pytest.mark.parametrize(
    "said",
    [
        {"currency": "GBP"},
        {"bill_rate": "0"},
        {"valid_to": "2026-06-10"},
        {"status": "draft"},
        {"role": "OTHER"},
        {"status": "superseded"},
    ],
)
def test_a_line_that_does_not_fit_is_no_price(priced, said):
    priced.say("rate_line", "L1", **{"role": "ENG", "currency": "USD", **said})
    book(priced)
    priced.reconcile("ST02")

    assert priced.subjects("ST02") == ["psa:A1"]


def test_it_ignores_a_booking_with_a_price_of_the_contract_or_the_standard(priced):
    line(priced)
    book(priced)
    priced.reconcile("ST02")
    assert priced.subjects("ST02") == []

    priced.drop("rate_line", "L1", "crm")
    standard(priced)
    priced.reconcile("ST02")
    assert priced.subjects("ST02") == []


def test_a_price_on_the_booking_itself_holds(priced):
    book(priced, bill_rate="150", bill_currency="USD")
    priced.reconcile("ST02")
    assert priced.subjects("ST02") == []

    book(priced, bill_rate="150", bill_currency="GBP")
    priced.reconcile("ST02")
    assert priced.subjects("ST02") == ["psa:A1"]


@pytest.mark.parametrize("method", ["fixed_price", "milestone", "retainer", "non_billable"])
def test_it_ignores_work_that_is_not_billed_by_the_hour(priced, method):
    priced.say("project", "P1", "psa", contract="SC1", billing_method=method, currency="USD")
    book(priced)
    priced.reconcile("ST02")

    assert priced.subjects("ST02") == []


def test_it_ignores_bookings_that_do_not_stand_or_are_not_billable(priced):
    priced.say("assignment", "A1", role="ENG", status="tentative")
    priced.say("assignment", "A2", role="ENG", billable=False)
    priced.reconcile("ST02")

    assert priced.subjects("ST02") == []


def test_days_that_nobody_can_post_to_any_more_need_no_price(priced):
    priced.say("accounting_period", "6", module="project", status="locked")
    priced.say("accounting_period", "7", module="project", starts_on="2026-07-01",
               ends_on="2026-07-31")  # fmt: skip
    book(priced)
    priced.reconcile("ST02")
    assert priced.subjects("ST02") == []

    priced.say("time_entry", "TE-1", bill_rate=None)
    priced.reconcile("ST02")
    assert priced.subjects("ST02") == ["psa:A1"]


def test_a_second_run_changes_nothing(priced):
    book(priced)
    priced.reconcile("ST02")
    [before] = priced.items("ST02")
    priced.reconcile("ST02")
    [after] = priced.items("ST02")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}


def test_adding_the_line_clears_the_item(priced):
    book(priced)
    priced.reconcile("ST02")
    assert priced.subjects("ST02") == ["psa:A1"]

    line(priced)
    priced.reconcile("ST02")
    assert priced.subjects("ST02") == []
