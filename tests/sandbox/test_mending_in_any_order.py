"""Faults meet, and are mended one by one, in whatever order people come to them."""

from random import Random

import pytest

from connectors.sandbox.faults import FAULTS
from connectors.sandbox.firm import build
from tests.sandbox.firms import ENVELOPE, middling, twin, whole


def told(row):
    """What a record says; nothing of one that was deleted."""
    if row is None or row.get("is_deleted"):
        return None
    return {field: value for field, value in row.items() if field not in ENVELOPE}


@pytest.mark.parametrize("order", range(3))
def test_whoever_mends_everything_has_the_healthy_firm(order):
    firm, names = middling("all", traps=True), list(FAULTS)
    Random(order).shuffle(names)
    for name in names:
        firm.mend(name)
    healthy, mended = whole(twin(traps=True)), whole(firm)

    for key, row in mended.items():
        reversed_again = key[2].endswith("-REV") or (*key[:2], f"{key[2]}-REV") in mended
        if not reversed_again:
            expected = told(healthy.get(key)) or {}
            said = told(row) or {}
            assert {name: said.get(name) for name in expected} == expected, key
            assert not any(said[name] for name in said.keys() - expected.keys()), key
    assert healthy.keys() <= mended.keys()


def test_time_that_was_lost_comes_in_once_its_closed_project_is_open():
    firm = build(size="tiny")
    lost = next(one for one in firm.truth if one.fault_id.startswith("time.posting_lost."))
    shut = next(one for one in firm.truth if one.root_cause == "project_not_postable")
    line = lost.subject_keys[0].replace("psa:TE", "PA")
    assert lost.subject_keys[0] in shut.children["TP01"]

    firm.mend("time.posting_lost")
    assert firm.world.book.row(("erp", "project_actual", line)) is None
    firm.mend("setup.project_not_postable")
    assert firm.world.book.row(("erp", "project_actual", line))
