"""What arrives from a live Tryton is what stands in its own tables."""

import time
from datetime import timedelta
from decimal import Decimal

import pytest

from connectors.tryton.streams import STREAMS

pytestmark = pytest.mark.realworld

COUNTS = {
    "legal_entity": "company_company",
    "accounting_period": "account_period where type = 'standard'",
    "fx_rate": "currency_currency_rate",
    "party": "party_party",
    "worker": "company_employee",
    "cost_rate": "company_employee_cost_price",
    "project": "project_work where type = 'project'",
    "wbs_task": "project_work where type = 'task'",
    "project_actual": "timesheet_line",
    "invoice": "account_invoice where type = 'out'",
    "invoice_line": "account_invoice_line where type = 'line'",
    "gl_posting": "account_move_line",
}


@pytest.mark.parametrize("stream", COUNTS)
def test_every_row_arrives_once_and_nothing_is_refused(stream, erp):
    pulled = erp.pull(stream, page_size=100)

    ids = [one.source_id for opened in pulled.opened for one in opened.records]
    expected = erp.sql(f"select count(*), count(distinct id) from {COUNTS[stream]}")
    assert (len(ids), len(set(ids))) == expected[0]
    assert expected[0][0] > 0
    assert pulled.census == set(ids)
    assert not pulled.refused
    assert not pulled.drift


def test_every_stream_is_counted():
    assert set(COUNTS) == set(STREAMS)


def test_hours_and_cost_are_those_of_the_timesheet(erp):
    actuals = erp.pull("project_actual").records.values()

    (expected,) = erp.sql(
        "select round(sum(extract(epoch from duration) / 3600), 2),"
        " sum(round(extract(epoch from duration) / 3600 * cost_price, 4)) from timesheet_line"
    )
    assert sum(one.hours for one in actuals) == expected[0]
    assert sum(one.cost_amount for one in actuals) == expected[1]


def test_time_is_booked_on_the_task_and_its_project(erp):
    actuals = erp.pull("project_actual").records

    for line, task, project in erp.sql(
        "select line.id, task.id, task.parent from timesheet_line line"
        " join timesheet_work work on work.id = line.work"
        " join project_work task on work.origin = 'project.work,' || task.id"
    ):
        found = actuals[str(line)]
        assert (found.task, found.project) == (str(task), str(project))


def test_the_psas_entry_is_the_source_key_and_a_line_by_hand_has_none(erp):
    keys = {one.source_id: one.source_key for one in erp.pull("project_actual").records.values()}

    for line, text in erp.sql("select id, description from timesheet_line"):
        word = text.split()[0]
        assert keys[str(line)] == (f"psa:{word}" if word.startswith("TE-") else "")


def test_invoices_carry_their_amounts_and_state(erp):
    invoices = erp.pull("invoice").records

    states = {"draft": "draft", "validated": "approved", "posted": "issued"}
    states |= {"paid": "paid", "cancelled": "void"}
    rows = erp.sql(
        "select invoice.id, state, sum(round(quantity::numeric * unit_price, 2))"
        " from account_invoice invoice join account_invoice_line line on line.invoice = invoice.id"
        " where invoice.type = 'out' group by 1, 2"
    )
    assert {row[1] for row in rows} == set(states)
    for number, state, net in rows:
        found = invoices[str(number)]
        assert (found.status, found.net) == (states[state], net)
        assert found.gross == found.net + found.tax


def test_the_books_balance(erp):
    postings = erp.pull("gl_posting").records.values()

    assert sum(one.debit for one in postings) == sum(one.credit for one in postings) > 0


def test_a_rate_says_what_one_euro_buys(erp):
    rates = erp.pull("fx_rate").records.values()

    assert {one.from_currency for one in rates} == {"EUR"}
    dollar = [one.rate for one in rates if one.to_currency == "USD"]
    assert all(Decimal("1.07") < rate < Decimal("1.10") for rate in dollar)
    assert {one.rate for one in rates if one.to_currency == "EUR"} == {1}


def test_the_customer_without_a_tax_identifier_has_none(erp):
    parties = {one.code: one for one in erp.pull("party").records.values()}

    assert parties["C1001"].tax_id == "DE129273398"
    assert parties["C1001"].is_customer
    assert not parties["E1001"].is_customer
    assert not parties["NQDE"].is_customer


def test_an_hour_costs_one_price_at_a_time(erp):
    _check_rates(erp)


def test_a_price_put_in_between_and_taken_out_again_moves_its_neighbour(erp):
    (employee, first), *_ = erp.sql(
        "select employee, min(date) from company_employee_cost_price group by 1"
        " having count(*) = 1 order by 1"
    )
    row = {"employee": employee, "date": first + timedelta(days=100), "cost_price": Decimal(70)}

    (price,) = erp.clerk.call("model.company.employee_cost_price.create", [row])
    with_it = _check_rates(erp)
    erp.clerk.call("model.company.employee_cost_price.delete", [price])
    time.sleep(1)
    without = _check_rates(erp)

    neighbour = next(
        key for key, one in with_it.items() if one.valid_to == first + timedelta(days=99)
    )
    assert without[neighbour].valid_to is None
    assert without[neighbour].source_version > with_it[neighbour].source_version


def _check_rates(erp):
    rates = erp.pull("cost_rate").records
    expected = erp.sql(
        "select id, date, lead(date) over (partition by employee order by date) - 1"
        " from company_employee_cost_price"
    )
    found = [(int(key), one.valid_from, one.valid_to) for key, one in rates.items()]
    assert sorted(found) == sorted(expected)
    return rates
