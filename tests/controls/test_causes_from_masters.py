"""Causes that lie in master data: customer, contract, price, cost centre, exchange rate, code."""

import pytest

MAPPED = {"domain": "utilization", "used_by": "psa", "valid_from": "2026-01-01"}


def cause(firm):
    firm.reconcile("TP01")
    [found] = firm.items("TP01")
    return found.cause, found.group.title


def test_a_customer_that_the_erp_lacks(firm):
    firm.say("party", "C2", "psa", code="C2", legal_name="Tarn Rail")
    firm.say("project", "P1", "psa", party="C2")
    firm.say("time_entry", "TE-1")
    assert cause(firm) == ("customer_missing", "Tarn Rail does not exist in the ERP")

    firm.say("party", "C2", "erp", code="C2", legal_name="Tarn Rail")
    assert cause(firm)[0] == "unknown"


def test_an_erp_that_shows_no_customers_at_all_proves_nothing(firm):
    firm.say("project", "P1", "psa", party="C1")
    firm.drop("party", "C1", "erp")
    firm.say("time_entry", "TE-1")

    assert cause(firm)[0] == "unknown"


@pytest.mark.parametrize(
    ("status", "found"),
    [("suspended", True), ("terminated", True), ("active", False), ("amended", False)],
)
def test_a_contract_that_is_not_active(firm, status, found):
    firm.say("contract", "S1", "psa", number="SOW-1", status=status)
    firm.say("project", "P1", "psa", contract="S1")
    firm.say("time_entry", "TE-1")

    wanted = ("contract_not_active", f"Contract SOW-1 is {status}")
    assert (cause(firm) == wanted) is found


@pytest.mark.parametrize(
    ("method", "said", "found"),
    [
        ("time_materials", {"bill_rate": None}, True),
        ("tm_capped", {"bill_rate": "0"}, True),
        ("time_materials", {"bill_rate": None, "bill_amount": "1200"}, False),
        ("time_materials", {"bill_rate": None, "billable": False}, False),
        ("fixed_price", {"bill_rate": None}, False),
    ],
)
def test_work_sold_by_the_hour_without_a_price(firm, method, said, found):
    firm.say("project", "P1", "psa", billing_method=method)
    firm.say("time_entry", "TE-1", **said)

    assert (cause(firm)[0] == "rate_card_missing") is found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"status": "closed"}, True),
        ({"posting_allowed": False}, True),
        ({"status": "closed", "valid_to": "2026-05-31"}, True),
        ({"status": "closed", "valid_to": "2026-06-01"}, False),
        ({}, False),
    ],
)
def test_a_cost_centre_that_takes_no_postings(firm, said, found):
    firm.say("cost_center", "CC1", "erp", code="4700", name="Delivery", **said)
    firm.say("worker", "W1", "erp", cost_center="CC1")
    firm.say("time_entry", "TE-1")

    wanted = ("cost_center_invalid", "Cost centre 4700 takes no postings")
    assert (cause(firm) == wanted) is found


@pytest.mark.parametrize(
    ("day", "found"), [("2026-05-27", False), ("2026-05-26", True), ("2026-06-02", True)]
)
def test_an_exchange_rate_older_than_five_days_is_none(firm, day, found):
    """The entry is of 1 June; dollars are costed in pounds. A rate of another pair is there."""
    firm.say("fx_rate", "F0", rate_date="2026-05-30", from_currency="EUR", to_currency="CHF")
    firm.say("fx_rate", "F1", rate_date=day)
    firm.say("time_entry", "TE-1")

    assert (cause(firm)[0] == "fx_rate_missing") is found


def test_a_code_without_a_mapping_of_its_day(firm):
    firm.say("code_mapping", "1", "erp", local_code="BIL", canonical_code="billable", **MAPPED)
    firm.say("time_entry", "TE-1", utilization_category="BIL2")
    assert cause(firm) == ("code_unmapped", "Code BIL2 of psa has no mapping")

    firm.say("code_mapping", "2", "erp", local_code="BIL2", canonical_code="billable", **MAPPED)
    assert cause(firm)[0] == "unknown"


def test_a_person_who_left_later_was_active_on_the_day(firm):
    firm.say("worker", "W1", "erp", status="terminated", terminated_on="2026-06-01")
    firm.say("time_entry", "TE-1")
    assert cause(firm)[0] == "unknown"

    firm.say("worker", "W1", "erp", status="terminated", terminated_on="2026-05-31")
    assert cause(firm)[0] == "worker_missing"
