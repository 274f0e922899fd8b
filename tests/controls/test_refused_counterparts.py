"""A row that arrived and could not be read is not absent: its subjects are not evaluated."""

import pytest

from opsboard.controls.models import ControlRun
from opsboard.sync.models import RefusedRow
from tests.firm import NOW


@pytest.fixture
def refuse(firm):
    def refuse(system, kind, source_id, **hints):
        return RefusedRow.objects.create(
            stream=firm.stream(system, kind),
            source_id=source_id,
            reason="cannot be read",
            row="{}",
            hints=hints,
            fingerprint=f"{kind}{source_id}",
            refused_at=NOW,
        )

    return refuse


def last(code):
    return ControlRun.objects.filter(control=code).latest("id")


def test_a_customer_whose_row_was_refused_is_not_missing(firm, refuse):
    firm.say("invoice", "1", party="C9")
    row = refuse("erp", "party", "C9")
    firm.reconcile("BL01")
    assert firm.subjects("BL01") == []
    assert last("BL01").not_evaluated == 1

    row.state = RefusedRow.State.DISMISSED
    row.save()
    firm.reconcile("BL01")
    assert firm.subjects("BL01") == ["erp:1"]


def test_a_cost_rate_that_was_refused_leaves_its_persons_bookings_open(firm, refuse):
    firm.drop("cost_rate", "R1")
    firm.say("assignment", "A-1")
    refuse("erp", "cost_rate", "R2", worker="W1")
    firm.reconcile("ST01")

    assert firm.subjects("ST01") == []
    assert last("ST01").not_evaluated == 1


def test_a_posting_that_was_refused_is_not_absent(firm, refuse):
    firm.say("time_entry", "TE-1")
    firm.say("time_entry", "TE-2")
    refuse("erp", "project_actual", "1", source_key="psa:TE-1")
    firm.reconcile("TP01")

    assert firm.subjects("TP01") == ["psa:TE-2"]


def test_a_refused_row_of_a_kind_the_control_does_not_rest_on_hides_nothing(firm, refuse):
    firm.say("time_entry", "TE-1")
    refuse("erp", "worker", "W1")
    firm.reconcile("TP01")

    assert firm.subjects("TP01") == ["psa:TE-1"]
