"""Each fault alone changes what it lists and nothing else, and can be mended."""

import pytest

from connectors.sandbox.faults import FAULTS, ROWS
from connectors.sandbox.firm import build
from connectors.sandbox.shape import SNAPSHOTS
from connectors.sandbox.traps import ROWS as TRAP_ROWS
from connectors.sandbox.traps import TRAPS
from tests.sandbox.firms import END, differing, middling, sick, twin, whole

# A feed that stands still changes no record.
SILENT = {"flows.feed_stale"}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_alone_changes_exactly_the_records_that_it_lists(name):
    firm = middling({name})
    listed = {key for truth in firm.truth for key in truth.changed}

    assert differing(twin(), firm) == listed
    assert listed or name in SILENT
    assert {truth.fault_id.rsplit(".", 1)[0] for truth in firm.truth} == {name}


@pytest.mark.parametrize("name", FAULTS)
def test_a_mended_fault_leaves_the_firm_as_the_healthy_one(name):
    firm = middling({name})
    asked = firm.mend(name)
    healthy, mended = whole(twin()), whole(firm)

    assert asked == len(firm.truth) > 0
    assert firm.mend(name) == 0
    for key in {key for truth in firm.truth for key in truth.changed}:
        said = mended[key] or {}
        if key not in healthy:
            reversal = mended.get((*key[:2], f"{key[2]}-REV"))
            assert said.get("is_deleted") or reversal, key
        else:
            for field, value in healthy[key].items():
                if field not in ("source_version", "source_updated_at"):
                    assert said[field] == value, (key, field)


def test_every_row_of_faults_and_of_traps_has_ground_truth():
    rows = {truth.row for truth in sick().truth if truth.kind == "fault"}
    trapped = {truth.row for truth in sick().truth if truth.kind == "trap"}

    assert rows == {*ROWS}
    assert len(rows) == 33
    assert trapped == {*TRAP_ROWS}
    assert len(trapped) == 23


def test_every_switch_finds_its_victims():
    found = {truth.fault_id.rsplit(".", 1)[0] for truth in sick().truth}

    assert found == {*FAULTS, *(f"trap.{name}" for name in TRAPS)}


def test_a_record_of_truth_says_all_that_is_to_be_expected():
    for truth in sick().truth:
        assert truth.subject_keys, truth.fault_id
        # A feed is no record: it is named by its system and kind.
        assert all(":" in key or "/" in key for key in truth.subject_keys), truth.fault_id
        assert truth.control_code
        assert truth.group_key
        assert truth.injected_at <= truth.first_detectable_at
        if truth.kind == "fault":
            assert truth.root_cause != "none"
            assert truth.fix_action
            assert truth.expected_severity in ("low", "medium", "high", "critical")
            assert truth.expected_amount_gc >= 0
        else:
            assert truth.root_cause == "none"


def test_most_faults_can_be_seen_by_the_last_snapshot():
    late = [one for one in sick().truth if one.first_detectable_at > END]

    assert len(late) < len(sick().truth) / 20


def test_traps_alone_are_listed_as_exactly_as_faults():
    trapped = twin(traps=True)
    listed = {key for truth in trapped.truth for key in truth.changed}

    assert differing(twin(), trapped) == listed


def test_subjects_of_time_are_entries_that_the_psa_really_holds():
    held = {f"psa:{row['source_id']}" for row in sick().rows("psa", "time_entry")}
    for truth in sick().truth:
        if truth.control_code in ("TP01", "TP02", "TP04") and truth.kind == "fault":
            assert {*truth.subject_keys} <= held, truth.fault_id
        waiting = {*truth.children.get("TP01", [])}
        seen = {key for key in waiting if truth.visible_from("TP01", key) <= END}
        assert seen <= held, truth.fault_id


def test_unposted_time_is_approved_and_missing_in_the_ledger():
    posted = {row["source_key"] for row in sick().rows("erp", "project_actual")}
    book = sick().world.book
    for truth in sick().truth:
        if truth.kind == "fault":
            said = truth.subject_keys if truth.control_code == "TP01" else []
            for key in {*said, *truth.children.get("TP01", [])} - posted:
                row = book.row(("psa", "time_entry", key.removeprefix("psa:")))
                assert row is not None
                assert row["status"] == "approved", key
            assert not {*said, *truth.children.get("TP01", [])} & posted, truth.fault_id


def test_an_unknown_fault_is_refused_by_name():
    with pytest.raises(KeyError, match="no such"):
        build(size="tiny", faults={"no such"})


def test_time_goes_forward_only():
    firm = build(size="tiny", snapshot="pre-close", faults="none")
    before = len(firm.rows("erp", "project_actual"))
    firm.advance(SNAPSHOTS["close"])

    assert len(firm.rows("erp", "project_actual")) > before
    with pytest.raises(ValueError, match="cannot go back"):
        firm.advance(SNAPSHOTS["pre-close"])
