"""Amounts of findings in the group currency: spot of the day, at most five days old, or unknown."""

from datetime import date
from decimal import Decimal

import pytest

from opsboard.exceptions.models import Exposure


def pounds(firm, **said):
    firm.say("time_entry", "TE-1", bill_currency="GBP", **said)
    firm.reconcile("TP01")
    [item] = firm.items("TP01")
    return item


def test_pounds_count_at_the_rate_of_the_day_which_is_kept(firm):
    firm.say("fx_rate", "F1", rate="1.25")
    item = pounds(firm)

    assert (item.revenue_at_risk, item.currency) == (Decimal(1200), "GBP")
    assert (item.fx_rate, item.fx_date) == (Decimal("1.25"), date(2026, 6, 18))
    assert item.amount_at_risk == Decimal(1500)
    # Cost is in another currency than the bill, and has a rate of its own.
    assert (item.cost_at_risk, item.cost_currency, item.cost_fx_rate) == (480, "USD", 1)


def test_a_cost_that_is_spread_over_records_counts_at_the_rate_of_costs(firm):
    firm.say("fx_rate", "F1", rate="1.25")
    firm.say("project", "P2", "psa", code="P2", status="active")
    firm.say("time_entry", "TE-1", project="P2", bill_currency="GBP")
    firm.reconcile("PS02")

    [item] = firm.items("PS02")
    assert (item.currency, item.cost_currency) == ("GBP", "USD")
    claims = Exposure.objects.filter(item=item).values_list("atom", "measure", "amount")
    assert set(claims) == {
        ("psa:TE-1", "revenue_at_risk", Decimal(1500)),
        ("psa:TE-1", "cost_at_risk", Decimal(480)),
    }


def test_a_rate_quoted_the_other_way_round_counts_too(firm):
    firm.say("fx_rate", "F1", from_currency="USD", to_currency="GBP", rate="0.8")

    assert pounds(firm).amount_at_risk == Decimal(1500)


def test_the_last_rate_of_at_most_five_days_is_taken(firm):
    firm.say("fx_rate", "F1", rate="2", rate_date="2026-06-12")
    firm.say("fx_rate", "F2", rate="1.3", rate_date="2026-06-13")
    firm.say("fx_rate", "F3", rate="9", rate_date="2026-06-19")
    item = pounds(firm)

    assert (item.fx_rate, item.fx_date) == (Decimal("1.3"), date(2026, 6, 13))


@pytest.mark.parametrize(
    "rate",
    [
        None,
        {"rate_date": "2026-06-12"},
        {"rate_date": "2026-06-19"},
        {"rate_type": "month_avg"},
        {"to_currency": "EUR"},
        {"rate": "0", "from_currency": "USD", "to_currency": "GBP"},
    ],
)
def test_without_a_rate_the_amount_is_not_known_which_is_not_zero(firm, rate):
    if rate:
        firm.say("fx_rate", "F1", **rate)
    firm.say("cost_rate", "R1", currency="GBP")
    item = pounds(firm)

    assert item.revenue_at_risk == Decimal(1200)
    assert (item.amount_at_risk, item.fx_rate, item.cost_fx_rate) == (None, None, None)


def test_the_known_part_counts_while_another_is_not_known(firm):
    item = pounds(firm)

    assert item.amount_at_risk == Decimal(480)
    assert item.group.value_at_risk == 0
    assert item.group.cost_at_risk == Decimal(480)


def test_an_entry_without_a_price_is_not_worth_nothing(firm):
    firm.say("time_entry", "TE-1", bill_rate=None)
    firm.say("time_entry", "TE-2", bill_rate=None, billable=False)
    firm.say("time_entry", "TE-3", bill_rate=None, bill_amount="0")
    firm.reconcile("TP01")

    # Nobody is billed for the second; of the third a price of nothing is no price (ST02).
    assert [item.revenue_at_risk for item in firm.items("TP01")] == [None, 0, None]


def test_a_misstatement_of_which_no_part_is_known_is_not_zero(firm):
    firm.say("cost_rate", "R1", currency="GBP")
    firm.say("time_entry", "TE-1", bill_currency="GBP")
    firm.say("project_actual", "1", source_key="psa:TE-1", hours="6", cost_amount=None)
    firm.reconcile("TP02")

    [item] = firm.items("TP02")
    assert item.misstatement == Decimal(300)
    assert item.amount_at_risk is None
