from decimal import Decimal

import pytest

from tests.firm import NOW


@pytest.fixture
def hired(firm):
    """Ravi began on Monday; HR knows him, and what his grade costs."""
    firm.say("legal_entity", "E1", "hcm")
    firm.say("role", "SNR", "hcm", code="SNR", grade="SNR", default_billable=True)
    firm.say("rate_card", "STD", "erp", code="STD", scope="standard", currency="GBP")
    firm.say("rate_line", "L1", "erp", rate_card="STD", grade="SNR", bill_rate="100")
    hire(firm)
    firm.stream("identity", "user_account")
    firm.read_up_to(firm.now)
    return firm


def hire(firm, number="W2", **said):
    about = {"name": "Ravi Menon", "grade": "SNR", "hired_on": "2026-06-15"}
    firm.say("worker", number, "hcm", worker_no=number, **about | said)


def provision(firm, number="W2", **said):
    about = {"name": "Ravi Menon", "grade": "SNR", "calendar": "UK", "cost_center": "UK-1"}
    firm.say("worker", number, "psa", worker_no=number, **about | said)
    firm.say("worker", number, "identity", worker_no=number, name="Ravi Menon")
    firm.say("user_account", f"U-{number}", "identity", worker=number, login=number)
    firm.read_up_to(firm.now)


def test_it_finds_somebody_whom_the_psa_does_not_know(hired):
    hired.reconcile("WL01")

    [item] = hired.items("WL01")
    assert item.subject == "hcm:W2"
    assert item.title == "Ravi Menon started on 15 June and is unknown to the PSA"
    # Two weeks of eight hours a day, seventy percent of them at a hundred.
    assert item.exposure_only == Decimal(5600)
    assert item.is_estimated


@pytest.mark.parametrize(
    ("lacking", "told"),
    [
        ({"status": "pre_hire"}, "is not active in the PSA"),
        ({"calendar": ""}, "has no calendar in the PSA"),
        ({"cost_center": ""}, "has no cost centre in the PSA"),
    ],
)
def test_it_tells_what_the_psa_lacks(hired, lacking, told):
    provision(hired, **lacking)
    hired.reconcile("WL01")

    [item] = hired.items("WL01")
    assert told in item.title


def test_without_an_account_nobody_is_ready(hired):
    provision(hired)
    hired.drop("user_account", "U-W2", "identity")
    hired.reconcile("WL01")

    [item] = hired.items("WL01")
    assert "has no account" in item.title


def test_it_ignores_who_is_ready_starts_later_was_rescinded_or_is_never_billed(hired):
    provision(hired)
    hire(hired, "W3", hired_on="2026-06-19")
    hire(hired, "W4", status="rescinded")
    hire(hired, "W5", grade="COR")
    hire(hired, "W6", status="terminated")
    hired.reconcile("WL01")

    assert hired.subjects("WL01") == []


def test_the_day_begins_at_nine(hired):
    provision(hired)
    hire(hired, "W3", hired_on="2026-06-19")
    for hour, found in ((8, []), (9, ["hcm:W3"])):
        hired.now = NOW.replace(day=19, hour=hour)
        hired.read_up_to(hired.now)
        hired.reconcile("WL01")
        assert hired.subjects("WL01") == found


def test_a_second_run_changes_nothing_and_provisioning_clears_it(hired):
    hired.reconcile("WL01")
    hired.reconcile("WL01")
    [item] = hired.items("WL01")
    assert [line.verb for line in item.history.order_by("id")] == ["found"]

    provision(hired)
    hired.reconcile("WL01")
    item.refresh_from_db()
    assert item.state == "resolved"
