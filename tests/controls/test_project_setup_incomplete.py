from decimal import Decimal

import pytest

WHOLE = {
    "party": "C1",
    "project_manager": "W1",
    "approver": "W1",
    "starts_on": "2026-01-05",
    "ends_on": "2026-12-31",
    "billing_method": "time_materials",
    "currency": "USD",
    "revenue_method": "as_incurred",
    "tax_profile": "GB-STD",
    "cost_center": "UK-1",
}


@pytest.fixture
def whole(firm):
    """A project on which time was posted, with everything that each step needs."""
    for system in ("psa", "erp"):
        firm.say("project", "P1", system, **WHOLE)
        firm.say("wbs_task", "T1", system, project="P1", task_no="P1.1")
    firm.say("rate_card", "RC1", "erp", scope="standard")
    firm.say("revenue_schedule", "RS1", "erp")
    firm.say("time_entry", "TE-1", status="posted", bill_amount="1200")
    firm.say("project_actual", "1", source_key="psa:TE-1")
    return firm


def lose(firm, system, **said):
    firm.say("project", "P1", system, **WHOLE | said)


def test_it_finds_what_a_project_lacks_as_one_list(whole):
    lose(whole, "psa", project_manager="", approver="")
    whole.reconcile("PS03")

    [item] = whole.items("PS03")
    assert item.subject == "psa:P1"
    assert item.title == "P1 Harbour lacks a project manager (PSA), an approver (PSA)"
    assert not item.revenue_at_risk


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"tax_profile": ""}, "a tax profile (ERP)"),
        ({"revenue_method": ""}, "a revenue method (ERP)"),
        ({"currency": ""}, "a currency (ERP)"),
    ],
)
def test_without_an_item_of_billing_what_is_posted_and_not_billed_is_at_risk(whole, said, told):
    lose(whole, "erp", **said)
    whole.reconcile("PS03")

    [item] = whole.items("PS03")
    assert told in item.title
    assert item.revenue_at_risk == Decimal(1200)


def test_records_that_belong_to_a_project_are_missed_too(whole):
    whole.drop("revenue_schedule", "RS1", "erp")
    whole.drop("rate_card", "RC1", "erp")
    whole.say("wbs_task", "T1", "psa", project="P1", task_no="P1.1", status="closed")
    whole.reconcile("PS03")

    [item] = whole.items("PS03")
    for told in ("a chargeable task (PSA)", "a rate card (ERP)", "a revenue schedule (ERP)"):
        assert told in item.title


def test_it_ignores_whole_projects_steps_not_reached_and_fresh_gaps(whole):
    fresh = {"source_updated_at": "2026-06-17T09:00:00+00:00"}
    whole.say("project", "P2", "psa", **WHOLE | fresh | {"code": "P2", "approver": ""})
    whole.say("wbs_task", "T2", "psa", project="P2", task_no="P2.1")
    # Nothing was posted on it: nobody needs its tax profile yet.
    for system in ("psa", "erp"):
        whole.say("project", "P3", system, **WHOLE | {"code": "P3", "tax_profile": ""})
        whole.say("wbs_task", "T3", system, project="P3", task_no="P3.1")
    whole.say("project", "P4", "psa", **WHOLE | {"code": "P4", "approver": "", "status": "on_hold"})
    ahead = {"code": "P5", "approver": "", "status": "approved", "starts_on": "2026-07-20"}
    whole.say("project", "P5", "psa", **WHOLE | ahead)
    whole.reconcile("PS03")

    assert whole.subjects("PS03") == []


def test_internal_work_is_asked_for_no_bill(whole):
    for system in ("psa", "erp"):
        lose(whole, system, type="internal", party="", billing_method="non_billable",
             tax_profile="", revenue_method="")  # fmt: skip
    whole.reconcile("PS03")

    assert whole.subjects("PS03") == []


def test_a_second_run_changes_nothing_and_completing_it_clears_it(whole):
    lose(whole, "psa", approver="")
    whole.reconcile("PS03")
    whole.reconcile("PS03")
    [item] = whole.items("PS03")
    assert [line.verb for line in item.history.order_by("id")] == ["found"]

    lose(whole, "psa")
    whole.reconcile("PS03")
    item.refresh_from_db()
    assert item.state == "resolved"
