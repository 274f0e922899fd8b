from decimal import Decimal

import pytest

from opsboard.exceptions.models import Severity


@pytest.fixture
def sold(firm):
    """A project that delivery has had for ten days."""
    firm.say("project", "P2", "psa", code="P2", name="Lock gates", status="approved")
    return firm


def work(firm, source_id="TE-1", **said):
    firm.say("time_entry", source_id, project="P2", **said)


def provision(firm, **said):
    firm.say("project", "P2", "erp", code="P2", name="Lock gates", **said)


def test_it_finds_a_project_that_the_erp_does_not_have(sold):
    sold.reconcile("PS02")

    [item] = sold.items("PS02")
    assert item.subject == "psa:P2"
    assert item.title == "P2 Lock gates does not exist in the ERP"
    assert item.cause == "project_missing"


def test_approved_time_that_waits_is_at_risk_and_needs_no_grace(sold):
    sold.say(
        "project", "P2", "psa", code="P2", name="Lock gates", status="active",
        source_updated_at="2026-06-18T11:00:00+00:00",
    )  # fmt: skip
    sold.reconcile("PS02")
    assert sold.subjects("PS02") == []

    work(sold)
    sold.say(
        "expense_item", "X1", "psa", project="P2", billable=True, bill_amount="130",
        bill_currency="USD",
    )  # fmt: skip
    sold.reconcile("PS02")
    [item] = sold.items("PS02")
    assert "and 2 approved entries wait for it" in item.title
    assert (item.revenue_at_risk, item.cost_at_risk) == (Decimal(1330), Decimal(600))
    assert item.severity == Severity.HIGH


@pytest.mark.parametrize(
    "said",
    [
        {"status": "draft"},
        {"financial_status": "closed"},
        # Approved is before active: no cost may be posted yet.
        {"financial_status": "approved"},
        {"postable_to": "2026-05-31"},
    ],
)
def test_it_finds_a_project_that_takes_no_postings(sold, said):
    sold.say("project", "P2", "psa", code="P2", name="Lock gates")
    provision(sold, **said)
    work(sold)
    sold.reconcile("PS02")

    [item] = sold.items("PS02")
    assert "takes no postings in the ERP" in item.title
    assert item.cause == "project_not_postable"


def test_it_ignores_projects_on_hold_not_meant_for_the_erp_or_shut_for_other_days(sold):
    provision(sold, postable_to="2026-06-30")
    work(sold)
    sold.say("project", "P3", "psa", code="P3", status="on_hold")
    sold.say("project", "P4", "psa", code="P4", erp_required=False)
    sold.say("project", "P5", "psa", code="P5", source_updated_at="2026-06-18T10:00:00+00:00")
    sold.reconcile("PS02")

    assert sold.subjects("PS02") == []


def test_waiting_time_hangs_under_the_project(sold):
    work(sold)
    sold.reconcile("PS02", "TP01")

    [project], [entry] = sold.items("PS02"), sold.items("TP01")
    assert entry.group_id == project.group_id


def test_a_second_run_changes_nothing_and_provisioning_clears_it(sold):
    sold.reconcile("PS02")
    sold.reconcile("PS02")
    [item] = sold.items("PS02")
    assert [line.verb for line in item.history.order_by("id")] == ["found"]

    provision(sold, status="approved")
    sold.reconcile("PS02")
    item.refresh_from_db()
    assert item.state == "resolved"
