"""Some codes mean something only within a legal entity, a contract or a project."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsboard.records.models import Change, Entity, Merge
from tests.records.loading import project, put, seen
from tests.records.matching import contract, entity, made, stored, task, thing

pytestmark = pytest.mark.django_db


def both_know(*records):
    for system in ("psa", "erp"):
        put(*records, system=system)


def test_one_number_of_two_legal_entities_is_two_things():
    both_know(entity("E1"), entity("E2", "NQ-DE"))
    put(contract("1"), contract("2", legal_entity="E2"), system="psa")
    put(contract("902", legal_entity="E2"), contract("901"), system="erp")

    assert thing("psa", "1", "contract") == thing("erp", "901", "contract")
    assert thing("psa", "2", "contract") == thing("erp", "902", "contract")
    assert Entity.objects.filter(kind="contract").count() == 2


def test_the_systems_may_call_the_legal_entity_by_other_ids():
    put(entity("E1"), system="psa")
    put(entity("4711"), system="erp")
    put(contract("1"), system="psa")
    put(contract("901", legal_entity="4711"), system="erp")

    assert thing("psa", "1", "contract") == thing("erp", "901", "contract")


def test_a_code_waits_for_what_it_is_within_and_then_matches():
    put(contract("1"), system="psa")
    put(contract("901"), system="erp")
    assert thing("psa", "1", "contract") != thing("erp", "901", "contract")
    assert thing("psa", "1", "contract").code == ""

    put(entity("E1"), system="psa")
    assert thing("psa", "1", "contract").code == "SOW-1"
    put(entity("E1"), system="erp")
    assert thing("psa", "1", "contract") == thing("erp", "901", "contract")
    assert stored("contract", "psa:1") == stored("contract", "erp:901")


def test_a_source_of_one_entity_need_not_name_it():
    put(contract("1", legal_entity=""), system="psa")
    put(contract("901", legal_entity=""), system="erp")

    assert thing("psa", "1", "contract") == thing("erp", "901", "contract")


def test_said_within_an_entity_and_said_within_none_is_not_the_same():
    both_know(entity("E1"))
    put(contract("1"), system="psa")
    put(contract("901", legal_entity=""), system="erp")

    assert thing("psa", "1", "contract") != thing("erp", "901", "contract")


def test_tasks_without_a_project_are_nobodys():
    put(task("1", project=""), system="psa")
    put(task("901", project=""), system="erp")

    assert thing("psa", "1", "wbs_task") != thing("erp", "901", "wbs_task")


def test_a_project_that_finds_its_other_self_takes_its_tasks_along():
    put(project("P1", code=" "), system="psa")
    put(project("981", code="NQ-7"), system="erp")
    put(task("1"), task("2", "2"), system="psa")
    put(task("901", project="981"), system="erp")
    assert thing("psa", "1", "wbs_task") != thing("erp", "901", "wbs_task")

    put(project("P1", 2, code="NQ-7"), system="psa")
    assert thing("psa", "P1") == thing("erp", "981")
    assert thing("psa", "1", "wbs_task") == thing("erp", "901", "wbs_task")
    assert thing("psa", "2", "wbs_task") != thing("psa", "1", "wbs_task")
    assert thing("psa", "2", "wbs_task").within == thing("erp", "981")


def test_a_natural_key_that_comes_later_matches_then():
    put(project("P1", code=" "), system="psa")
    put(project("981", code="NQ-7"), system="erp")
    alone = thing("psa", "P1")
    put(project("P1", 2, code="nq-7"), system="psa")

    assert thing("psa", "P1") == thing("erp", "981")
    [merge] = Merge.objects.all()
    assert (merge.gone, merge.kept, merge.by, merge.strength) == (
        alone,
        thing("erp", "981"),
        "",
        "exact",
    )
    assert seen("project")["psa:P1"]["canonical_id"] == thing("erp", "981").pk
    changes = Change.objects.filter(op="merge").values_list("key", "canonical_id")
    assert set(changes) == {("psa:P1", alone.pk), ("erp:981", thing("erp", "981").pk)}


def test_a_code_that_was_mistyped_matches_once_it_is_mended():
    put(project("P1", code="NQ-T"), system="psa")
    put(project("981", code="NQ-7"), system="erp")
    put(project("P1", 2, code="NQ-7"), system="psa")

    assert thing("psa", "P1") == thing("erp", "981")


def test_a_new_code_moves_nothing_that_does_not_stand_alone():
    put(project("P1", code="A"), system="psa")
    put(project("981", code="A"), system="erp")
    put(project("B", code="B"), system="crm")
    put(project("P1", 2, code="B"), system="psa")

    assert thing("psa", "P1") == thing("erp", "981") != thing("crm", "B")


def test_what_knows_only_the_code_of_what_was_merged_away_finds_what_it_was_merged_into():
    put(project("P1", code="NQ-T"), system="psa")
    put(project("981", code="NQ-7"), system="erp")
    put(project("P1", 2, code="NQ-7"), system="psa")
    put(project("C", code="NQ-T"), system="crm")

    assert thing("crm", "C") == thing("erp", "981")


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.permutations(range(10)))
def test_things_are_the_same_whatever_comes_first(db, order):
    pages = [
        ("psa", [entity("E1"), entity("E2", "NQ-DE")]),
        ("erp", [entity("4711"), entity("4712", "NQ-DE")]),
        ("psa", [contract("1"), contract("2", legal_entity="E2")]),
        ("erp", [contract("901", legal_entity="4711"), contract("902", legal_entity="4712")]),
        ("psa", [project("P1", code=" "), project("P2", code="B")]),
        ("psa", [project("P1", 2, code="A")]),
        ("erp", [project("981", code="A"), project("982", code="B")]),
        ("psa", [task("1"), task("2", project="P2")]),
        ("erp", [task("901", project="981"), task("902", project="982")]),
        ("erp", [made("change_order", "C1", number="1", contract="901")]),
        ("psa", [made("change_order", "C2", number="1", contract="1")]),
    ]
    fixed = pages.pop()
    with transaction.atomic():
        for number in order:
            system, records = pages[number]
            put(*records, system=system)
        put(*fixed[1], system=fixed[0])
        assert thing("psa", "1", "contract") == thing("erp", "901", "contract")
        assert thing("psa", "2", "contract") == thing("erp", "902", "contract")
        assert thing("psa", "P1") == thing("erp", "981") != thing("psa", "P2")
        assert thing("psa", "1", "wbs_task") == thing("erp", "901", "wbs_task")
        assert thing("psa", "2", "wbs_task") == thing("erp", "902", "wbs_task")
        assert thing("erp", "C1", "change_order") == thing("psa", "C2", "change_order")
        for kind, keys in (("project", ("psa:P1", "erp:981")), ("wbs_task", ("psa:1", "erp:901"))):
            assert len({stored(kind, key) for key in keys}) == 1
        named = Entity.objects.filter(merged_into=None, kind__in=("wbs_task", "contract"))
        assert {(one.code, one.within.code) for one in named} == {
            *(("SOW-1", "NQ-UK"), ("SOW-1", "NQ-DE"), ("1", "A"), ("1", "B")),
        }
        transaction.set_rollback(True)
