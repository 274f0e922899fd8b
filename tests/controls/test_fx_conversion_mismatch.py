from decimal import Decimal

import pytest

# The entity books in pounds; the firm's tests quote the pound at 1.25 dollars.
RIGHT = "96"


@pytest.fixture
def abroad(firm):
    firm.basics()
    rated(firm, "2026-06-02")
    return firm


def rated(firm, day, rate="1.25", **said):
    name = f"GBPUSD-{day}-{said.get('rate_type', 'spot')}"
    firm.say("fx_rate", name, rate_date=day, rate=rate, **said)


def spent(firm, booked=RIGHT, **said):
    firm.say("expense_item", "1", "erp", amount_functional=booked, **said)
    firm.reconcile("IN10")


def test_it_finds_a_rate_upside_down(abroad):
    spent(abroad, "150")

    [item] = abroad.items("IN10")
    assert item.subject == "erp:1"
    assert item.title == "Rail of 2 June in USD is converted with the rate upside down"
    assert item.cause == "fx_rate_inverted"
    assert (item.misstatement, item.currency) == (Decimal(54), "GBP")


@pytest.mark.parametrize(
    ("booked", "differs"),
    [("96", False), ("96.09", False), ("96.10", True), ("95.91", False), ("95.90", True)],
)
def test_a_thousandth_is_allowed(abroad, booked, differs):
    # 0.1 % of 96 pounds is 9.6 pence.
    spent(abroad, booked)

    assert bool(abroad.subjects("IN10")) is differs


def test_two_pence_are_always_allowed(abroad):
    spent(abroad, "0.82", amount="1")
    assert abroad.subjects("IN10") == []

    spent(abroad, "0.83", amount="1")
    assert abroad.items("IN10")[0].cause == "fx_rate_wrong"


def test_what_cannot_be_known_is_ignored(abroad):
    abroad.say("expense_item", "home", "erp", currency="GBP", amount_functional="7")
    abroad.say("expense_item", "not booked", "erp", amount_functional=None)
    abroad.say("expense_item", "no rate", "erp", currency="CHF", amount_functional="7")
    abroad.say("expense_item", "rate too old", "erp", spent_on="2026-06-08", amount_functional="7")
    abroad.say("expense_item", "elsewhere", "psa", amount_functional="7")
    abroad.reconcile("IN10")

    assert abroad.subjects("IN10") == []


def test_the_last_rate_before_a_weekend_counts(abroad):
    spent(abroad, spent_on="2026-06-07")

    assert abroad.subjects("IN10") == []


def test_an_agreed_contract_rate_or_the_months_average_explains_the_amount(abroad):
    rated(abroad, "2026-06-30", "1.2", rate_type="month_avg", from_currency="USD",
          to_currency="GBP")  # fmt: skip
    spent(abroad, "144")

    assert abroad.subjects("IN10") == []


def test_invoices_and_the_project_ledger_are_converted_too(abroad):
    abroad.say("invoice", "I", gross_functional="1", issued_on="2026-06-02")
    abroad.say("project_actual", "P", work_date="2026-06-02", cost_amount_functional="1")
    abroad.reconcile("IN10")

    assert abroad.subjects("IN10") == ["erp:I", "erp:P"]


def test_the_books_hold_whole_cents_and_so_does_the_misstatement(abroad):
    spent(abroad, "150", amount="100.01")
    [item] = abroad.items("IN10")

    assert item.misstatement * 100 % 1 == 0


def test_a_second_run_changes_nothing(abroad):
    spent(abroad, "150")
    [before] = abroad.items("IN10")
    abroad.reconcile("IN10")
    [after] = abroad.items("IN10")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


def test_the_right_amount_clears_the_item(abroad):
    spent(abroad, "150")
    [item] = abroad.items("IN10")
    spent(abroad)

    item.refresh_from_db()
    assert item.state == "resolved"
