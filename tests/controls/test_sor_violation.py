from decimal import Decimal

import pytest

LATER = "2026-06-17T09:00:00+00:00"


@pytest.fixture
def shared(firm):
    """A customer that CRM and ERP hold alike; CRM owns the name, the ERP the bank account."""
    for system in ("crm", "erp"):
        firm.say("legal_entity", "E1", system)
        customer(firm, system, source_updated_by="svc-integration")
    return firm


def customer(firm, system, **said):
    firm.say(
        "party", "C7", system, **{"code": "C7", "bank_account": "GB1", "country": "GB", **said}
    )


def typed(firm, system="erp", **said):
    customer(firm, system, **{"source_updated_by": "s.editor", "source_updated_at": LATER, **said})


def test_copies_that_agree_are_fine(shared):
    typed(shared)
    shared.reconcile("MD09")

    assert shared.subjects("MD09") == []


def test_it_finds_a_name_that_somebody_typed_into_the_erp(shared):
    typed(shared, legal_name="Penhallow (new)")
    shared.reconcile("MD09")

    [item] = shared.items("MD09")
    assert item.subject == "erp:C7"
    assert item.title == "Party C7: legal name changed in erp by s.editor, but crm owns it"
    assert (item.cause, item.severity) == ("edited_outside_owner", 1)
    assert item.amount_at_risk is None


def test_a_bank_account_weighs_more_and_puts_at_risk_what_is_owed(shared):
    shared.say("invoice", "1", party="C7", status="issued", open_amount="1200")
    shared.say("invoice", "2", party="C7", status="paid", open_amount="0")
    typed(shared, "crm", bank_account="XX9")
    shared.reconcile("MD09")

    [item] = shared.items("MD09")
    assert (item.subject, item.severity) == ("crm:C7", 3)
    assert item.misstatement == Decimal(1200)


@pytest.mark.parametrize(
    ("system", "said"),
    [
        # The owner may change what it owns.
        ("crm", {"legal_name": "Penhallow (new)"}),
        ("erp", {"bank_account": "GB2"}),
        # A first reading tells nothing of what an interface wrote, nor who wrote it.
        ("erp", {"legal_name": "Penhallow (new)", "source_updated_by": "svc-integration"}),
        ("erp", {"legal_name": "Penhallow (new)", "source_updated_by": ""}),
        # A field that the owner does not fill is the copy's own.
        ("erp", {"industry": "Water"}),
    ],
)
def test_owners_first_readings_and_local_fields_are_ignored(firm, system, said):
    for one in ("crm", "erp"):
        customer(firm, one, **({"source_updated_by": "s.editor", **said} if one == system else {}))
    firm.reconcile("MD09")

    assert firm.subjects("MD09") == []


def test_an_interface_may_write_only_what_the_owner_once_published(shared):
    customer(shared, "crm", legal_name="Penhallow II")
    customer(shared, "erp", source_updated_by="svc-integration", legal_name="Penhallow Water",
             source_updated_at=LATER, trading_name="x")  # fmt: skip
    shared.reconcile("MD09")
    assert shared.subjects("MD09") == []

    customer(shared, "erp", source_updated_by="svc-integration", legal_name="Invented")
    shared.reconcile("MD09")
    [item] = shared.items("MD09")
    assert (item.subject, item.cause) == ("erp:C7", "value_never_published")


@pytest.mark.parametrize(
    ("before", "after", "is_leap"),
    [
        ("posted", "recalled", True),
        ("billed", "approved", True),
        ("submitted", "posted", False),
        ("approved", "recalled", False),
        ("posted", "billed", False),
    ],
)
def test_states_follow_their_graph(firm, before, after, is_leap):
    firm.basics()
    firm.say("time_entry", "TE-1", status=before)
    firm.say("time_entry", "TE-1", status=after)
    firm.reconcile("MD09")

    assert bool(firm.subjects("MD09")) is is_leap
    for item in firm.items("MD09"):
        assert item.title == f"Time entry psa:TE-1 went from {before} to {after} in psa"
        assert item.cause == "illegal_transition"


def test_a_second_run_changes_nothing(shared):
    typed(shared, legal_name="Penhallow (new)")
    shared.reconcile("MD09")
    [before] = shared.items("MD09")
    shared.reconcile("MD09")
    [after] = shared.items("MD09")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


@pytest.mark.parametrize("by", ["the copy", "the owner"])
def test_either_side_giving_way_clears_the_item(shared, by):
    typed(shared, legal_name="Penhallow (new)")
    shared.reconcile("MD09")
    [item] = shared.items("MD09")
    if by == "the copy":
        typed(shared)
    else:
        customer(shared, "crm", legal_name="Penhallow (new)")
    shared.reconcile("MD09")

    item.refresh_from_db()
    assert item.state == "resolved"
