"""A control's life: shadows count and raise nothing, changes are versions, drafts are not asked."""

from contextlib import ExitStack

import pytest

from opsboard.config import using
from opsboard.controls.models import Control, ControlRun, ControlVersion
from tests.firm import CONFIGURATION


def ask(firm, settings="", code="TP01"):
    """A turn under these settings of the control."""
    with ExitStack() as stack:
        stack.enter_context(using(CONFIGURATION + f"\n[control.{code}]\n{settings}\n"))
        assert firm.reconcile(code) == []


def last(code="TP01"):
    return ControlRun.objects.filter(control=code).latest("id")


def test_a_shadow_runs_and_counts_and_raises_nothing(firm):
    firm.say("time_entry", "TE-1")
    ask(firm, 'status = "shadow"')

    assert (last().status, last().findings, last().mode) == ("shadow", 1, "full")
    assert firm.items("TP01") == []
    assert Control.objects.get(code="TP01").status == "shadow"


def test_what_goes_live_raises_what_it_found_as_a_shadow(firm):
    firm.say("time_entry", "TE-1")
    ask(firm, 'status = "shadow"')
    ask(firm)

    assert firm.subjects("TP01") == ["psa:TE-1"]


@pytest.mark.parametrize("status", ["shadow", "draft", "retired"])
def test_what_is_not_live_any_more_lets_go_of_its_items(firm, status):
    firm.say("time_entry", "TE-1")
    ask(firm)
    assert firm.items("TP01")
    ask(firm, f'status = "{status}"')

    assert firm.items("TP01") == []
    assert Control.objects.get(code="TP01").status == status


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_what_is_not_asked_leaves_no_evidence(firm, status):
    firm.say("time_entry", "TE-1")
    ask(firm, f'status = "{status}"')

    assert not ControlRun.objects.filter(control="TP01").exists()


def test_a_changed_parameter_is_a_version_with_day_name_and_difference(firm):
    ask(firm)
    ask(firm, 'parameters = { grace_hours = 12 }\napproved_by = "Helen Marsh"')

    first, second = ControlVersion.objects.filter(control="TP01").order_by("version")
    assert (first.version, first.change, first.approved_by) == (1, "first version", "")
    assert (second.version, second.approved_by) == (2, "Helen Marsh")
    assert second.change == "grace_hours: 24 -> 12"
    assert second.effective_from == firm.now.date()
    assert second.recorded_at == firm.now
    assert (last().version, last().parameters["grace_hours"]) == (2, 12)
    assert last().reason == "first run of this version"


def test_retiring_and_coming_back_are_versions_and_raise_again(firm):
    firm.say("time_entry", "TE-1")
    ask(firm)
    ask(firm, 'status = "retired"\napproved_by = "Helen Marsh"')
    ask(firm)

    told = ControlVersion.objects.filter(control="TP01").order_by("version")
    assert [one.change for one in told] == [
        "first version",
        "status: live -> retired",
        "status: retired -> live",
    ]
    assert told[1].approved_by == "Helen Marsh"
    assert firm.subjects("TP01") == ["psa:TE-1"]


def test_the_same_settings_make_no_version(firm):
    ask(firm)
    ask(firm)
    assert ControlVersion.objects.filter(control="TP01").count() == 1


def test_a_change_waits_for_its_day(firm):
    firm.say("time_entry", "TE-1")
    ask(firm, 'status = "retired"\neffective_from = 2026-06-19')
    assert firm.subjects("TP01") == ["psa:TE-1"]

    firm.now = firm.now.replace(day=19)
    ask(firm, 'status = "retired"\neffective_from = 2026-06-19')
    assert firm.items("TP01") == []


def test_a_run_keeps_rows_totals_and_amounts_of_both_sides(firm):
    firm.say("time_entry", "TE-1", hours="8")
    firm.say("time_entry", "TE-2", hours="6")
    firm.say("project_actual", "1", source_key="psa:TE-2", hours="6")
    ask(firm, code="TP01")

    totals = last().totals
    assert (totals["population"]["count"], totals["against"]["count"]) == (2, 1)
    assert totals["amounts"]["finding"]["revenue_at_risk"] == {"USD": "1200.0000000000"} or (
        float(totals["amounts"]["finding"]["revenue_at_risk"]["USD"]) == 1200
    )
    assert last().result_hash
