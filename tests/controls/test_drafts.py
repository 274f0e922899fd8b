"""What is specified and not yet asked stands in the catalogue, so that nothing is missing."""

import pytest

from opsboard.controls.catalogue import FOLDER, library
from opsboard.workflows import WORKFLOWS

PERIODS = {"CO-N", "CO-C", "CO-L"}
DRAFTS = [one for one in library().values() if not one.sql]


@pytest.mark.parametrize("draft", DRAFTS, ids=lambda one: one.code)
def test_what_is_only_specified_says_all_that_a_builder_needs(draft):
    assert draft.path.name == f"{draft.code}_{draft.slug}.sql"
    assert draft.path.parent == FOLDER / draft.workflow
    assert draft.workflow in WORKFLOWS
    assert draft.status == "draft" or draft.raised_by
    assert draft.specification.startswith(f"domain {draft.code}")
    assert len(draft.remediation) >= 2
    assert len(draft.what) > 100
    assert set(draft.period) <= PERIODS
    assert set(draft.match) <= {"exact", "derived", "suggested"}


def test_nothing_of_the_register_is_missing():
    """Thirty-three of second and later priority are drafts, until somebody writes their SELECT."""
    later = {
        *("PS06", "PS07", "PS09", "PS10", "ST03", "ST08", "ST09", "TP06", "TP07", "TP09", "TP10"),
        *("TP11", "EX02", "EX03", "EX05", "BL09", "BL10", "RV02", "RV05", "RV07", "RV08", "AR02"),
        *("AR03", "WL02", "WL05", "WL06", "WL07", "WL08", "MD05", "MD07", "MD11", "IN05", "IN09"),
    }
    assert len(later) == 33
    assert later <= set(library())
    assert library()["IN11"].raised_by == library()["IN09"].raised_by == "exceptions"
