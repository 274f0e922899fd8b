"""The middleware's own cross-reference joins what it confirms, and suggests the rest."""

from datetime import date

import pytest

from opsboard.records.models import Merge, Proposal
from tests.records.loading import project, put
from tests.records.matching import link, reference, thing

pytestmark = pytest.mark.django_db


def links(*said):
    put(*said, system="crm")


def test_what_it_confirmed_before_the_records_came_is_one_thing_when_they_come():
    links(link("1", "psa", "P1"), link("2", "erp", "981"))
    put(project("P1", code="ONE"), system="psa")
    put(project("981", code="OTHER"), system="erp")

    assert thing("psa", "P1") == thing("erp", "981")
    found = reference("erp", "981")
    assert (found.strength, found.derivation) == ("derived", "crm:2")


def test_what_it_confirms_of_known_records_becomes_one_thing():
    put(project("P1", code="ONE"), system="psa")
    put(project("981", code="OTHER"), system="erp")
    links(link("1", "psa", "P1"), link("2", "erp", "981"))

    assert thing("psa", "P1") == thing("erp", "981")
    assert Merge.objects.get().reason in ("crm:1", "crm:2")


@pytest.mark.parametrize(
    "said",
    [
        {"status": "retired"},
        {"valid_to": date(2026, 6, 17)},
        {"valid_from": date(2026, 6, 19)},
        {"is_deleted": True},
        {"canonical": "Y"},
        {"of_kind": "worker"},
    ],
)
def test_what_does_not_hold_joins_nothing(said):
    links(link("1", "psa", "P1"), link("2", "erp", "981", **said))
    put(project("P1", code="ONE"), system="psa")
    put(project("981", code="OTHER"), system="erp")
    links(link("1", "psa", "P1", version=2), link("2", "erp", "981", version=2, **said))

    assert thing("psa", "P1") != thing("erp", "981")
    assert not Proposal.objects.exists()


def test_what_it_only_proposes_waits_for_a_person():
    put(project("P1", code="ONE"), system="psa")
    put(project("981", code="OTHER"), system="erp")
    links(link("1", "psa", "P1"), link("2", "erp", "981", status="proposed"))

    assert thing("psa", "P1") != thing("erp", "981")
    assert "the middleware says so" in Proposal.objects.get().reason


def test_it_does_not_tear_apart_what_a_natural_key_joined():
    for system, native_id, code in [("psa", "1", "A"), ("erp", "2", "A"), ("crm", "3", "B")]:
        put(project(native_id, code=code), system=system)
    put(project("4", code="B"), system="psa")
    links(link("1", "erp", "2"), link("2", "crm", "3"))

    assert thing("psa", "1") == thing("erp", "2") != thing("crm", "3") == thing("psa", "4")
    assert Proposal.objects.get().state == "proposed"


def test_a_kind_that_has_no_copies_elsewhere_is_passed_over():
    links(link("1", "psa", "T1", of_kind="time_entry"), link("2", "psa", "T2", of_kind="nonsense"))

    assert not Proposal.objects.exists()
