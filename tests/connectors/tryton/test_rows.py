"""What is worked out of a row beyond what a declaration can say."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from connectors.transforms import Unfit
from connectors.tryton import rows

MADE = datetime(2026, 7, 1, 8, tzinfo=UTC)
LATER = MADE + timedelta(days=1)


def test_a_path_is_a_key_again():
    row = {"company": 6, "company.": {"id": 6, "currency.": {"id": 1, "code": "EUR"}}}

    assert rows.lay_flat(row, ("company", "company.currency.code")) == {
        "company": 6,
        "company.currency.code": "EUR",
    }


def test_a_path_through_nothing_is_null():
    row = {"work.": {"origin.": None}}

    flat = rows.lay_flat(row, ("work.origin.type", "work.origin.parent.type"))
    assert flat == {"work.origin.type": None, "work.origin.parent.type": None}


def test_a_path_below_a_list_holds_a_list():
    row = {"lines.": [{"id": 1, "amount": 5}, {"id": 2, "amount": 7}]}

    assert rows.lay_flat(row, ("lines.amount",)) == {"lines.amount": [5, 7]}
    assert rows.lay_flat({"lines.": []}, ("lines.amount",)) == {"lines.amount": []}


def test_a_path_that_leads_to_a_number_is_unfit():
    with pytest.raises(Unfit):
        rows.lay_flat({"company.": 6}, ("company.currency.code",))


def test_the_last_change_of_any_part_is_the_rows():
    row = {"create_date": MADE, "write_date": None, "lines.write_date": [None, LATER]}

    assert rows.stamp_of(row, ("create_date", "write_date", "lines.write_date")) == LATER
    assert rows.stamp_of(row, ("create_date", "write_date")) == MADE
    with pytest.raises(Unfit):
        rows.stamp_of(row, ("write_date",))


def test_a_task_below_a_task_belongs_to_the_project_above_both():
    row = {"parent.type": "task", "parent.id": 8, "parent": 8}
    row |= {"parent.parent.type": "project", "parent.parent.id": 7}

    assert rows.task(row, {}) == {"project": 7, "parent": 8}


def test_time_on_a_project_itself_has_no_task():
    row = {"duration": timedelta(hours=2), "cost_price": Decimal("50.5"), "description": None}
    row |= {"work.origin.type": "project", "work.origin.id": 7}

    found = rows.actual(row, {"entry_pattern": ""})
    assert found == {"project": 7, "task": None, "entry": None, "cost": Decimal("101.0000")}


def test_time_on_no_project_at_all_has_neither():
    row = {"duration": timedelta(minutes=20), "cost_price": None, "description": "TE-7 x"}

    found = rows.actual(row, {"entry_pattern": "TE-[0-9]+"})
    assert found == {"project": None, "task": None, "entry": "TE-7", "cost": None}


def test_a_price_ends_the_day_before_the_next_one():
    days = [date(2026, 7, 1), date(2025, 1, 1), date(2026, 1, 1)]
    row = {"date": date(2025, 1, 1), "employee.cost_prices.date": days}
    meta = {"started": MADE.isoformat()}

    assert rows.cost_rate(row, meta)["valid_to"] == date(2025, 12, 31)
    assert rows.cost_rate({**row, "date": date(2026, 7, 1)}, meta)["valid_to"] is None


def test_the_date_of_a_draft_is_a_plan_and_of_a_posted_invoice_its_issue():
    row = {"invoice_date": date(2026, 7, 1), "total_amount": Decimal(-5), "state": "draft"}
    row |= {"create_date": MADE, "write_date": LATER, "move.lines.maturity_date": None}

    draft = rows.invoice(row, {})
    assert (draft["planned_on"], draft["issued_on"], draft["since"]) == (
        date(2026, 7, 1),
        None,
        MADE,
    )
    assert draft["type"] == "credit_note"
    due = [date(2026, 8, 2), None, date(2026, 8, 1)]
    posted = rows.invoice({**row, "state": "posted", "move.lines.maturity_date": due}, {})
    assert (posted["planned_on"], posted["issued_on"]) == (None, date(2026, 7, 1))
    assert (posted["due_on"], posted["since"]) == (date(2026, 8, 1), LATER)


def test_binary_noise_of_a_quantity_is_dropped():
    row = {"quantity": Decimal("0.30000000000000004"), "sequence": None}

    assert rows.invoice_line(row, {}) == {"quantity": Decimal("0.300000"), "line_no": 0}


def test_an_account_without_a_code_goes_by_its_name():
    row = {"account.code": None, "account.name": "Revenue", "move.origin": None}

    found = rows.gl_posting({**row, "move.state": "posted"}, {})
    assert (found["account"], found["manual"], found["status"]) == ("Revenue", True, "posted")
