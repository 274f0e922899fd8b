from decimal import Decimal

import pytest

LEAVES = {
    "status": "notice", "terminated_on": "2026-07-03", "last_day_worked_on": "2026-07-03",
    "is_future_dated": True, "person_id": "PERS-1",
}  # fmt: skip


@pytest.fixture
def leaving(firm):
    """Ines leaves on 3 July, which HR has known since the 8th of June."""
    firm.say("legal_entity", "E1", "hcm")
    firm.say("worker", "W1", "hcm", **LEAVES)
    firm.read_up_to(firm.now)
    return firm


def book(firm, **said):
    plan = {"starts_on": "2026-07-01", "ends_on": "2026-07-31", "planned_hours": "184"}
    firm.say("assignment", "A1", bill_rate="100", bill_currency="USD", **plan | said)


def test_it_finds_a_booking_beyond_the_last_day(leaving):
    book(leaving)
    leaving.reconcile("WL03")

    [item] = leaving.items("WL03")
    assert item.subject == "hcm:W1"
    assert item.title == "Ines Ferreira leaves on 3 July and is booked until 31 July on P1"
    # Twenty of the booking's 23 working days lie beyond the last one.
    assert item.exposure_only == Decimal(16_000)


def test_it_finds_a_project_that_the_leaver_goes_on_to_lead(leaving):
    leaving.say("project", "P1", "psa", project_manager="W1")
    leaving.reconcile("WL03")

    [item] = leaving.items("WL03")
    assert "still leads or approves P1" in item.title


def test_it_ignores_exits_that_are_rescinded_or_far_ahead_and_bookings_that_end_in_time(leaving):
    book(leaving, ends_on="2026-07-03")
    for number, said in (
        ("W2", {"status": "active", "is_rescinded": True, "is_future_dated": False,
                "terminated_on": None, "last_day_worked_on": None}),
        ("W3", {"terminated_on": "2026-09-11", "last_day_worked_on": "2026-09-11"}),
    ):  # fmt: skip
        name = {"worker_no": number, "name": number, "person_id": number}
        leaving.say("worker", number, "hcm", **LEAVES | said | name)
        leaving.say("worker", number, "psa", worker_no=number, name=number)
        leaving.say("assignment", f"A-{number}", worker=number, ends_on="2026-09-30")
    leaving.reconcile("WL03")

    assert leaving.subjects("WL03") == []


def test_a_transfer_coded_as_exit_and_hire_is_no_exit(leaving):
    book(leaving)
    leaving.say(
        "worker", "W9", "hcm", worker_no="W9", person_id="PERS-1", hired_on="2026-07-06",
        status="pre_hire",
    )  # fmt: skip
    leaving.reconcile("WL03")

    assert leaving.subjects("WL03") == []


def test_last_time_is_late_five_working_days_after_the_exit(leaving):
    gone = {"status": "terminated", "is_future_dated": False}
    for number, last in (("W1", "2026-06-05"), ("W2", "2026-06-12")):
        about = {"terminated_on": last, "last_day_worked_on": last, "worker_no": number,
                 "person_id": number}  # fmt: skip
        leaving.say("worker", number, "hcm", **LEAVES | gone | about)
        leaving.say("worker", number, "psa", worker_no=number)
        leaving.say(
            "time_entry", f"TE-{number}", worker=number, status="draft", work_date=last,
            approved_at=None,
        )  # fmt: skip
    leaving.reconcile("WL03")

    [item] = leaving.items("WL03")
    assert item.subject == "hcm:W1"
    assert item.revenue_at_risk == Decimal(1200)


def test_a_second_run_changes_nothing_and_ending_the_booking_clears_it(leaving):
    book(leaving)
    leaving.reconcile("WL03")
    leaving.reconcile("WL03")
    [item] = leaving.items("WL03")
    assert [line.verb for line in item.history.order_by("id")] == ["found"]

    book(leaving, ends_on="2026-07-03")
    leaving.reconcile("WL03")
    item.refresh_from_db()
    assert item.state == "resolved"
