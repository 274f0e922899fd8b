"""The firm has the size that was asked for, and the same seed gives the same firm."""

from datetime import date

import pytest

from connectors.sandbox.firm import build, describe
from connectors.sandbox.shape import DEFAULT, SNAPSHOTS, TINY, shape_of
from tests.sandbox.firms import differing, sick, twin


def test_the_same_seed_gives_the_same_firm():
    one, other = (build(seed=5, size="tiny", snapshot="post-close") for _ in range(2))

    assert differing(one, other) == set()
    assert one.truth_as_json() == other.truth_as_json()
    assert describe(one) == describe(other)


def test_another_seed_gives_another_firm():
    one, other = (build(seed=seed, size="tiny", snapshot="post-close") for seed in (5, 6))

    assert len(differing(one, other)) > 100


def test_the_tiny_firm_is_tiny():
    firm = build(size="tiny", snapshot="post-close")

    assert len(firm.rows("hcm", "worker")) in (12, 13)
    assert len(firm.world.projects) == 6
    assert len(firm.rows("erp", "legal_entity")) == 2
    assert firm.world.shape.starts_on == date(2026, 6, 1)


@pytest.mark.parametrize(("size", "workers"), [("default", 400), ("large", 2000), (120, 120)])
def test_sizes_are_named_or_numbered(size, workers):
    assert shape_of(size).workers == workers


def test_the_default_firm_has_the_published_shape():
    assert (DEFAULT.delivery, DEFAULT.contractors, DEFAULT.projects) == (330, 50, 120)
    assert (DEFAULT.parties, DEFAULT.contracts, DEFAULT.change_orders) == (70, 96, 31)
    assert TINY.workers == 12


def test_the_middling_firm_mixes_every_way_of_billing():
    methods = {one.method for one in twin().world.projects}

    assert {"time_materials", "tm_capped", "milestone", "fixed_price", "retainer"} <= methods


def test_seven_tenths_of_the_hours_that_people_are_there_are_billable():
    entries = twin().world.entries
    there = sum(one.hours for one in entries if one.category != "leave")
    billable = sum(one.hours for one in entries if one.billable)

    assert 0.64 < billable / there < 0.76


def test_every_system_holds_its_copy_under_its_own_ids():
    systems = sick().systems

    assert {"crm", "psa", "hcm", "erp", "payroll", "procurement", "identity", "middleware"} == {
        *systems
    }
    for kind in ("worker", "project", "party", "contract"):
        ids = [
            {row["source_id"] for row in systems[name][kind]}
            for name in systems
            if kind in systems[name]
        ]
        assert all(not one & other for one in ids for other in ids if one is not other)


def test_a_close_has_three_snapshots():
    assert [SNAPSHOTS[name].date() for name in ("pre-close", "close", "post-close")] == [
        date(2026, 6, 26),
        date(2026, 7, 2),
        date(2026, 7, 9),
    ]
