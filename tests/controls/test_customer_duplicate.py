from decimal import Decimal

import pytest

from opsboard.records.models import Entity, Proposal
from tests.firm import NOW


def customer(firm, code, system="crm", **said):
    said = {
        "legal_name": f"{code} Ltd",
        "tax_id": f"GB{code}",
        "country": "GB",
        "postcode": "SW1",
        **said,
    }
    firm.say("party", code, system, code=code, **said)


@pytest.fixture
def known(firm):
    """A customer, and a year in which nothing else happened."""
    customer(firm, "C1", legal_name="Penhallow Water Ltd")
    return firm


def test_it_finds_two_records_with_one_tax_number(known):
    customer(known, "C2", tax_id="GBC1")
    known.reconcile("MD01")

    [item] = known.items("MD01")
    assert item.subject == "crm:C2"
    assert item.title == (
        "C2 Ltd (C2) is the same customer as Penhallow Water Ltd (C1): same tax number"
    )
    assert (item.cause, item.severity) == ("duplicate", 2)


@pytest.mark.parametrize("name", ["registration_no", "duns", "lei", "bank_account"])
def test_other_numbers_prove_it_too(firm, name):
    customer(firm, "C1", **{name: "7"})
    customer(firm, "C2", **{name: "7"})
    firm.reconcile("MD01")

    assert firm.subjects("MD01") == ["crm:C2"]


@pytest.mark.parametrize(
    ("said", "may_be"),
    [
        ({"legal_name": "Penhallow  Water PLC"}, True),
        ({"legal_name": "PENHALLOW WATER"}, True),
        ({"legal_name": "Penhallow Waters Ltd"}, False),
        ({"legal_name": "Penhallow Rail Ltd"}, False),
        ({"legal_name": "Penhallow Water Ltd", "country": "IE"}, False),
        ({"legal_name": "Penhallow Water Ltd", "postcode": "SW2"}, False),
        ({"legal_name": "Penhallow Water Ltd", "parent": "C1"}, False),
        ({"legal_name": "Penhallow Water Ltd", "status": "inactive"}, False),
        ({"legal_name": "Penhallow Water Ltd", "is_intercompany": True}, False),
        ({"legal_name": "Penhallow Water Ltd", "is_customer": False}, False),
    ],
)
def test_alike_names_in_one_place_are_a_suggestion_and_weigh_little(known, said, may_be):
    customer(known, "C2", **said)
    known.reconcile("MD01")

    assert bool(known.subjects("MD01")) is may_be
    assert {(item.cause, item.severity) for item in known.items("MD01")} <= {
        ("duplicate_suggested", 1)
    }


def test_a_suggestion_waits_two_working_days(known):
    # Thursday at one in London, where a working day has nine hours.
    customer(
        known, "C2", legal_name="Penhallow Water plc", source_updated_at="2026-06-16T12:01:00+00:00"
    )
    known.reconcile("MD01")
    assert known.subjects("MD01") == []

    customer(
        known, "C2", legal_name="Penhallow Water plc", source_updated_at="2026-06-16T12:00:00+00:00"
    )
    known.reconcile("MD01")
    assert known.subjects("MD01") == ["crm:C2"]


def test_a_pair_that_somebody_told_apart_is_left_alone(known):
    customer(known, "C2", tax_id="GBC1")
    first, second = Entity.objects.filter(kind="party").order_by("id")
    Proposal.objects.create(
        kind="party",
        first=first,
        second=second,
        reason="same tax id",
        likeness=1,
        state=Proposal.State.REJECTED,
        proposed_at=NOW,
    )
    known.reconcile("MD01")

    assert known.subjects("MD01") == []


def test_copies_of_one_customer_in_two_systems_are_no_duplicates(known):
    customer(known, "C1", "erp", legal_name="Penhallow Water Ltd", tax_id="GBC1")
    known.reconcile("MD01")

    assert known.subjects("MD01") == []


def test_what_is_open_on_the_surplus_record_is_at_risk(known):
    for system in ("crm", "erp"):
        customer(known, "C2", system, tax_id="GBC1", currency="USD")
    open_one = {"party": "C2", "status": "issued", "open_amount": "1200"}
    known.say("invoice", "1", **open_one)
    known.say("invoice", "2", **open_one | {"status": "paid", "open_amount": "0"})
    known.reconcile("MD01")

    [item] = known.items("MD01")
    assert item.cash_at_risk == Decimal(1200)


def test_a_second_run_changes_nothing(known):
    customer(known, "C2", tax_id="GBC1")
    known.reconcile("MD01")
    [before] = known.items("MD01")
    known.reconcile("MD01")
    [after] = known.items("MD01")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


def test_merging_the_surplus_record_clears_the_item(known):
    customer(known, "C2", tax_id="GBC1")
    known.reconcile("MD01")
    [item] = known.items("MD01")
    customer(known, "C2", tax_id="GBC1", status="merged")
    known.reconcile("MD01")

    item.refresh_from_db()
    assert item.state == "resolved"
