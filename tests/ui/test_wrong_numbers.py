"""Whatever stands in an address where a number should, the answer is never a failure of ours."""

import pytest

from opsboard.ui.numbers import whole
from tests.cast import cause, item

WRONG = ["²", "٣", "x", "-1", "1e9", "9" * 30, "\x00", " 1"]


@pytest.mark.parametrize("value", WRONG)
def test_what_is_no_number_is_told_apart(value):
    assert whole(value) is None
    assert whole("17") == 17


@pytest.mark.parametrize("value", WRONG)
def test_an_address_with_a_wrong_number_is_refused(read, helen, erp, value):
    group = cause()
    item(group, 100)
    read(helen, f"/exceptions/{group.pk}/", data={"item": value}, status=404)
    read(helen, "/systems/erp", data={"runs_before": value}, status=400)
    read(helen, "/controls/TP01", data={"before": value}, status=400)
