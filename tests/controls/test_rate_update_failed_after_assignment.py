from decimal import Decimal

import pytest

REVISED = "2026-06-10T09:00:00+00:00"


@pytest.fixture
def revised(firm):
    """A price that sales raised from the ninth of June on; the PSA has the old one alone."""
    firm.say("legal_entity", "E1", "crm")
    for system in ("psa", "crm"):
        firm.say("role", "ENG", system)
        firm.say("contract", "SC1", system, billing_method="time_materials")
        firm.say("rate_card", "RC1", system, contract="SC1")
        firm.say("rate_line", "L1", system, role="ENG", currency="USD", valid_to="2026-06-08"
                 if system == "crm" else None)  # fmt: skip
    firm.say("project", "P1", "psa", contract="SC1", billing_method="time_materials",
             currency="USD")  # fmt: skip
    raise_price(firm, "crm")
    return firm


def raise_price(firm, system, **said):
    firm.say("rate_line", "L2", system, role="ENG", currency="USD", **{
        "valid_from": "2026-06-09", "bill_rate": "160", "version": 2,
        "source_updated_at": REVISED, **said})  # fmt: skip


def book(firm, source_id="A1", **said):
    firm.say("assignment", source_id, role="ENG", bill_currency="USD",
             **{"bill_rate": "150", **said})  # fmt: skip


def test_it_finds_a_price_that_did_not_reach_the_psa(revised):
    book(revised)
    revised.say("time_entry", "TE-1", work_date="2026-06-09")
    revised.say("time_entry", "TE-2", work_date="2026-06-08")
    revised.reconcile("ST04")

    [item] = revised.items("ST04")
    assert item.subject == "crm:L2"
    assert item.title == "The new price of Engineer on SOW-1 from 9 June has not reached psa"
    # Eight hours since, and four days to come, times ten.
    assert (item.revenue_at_risk, item.exposure_only) == (Decimal(80), Decimal(320))
    assert [c.atom for c in item.exposures.filter(measure="revenue_at_risk")] == ["psa:TE-1"]


def test_a_refusal_is_told_at_once_and_is_the_cause(revised):
    raise_price(revised, "crm", source_updated_at="2026-06-18T11:30:00+00:00")
    revised.reconcile("ST04")
    assert revised.subjects("ST04") == []

    revised.say("integration_message", "M1", subject_key="crm:L2", subject_kind="rate_line",
                source="crm", target="psa", flow="rate_sync", outcome="rejected",
                error_code="assignment_exists", error_class="data_quality",
                emitted_at="2026-06-18T11:30:00+00:00")  # fmt: skip
    revised.reconcile("ST04")
    [item] = revised.items("ST04")
    assert item.cause == "message_rejected"


def test_it_finds_bookings_that_kept_the_old_price(revised):
    raise_price(revised, "psa")
    book(revised)
    revised.reconcile("ST04")

    [item] = revised.items("ST04")
    assert item.title.endswith("has not reached 1 bookings")
    assert item.cause == "booking_not_repriced"


@pytest.mark.parametrize(
    "said",
    [
        {"rate_version": "locked"},
        {"bill_rate": "160"},
        {"ends_on": "2026-06-08"},
        {"confirmed_at": "2026-06-10T09:00:01+00:00"},
        {"status": "tentative"},
        {"role": "OTHER"},
    ],
)
def test_it_ignores_bookings_that_need_no_new_price(revised, said):
    raise_price(revised, "psa")
    revised.say("assignment", "A1", **{"role": "ENG", "bill_rate": "150", **said})
    revised.reconcile("ST04")

    assert revised.subjects("ST04") == []


def test_it_ignores_systems_that_never_had_the_list(revised):
    raise_price(revised, "psa")
    revised.say("rate_card", "OTHER", "erp", code="OTHER")
    revised.reconcile("ST04")

    assert revised.subjects("ST04") == []


def test_a_price_that_is_yet_to_come_is_due_on_bookings_only_from_its_day(revised):
    for system in ("crm", "psa"):
        raise_price(revised, system, valid_from="2026-06-19")
    book(revised, ends_on="2026-06-30")
    revised.reconcile("ST04")

    assert revised.subjects("ST04") == []


def test_a_cost_rate_that_did_not_reach_the_erp_is_found_without_its_value(revised):
    raise_price(revised, "psa")
    for number, said in (("R1", {}), ("R2", {"valid_from": "2026-06-09", "rate": "61.37"})):
        revised.say("cost_rate", number, "hcm", source_updated_at=REVISED, **said)
    revised.say("worker", "W1", "hcm")
    book(revised, bill_rate="160")
    revised.say("time_entry", "TE-1", work_date="2026-06-09")
    revised.reconcile("ST04")

    [item] = revised.items("ST04")
    assert item.subject == "hcm:R2"
    assert item.cost_at_risk == Decimal("10.96")
    assert "61.37" not in f"{item.title} {item.cause_title} {item.evidence}"


def test_a_second_run_changes_nothing(revised):
    revised.reconcile("ST04")
    [before] = revised.items("ST04")
    revised.reconcile("ST04")
    [after] = revised.items("ST04")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}


def test_the_change_arriving_clears_the_item(revised):
    revised.reconcile("ST04")
    assert revised.subjects("ST04") == ["crm:L2"]

    raise_price(revised, "psa")
    revised.reconcile("ST04")
    assert revised.subjects("ST04") == []
