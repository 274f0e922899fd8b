from decimal import Decimal

import pytest

OLD = "2026-05-01T09:00:00+00:00"


@pytest.fixture
def linked(firm):
    """One project in PSA and ERP, linked by the middleware."""
    for system in ("psa", "erp"):
        firm.say("legal_entity", "E1", system)
        project(firm, system)
        link(firm, system)
    return firm


def project(firm, system="erp", **said):
    usual = {"enterprise_project_id": "EP-1", "source_updated_at": OLD}
    firm.say("project", "P1", system, **usual | said)


def link(firm, system="erp", name="", **said):
    usual = {"of_system": system, "valid_from": "2026-01-01", "source_updated_at": OLD}
    firm.say("id_xref", name or f"X-{system}", **usual | said)


def test_a_project_that_is_one_thing_everywhere_is_fine(linked):
    linked.reconcile("MD02")

    assert linked.subjects("MD02") == []


def test_it_finds_a_link_that_leads_nowhere_and_the_record_it_left(linked):
    link(linked, of_id="GONE")
    linked.reconcile("MD02")

    record, lost = linked.items("MD02")
    assert lost.subject == "middleware:X-erp"
    assert lost.title == "Project P1 in erp is linked to GONE, which does not exist"
    assert record.title == "Project P1 in erp has no link to other systems"
    assert record.group_id == lost.group_id
    assert {item.severity for item in (record, lost)} == {2}


def test_it_finds_an_id_that_stands_for_two_things(linked):
    link(linked, name="X-2", canonical="P-OTHER", valid_from="2026-06-01")
    linked.reconcile("MD02")

    [item] = linked.items("MD02")
    assert item.subject == "middleware:X-2"
    assert item.title == "Project P-OTHER in erp bears the id of P1, too"
    assert item.severity == 3


def test_it_finds_a_record_that_carries_another_enterprise_id(linked):
    project(linked, enterprise_project_id="EP-9")
    linked.reconcile("MD02")

    [item] = linked.items("MD02")
    assert (item.subject, item.evidence["says"]) == ("erp:P1", "EP-9")


def test_it_finds_a_record_that_changed_its_contract(linked):
    linked.say("legal_entity", "E1", "crm")
    for system in ("crm", "erp"):
        for name in ("S1", "S2"):
            linked.say("contract", name, system, number=name, source_updated_at=OLD)
            link(linked, system, f"X-{system}-{name}", of_kind="contract", of_id=name,
                 canonical=name)  # fmt: skip
    link(linked, "crm")
    project(linked, "crm", contract="S1")
    project(linked, contract="S2")
    linked.reconcile("MD02")

    [item] = linked.items("MD02")
    assert item.title == "Project P1 in erp belongs to another contract than in crm"
    assert (item.evidence["says"], item.severity) == ("S2", 3)


@pytest.mark.parametrize(
    "said",
    [
        {"status": "merged_into"},
        {"status": "retired"},
        {"valid_to": "2026-06-16"},
    ],
)
def test_links_that_were_merged_or_whose_time_is_over_are_ignored(linked, said):
    link(linked, name="X-2", of_id="GONE", canonical="P9", **said)
    linked.reconcile("MD02")

    assert linked.subjects("MD02") == []


def test_a_code_that_was_renamed_is_no_drift(linked):
    project(linked, code="P1-NEW")
    linked.reconcile("MD02")

    assert linked.subjects("MD02") == []


def test_people_and_projects_without_their_source_are_another_control_s(linked):
    link(linked, name="X-w", of_kind="worker", of_id="W1", canonical="W1", of_system="psa")
    linked.say("worker", "W1", "psa")
    linked.say("worker", "W2", "psa", worker_no="W2")
    linked.reconcile("MD02")

    assert linked.subjects("MD02") == []


@pytest.mark.parametrize(
    ("changed", "is_found"),
    [("2026-06-18T08:00:00+00:00", True), ("2026-06-18T08:01:00+00:00", False)],
)
def test_a_link_has_four_business_hours(linked, changed, is_found):
    link(linked, of_id="GONE", source_updated_at=changed)
    linked.reconcile("MD02")

    assert ("middleware:X-erp" in linked.subjects("MD02")) is is_found


def test_what_is_booked_in_open_periods_may_be_misstated(linked):
    period = {"module": "project", "legal_entity": "E1"}
    linked.say("accounting_period", "06", "erp", **period)
    linked.say("accounting_period", "05", "erp", **period, status="closed",
               starts_on="2026-05-01", ends_on="2026-05-31")  # fmt: skip
    for name, day in (("1", "2026-06-01"), ("2", "2026-05-04")):
        linked.say("project_actual", name, work_date=day, cost_amount_functional="400")
    project(linked, enterprise_project_id="EP-9")
    linked.reconcile("MD02")

    [item] = linked.items("MD02")
    assert (item.misstatement, item.currency) == (Decimal(400), "GBP")


def test_a_second_run_changes_nothing(linked):
    project(linked, enterprise_project_id="EP-9")
    linked.reconcile("MD02")
    [before] = linked.items("MD02")
    linked.reconcile("MD02")
    [after] = linked.items("MD02")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


def test_repairing_the_link_clears_both_items(linked):
    link(linked, of_id="GONE")
    linked.reconcile("MD02")
    items = linked.items("MD02")
    link(linked)
    linked.reconcile("MD02")

    for item in items:
        item.refresh_from_db()
    assert {item.state for item in items} == {"resolved"}
