"""Which state may follow which (domain.md A.2)."""

from itertools import pairwise

import pytest

from connectors.kinds import KINDS, fields_of
from connectors.kinds.lifecycles import LIFE_CYCLES, events, is_allowed, is_step


def declared(kind):
    return set(next(one.choices for one in fields_of(KINDS[kind]) if one.name == "status"))


@pytest.mark.parametrize("kind", LIFE_CYCLES)
def test_a_graph_speaks_of_the_declared_states_and_reaches_all_of_them(kind):
    cycle = LIFE_CYCLES[kind]
    told = set(cycle.steps) | {one for steps in cycle.steps.values() for one in steps}
    first = {"accounting_period": "future", "billing_event": "planned"}.get(kind, "draft")
    assert told <= declared(kind)
    assert {one for one in declared(kind) if is_allowed(kind, first, one)} == declared(kind)


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        ("time_entry", "draft submitted approved posted billed written_off"),
        ("time_entry", "submitted rejected draft"),
        ("time_entry", "approved recalled draft"),
        ("time_entry", "posted corrected"),
        ("expense_item", "approved reimbursed posted"),
        ("billing_event", "planned completed accepted ready released invoiced"),
        ("billing_event", "completed ready on_hold ready"),
        ("invoice", "draft in_review approved issued delivered part_paid paid"),
        ("invoice", "approved blocked approved"),
        ("invoice", "issued disputed credited"),
        ("accounting_period", "future open closing locked closed permanently_closed"),
        ("accounting_period", "locked open"),
        ("accounting_period", "closed open"),
    ],
)
def test_the_ways_of_the_document_are_steps(kind, way):
    states = way.split()
    assert all(is_step(kind, *pair) for pair in pairwise(states))


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("time_entry", "posted", "recalled"),
        ("time_entry", "posted", "draft"),
        ("time_entry", "billed", "approved"),
        ("time_entry", "corrected", "posted"),
        ("invoice", "issued", "draft"),
        ("invoice", "issued", "void"),
        ("invoice", "paid", "approved"),
        ("billing_event", "invoiced", "on_hold"),
        ("billing_event", "released", "completed"),
        ("billing_event", "cancelled", "ready"),
        ("accounting_period", "permanently_closed", "open"),
        ("accounting_period", "open", "future"),
    ],
)
def test_what_has_no_way_is_not_allowed(kind, before, after):
    assert not is_allowed(kind, before, after)
    assert not is_step(kind, before, after)


def test_states_that_passed_unseen_are_allowed_but_are_no_step():
    assert is_allowed("time_entry", "draft", "billed")
    assert not is_step("time_entry", "draft", "billed")


def test_being_on_hold_leads_nowhere_new():
    assert is_allowed("billing_event", "on_hold", "released")
    assert is_allowed("billing_event", "released", "on_hold")
    assert not is_allowed("billing_event", "released", "planned")


def test_what_stays_as_it_is_and_what_has_no_life_cycle_is_allowed():
    assert is_step("invoice", "paid", "paid")
    assert is_allowed("project", "closed", "active")
    assert is_step("project", "closed", "draft")
    assert events("project", "closed", "draft") == ()


def test_reopening_a_period_is_an_event_also_when_it_was_not_seen_open():
    assert events("accounting_period", "closed", "open") == ("period_reopened",)
    assert events("accounting_period", "locked", "closing") == ("period_reopened",)
    assert events("accounting_period", "open", "locked") == ()
