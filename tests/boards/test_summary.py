"""The summary of a run counts what stands, and only that."""

import pytest

from opsboard.boards.summary import summarise
from tests.cast import cause, hanging, item, resolved

pytestmark = pytest.mark.usefixtures("world")


def test_the_summary_counts_unsettled_items_causes_and_money():
    hanging([100, 50])
    shared = cause(control="BL01")
    item(shared, 30, atom="a", cash_at_risk=80)
    item(shared, 0, state="resolved", resolved_by_run=1)
    resolved()
    found = summarise()
    assert found["exceptions"] == {"BL01": 1, "TP01": 2}
    assert (found["groups"], found["amount_at_risk"], found["currency"]) == (2, "230.00", "USD")
    assert found["records"]["time_entry"] == 0
