"""A record is what one system says; the thing itself is shared (domain.md 0.1)."""

import pytest

from opsboard.records.models import CrossReference, Entity
from tests.records.loading import entry, identities, project, put, seen, worker

pytestmark = pytest.mark.django_db


def thing(system, native_id, kind="project"):
    return CrossReference.objects.get(kind=kind, system=system, native_id=native_id).entity


def test_the_same_code_in_two_systems_is_one_thing():
    put(project("1", code="NQ-7"), system="psa")
    put(project("981", code="nq-7"), system="erp")

    assert thing("psa", "1") == thing("erp", "981")
    assert Entity.objects.count() == 1


def test_two_records_of_one_system_never_merge_by_their_code():
    put(project("1", code="NQ-7"), project("2", code="NQ-7"))
    put(project("3", code="NQ-7"))
    assert len({thing("psa", native_id).pk for native_id in "123"}) == 3

    put(project("981", code="NQ-7"), system="erp")
    put(project("982", code="NQ-7"), system="erp")
    assert len({thing("erp", "981").pk, thing("erp", "982").pk}) == 2


def test_without_a_code_nothing_is_joined():
    put(worker("1", worker_no=" "), system="psa")
    put(worker("1", worker_no=" "), system="erp")

    assert Entity.objects.filter(kind="worker").count() == 2


def test_kinds_do_not_share_codes():
    put(project("1", code="X1"))
    put(worker("1", worker_no="X1"))

    assert Entity.objects.count() == 2


def test_renaming_the_code_does_not_break_the_identity():
    put(project("1", code="OLD"), system="psa")
    put(project("981", code="OLD"), system="erp")
    before = thing("psa", "1")
    put(project("981", 2, code="NEW", name="Harbour"), system="erp")
    put(project("1", 2, code="NEW"), system="psa")

    assert thing("psa", "1") == thing("erp", "981") == before
    assert thing("psa", "1").code == "NEW"
    # A third system that only ever knew the new code finds it too.
    put(project("A", code="NEW"), system="crm")
    assert thing("crm", "A") == before


def test_a_deleted_record_keeps_its_identity_for_its_return():
    put(project("1"))
    before = thing("psa", "1")
    put(project("1", 2, is_deleted=True))
    put(project("1", 3, code="ANOTHER"))

    assert thing("psa", "1") == before


@pytest.mark.parametrize("systems", [("erp", "psa"), ("psa", "erp")])
def test_a_thing_is_called_what_the_first_of_its_systems_by_name_calls_it(systems):
    for system in systems:
        put(project(f"{system}-1", code="NQ-7", name=f"As {system} says"), system=system)

    assert identities() == {
        (
            "NQ-7",
            "As erp says",
            frozenset({("project", "psa", "psa-1"), ("project", "erp", "erp-1")}),
        )
    }


def test_a_new_code_alone_is_told_too():
    put(project("1", code="OLD", name="Harbour"))
    put(project("1", 2, code="NEW", name="Harbour"))

    assert thing("psa", "1").code == "NEW"


def test_an_older_version_does_not_rename_the_thing():
    put(project("1", 2, name="Now"))
    put(project("1", 1, name="Before"))

    assert thing("psa", "1").name == "Now"


def test_views_give_the_canonical_reference_whatever_the_system_calls_it():
    put(project("P1", code="NQ-7"), system="psa")
    put(project("981", code="NQ-7"), system="erp")
    put(entry("TE-1", project="P1"), system="psa")
    put(entry("TE-2", project="981"), system="erp")
    put(entry("TE-3", project="nobody knows"), system="psa")
    put(entry("TE-4", project="981"), system="psa")

    found = seen("time_entry")
    shared = seen("project")["psa:P1"]["canonical_id"]
    assert shared == thing("psa", "P1").pk
    assert found["psa:TE-1"]["project_id"] == found["erp:TE-2"]["project_id"] == shared
    # A native id is one system's own: 981 means nothing in the PSA.
    assert found["psa:TE-3"]["project_id"] is None
    assert found["psa:TE-4"]["project_id"] is None


def test_a_reference_may_arrive_before_what_it_refers_to():
    put(entry("TE-1", project="P1"))
    assert seen("time_entry")["psa:TE-1"]["project_id"] is None

    put(project("P1"))
    assert seen("time_entry")["psa:TE-1"]["project_id"] == thing("psa", "P1").pk


def test_a_reference_to_something_deleted_still_says_what_it_was():
    put(project("P1"))
    put(entry("TE-1", project="P1"))
    put(project("P1", 2, is_deleted=True))

    assert seen("project") == {}
    assert seen("time_entry")["psa:TE-1"]["project_id"] == thing("psa", "P1").pk
