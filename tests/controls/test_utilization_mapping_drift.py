from decimal import Decimal

import pytest

OLD = "2026-05-01T09:00:00+00:00"


@pytest.fixture
def mapped(firm):
    """Time under a code that stands for one category, since January."""
    firm.basics()
    mapping(firm)
    for number in range(3):
        worked(firm, f"TE-{number}")
    return firm


def mapping(firm, name="U1", **said):
    firm.say("utilization_category", name, **{"source_updated_at": OLD, **said})


def worked(firm, name, **said):
    usual = {"utilization_category": "BIL", "submitted_at": "2026-06-08T09:00:00+00:00"}
    firm.say("time_entry", name, **usual | said)


def test_a_code_with_one_meaning_is_fine(mapped):
    mapped.reconcile("MD06")

    assert mapped.subjects("MD06") == []


def test_it_finds_a_code_in_use_that_nobody_mapped(mapped):
    worked(mapped, "TE-9", utilization_category="NEW", hours="4")
    mapped.reconcile("MD06")

    [item] = mapped.items("MD06")
    assert item.subject == "psa:NEW"
    assert item.title == "Code NEW of psa has no category, 4.00 h are affected"
    assert (item.cause, item.severity) == ("code_unmapped", 2)
    assert item.evidence["percent_of_all_hours"] == Decimal("14.29")


def test_it_finds_a_code_with_two_meanings(mapped):
    mapping(mapped, "U2", code="strategic", valid_from="2026-06-01")
    mapped.reconcile("MD06")

    [item] = mapped.items("MD06")
    assert (item.subject, item.cause) == ("psa:BIL", "code_ambiguous")


@pytest.mark.parametrize(
    ("said", "is_wrong"),
    [
        ({"valid_to": "2026-06-01"}, False),
        # The time was worked on 1 June.
        ({"valid_to": "2026-05-31"}, True),
        ({"valid_from": "2026-06-02"}, True),
        ({"status": "retired"}, True),
        ({"status": "proposed"}, True),
    ],
)
def test_the_mapping_must_hold_on_the_day_of_the_work(mapped, said, is_wrong):
    mapping(mapped, **said)
    mapped.reconcile("MD06")

    assert bool(mapped.subjects("MD06")) is is_wrong


def test_one_meaning_after_the_other_and_pilots_without_time_are_fine(mapped):
    mapping(mapped, valid_to="2026-06-30")
    mapping(mapped, "U2", code="strategic", valid_from="2026-07-01")
    mapping(mapped, "U3", local_code="PILOT", status="proposed")
    mapped.reconcile("MD06")

    assert mapped.subjects("MD06") == []


def test_few_hours_weigh_little(mapped):
    for number in range(10, 13):
        worked(mapped, f"TE-{number}", hours="1000")
    worked(mapped, "TE-9", utilization_category="NEW", hours="1")
    mapped.reconcile("MD06")

    assert [item.severity for item in mapped.items("MD06")] == [1]


def test_time_that_was_taken_back_does_not_count(mapped):
    for status in ("draft", "rejected", "recalled"):
        worked(mapped, status, utilization_category="NEW", status=status)
    mapped.reconcile("MD06")

    assert mapped.subjects("MD06") == []


def test_a_second_run_changes_nothing(mapped):
    worked(mapped, "TE-9", utilization_category="NEW")
    mapped.reconcile("MD06")
    [before] = mapped.items("MD06")
    mapped.reconcile("MD06")
    [after] = mapped.items("MD06")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


def test_approving_the_mapping_clears_the_item(mapped):
    worked(mapped, "TE-9", utilization_category="NEW")
    mapped.reconcile("MD06")
    [item] = mapped.items("MD06")
    mapping(mapped, "U9", local_code="NEW")
    mapped.reconcile("MD06")

    item.refresh_from_db()
    assert item.state == "resolved"
