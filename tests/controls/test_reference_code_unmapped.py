import pytest


@pytest.fixture
def listed(firm):
    """One code of the PSA for time is mapped, since January."""
    firm.basics()
    firm.say("code_mapping", "M1")
    return firm


def worked(firm, name="TE-1", code="NEW", **said):
    firm.say("time_entry", name, utilization_category=code, **said)


def test_it_finds_records_with_a_code_that_nobody_mapped(listed):
    worked(listed)
    worked(listed, "TE-2")
    worked(listed, "TE-3", "BIL")
    listed.reconcile("MD08")

    assert listed.subjects("MD08") == ["psa:TE-1", "psa:TE-2"]
    item, other = listed.items("MD08")
    assert item.title == "Time entry of 1 June carries the code NEW, which has no mapping"
    assert item.group_id == other.group_id
    assert item.group.title == "Code NEW of psa has no mapping"


@pytest.mark.parametrize(
    ("said", "is_unmapped"),
    [
        ({}, False),
        ({"status": "proposed"}, False),
        ({"status": "retired"}, True),
        ({"valid_to": "2026-06-01"}, False),
        ({"valid_to": "2026-05-31"}, True),
        ({"valid_from": "2026-06-02"}, True),
        ({"used_by": "erp"}, True),
        ({"domain": "role"}, True),
    ],
)
def test_the_mapping_must_hold_on_the_day_of_the_record(listed, said, is_unmapped):
    listed.say("code_mapping", "M2", local_code="NEW", **said)
    worked(listed)
    listed.reconcile("MD08")

    assert bool(listed.subjects("MD08")) is is_unmapped


def test_lists_that_are_not_mapped_and_records_without_a_code_are_ignored(listed):
    worked(listed, code="")
    worked(listed, "TE-2", status="rejected")
    listed.say("expense_item", "X1", expense_type="ferry")
    listed.say("assignment", "A1", role="ENG")
    listed.reconcile("MD08")

    assert listed.subjects("MD08") == []


def test_expenses_billing_events_and_bookings_carry_codes_too(listed):
    for domain in ("expense_type", "tax", "role"):
        listed.say("code_mapping", domain, domain=domain, local_code="known")
    listed.say("expense_item", "X1", expense_type="ferry")
    listed.say("billing_event", "B1", tax_code="GB-9", status="ready", planned_on="2026-06-01")
    listed.say("assignment", "A1", role="ENG", status="confirmed")
    listed.reconcile("MD08")

    assert listed.subjects("MD08") == ["psa:A1", "psa:B1", "psa:X1"]


def test_a_second_run_changes_nothing(listed):
    worked(listed)
    listed.reconcile("MD08")
    [before] = listed.items("MD08")
    listed.reconcile("MD08")
    [after] = listed.items("MD08")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


def test_approving_the_mapping_clears_the_items(listed):
    worked(listed)
    listed.reconcile("MD08")
    [item] = listed.items("MD08")
    listed.say("code_mapping", "M2", local_code="NEW")
    listed.reconcile("MD08")

    item.refresh_from_db()
    assert item.state == "resolved"
