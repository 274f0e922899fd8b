"""Whoever may decide a request is mailed once, and whoever asked hears how it ended."""

import re
from datetime import date, timedelta

import pytest
import time_machine

from opsboard.alerts.models import Delivery
from opsboard.alerts.queries import derive
from opsboard.alerts.sending import send
from opsboard.controls.models import Control, ControlVersion
from opsboard.exceptions.models import Decision
from opsboard.people.models import Absence, Team
from tests.alerts.world import NOW, cause, html_of, links_of, reader, text_of

SOON = timedelta(minutes=5)
WHY = "The customer pays in July; we agreed on it by telephone."


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


@pytest.fixture
def colin():
    return reader("colin", "controller")


@pytest.fixture
def eve():
    return reader("eve", "executive")


def working(owner, number=1, **more):
    given = {"state": "in_progress", "value_at_risk": 4000, "verb": "commented"} | more
    return cause(number, owner=owner, **given)


def waiver(owner, number=1, **more):
    group = working(owner, number, **more)
    assert group.ask_waiver(
        by=owner,
        reason_code="timing",
        narrative=WHY,
        amount=group.value_at_risk or group.cost_at_risk,
        expires_at=NOW + timedelta(days=4),
        evidence="TICKET-1",
    )
    return group


def told(sort="request", **more):
    mails = Delivery.objects.filter(sort=sort, **more).exclude(state="dropped")
    return sorted(one.person.username for one in mails)


def mails_of(postbox, sort, at=NOW):
    Delivery.objects.exclude(sort=sort).update(state="dropped")
    send(at)
    return {mail["To"].split("@")[0]: mail for mail in postbox.mails}


def test_whoever_may_decide_is_told_at_once_and_once(sofia, helen, marek):
    waiver(sofia)
    derive(NOW)
    derive(NOW + SOON)
    assert told() == ["helen"]


def test_who_asked_is_not_asked_to_decide(helen, colin):
    waiver(helen)
    derive(NOW)
    assert told() == ["colin"]


def test_a_workflow_is_decided_by_its_own_role_and_the_controller(sofia, helen):
    reader("rita", "revenue")
    reader("paul", "pmo")
    waiver(sofia, workflow="revenue", control="RV02")
    derive(NOW)
    assert told() == ["helen", "rita"]


def test_what_is_large_is_told_to_the_two_named_roles(sofia, helen, eve):
    reader("rita", "revenue")
    waiver(sofia, workflow="revenue", control="RV02", value_at_risk=150_000)
    derive(NOW)
    assert told() == ["eve", "helen"]


def test_the_second_approver_is_told_when_the_first_said_yes(sofia, helen, colin, clock):
    group = waiver(sofia, value_at_risk=40_000)
    derive(NOW)
    assert told() == ["colin", "helen"]
    clock.shift(SOON)
    group.approve(by=helen, note="Seen the mail of the customer.")
    derive(NOW + SOON)
    assert told(about__endswith=":1") == ["colin"]
    assert told("verdict") == []


def test_after_a_first_yes_the_mail_says_whose_it_was(sofia, helen, colin, postbox, clock):
    group = waiver(sofia, value_at_risk=40_000)
    derive(NOW)
    clock.shift(SOON)
    group.approve(by=helen, note="Seen the mail of the customer.")
    derive(NOW + SOON)
    mails = mails_of(postbox, "request", NOW + SOON)
    assert set(mails) == {"colin"}
    assert mails["colin"]["Subject"].startswith("A second decision is needed")
    assert "Helen approved it: Seen the mail of the customer." in text_of(mails["colin"])


def test_a_request_says_what_is_asked_and_one_way_to_answer(sofia, helen, postbox):
    group = waiver(sofia)
    derive(NOW)
    mail = mails_of(postbox, "request")["helen"]
    text = text_of(mail)
    assert "Sofia asks to accept 4 000 USD until Mon 11:00: Timing" in text
    assert WHY in text
    assert re.search(r"Next step. Approve or refuse it by \w+ (\d+ \w+, )?\d\d:\d\d\.", text)
    assert f"/exceptions/{group.pk}" in text
    assert len(links_of(mail)) == 1
    assert mail["Subject"].startswith("Your decision is needed, due")
    for word in ("Sofia", "4", "Customer", "USD"):
        assert word not in mail["Subject"].split(", due")[0]
    assert "4 000" in html_of(mail)


def test_the_amount_is_masked_for_an_approver_without_its_class(sofia, postbox):
    """An executive sees bills and no cost."""
    reader("eve", "executive")
    reader("helen", "controller")
    waiver(sofia, value_at_risk=0, revenue_at_risk=0, cost_at_risk=150_000)
    derive(NOW)
    mails = mails_of(postbox, "request")
    assert "150 000" not in text_of(mails["eve"]) + html_of(mails["eve"])
    assert "an amount that you may not see" in text_of(mails["eve"])
    assert "150 000" in text_of(mails["helen"])


def test_whoever_stands_in_for_an_approver_is_told_instead(sofia, helen):
    colin = reader("rolf", "billing")
    Absence.objects.create(
        person=helen,
        delegate=colin,
        starts_on=date(2026, 7, 1),
        ends_on=date(2026, 7, 8),
        made_by=helen,
        made_at=NOW,
    )
    waiver(sofia)
    derive(NOW)
    assert told() == ["rolf"]
    assert "stand in" in Delivery.objects.get(sort="request").reason


def test_whoever_stands_in_for_an_approver_can_read_why(sofia, helen, postbox):
    rolf = reader("rolf", "billing")
    days = {"starts_on": date(2026, 7, 1), "ends_on": date(2026, 7, 8)}
    Absence.objects.create(person=helen, delegate=rolf, made_by=helen, made_at=NOW, **days)
    waiver(sofia)
    derive(NOW)
    assert "you stand in" in text_of(mails_of(postbox, "request")["rolf"])


def test_nobody_is_mailed_whom_segregation_of_duties_keeps_from_it(sofia, helen, colin, postbox):
    control = Control.objects.create(code="BL01", slug="blocked", title="Blocked", digest="")
    ControlVersion.objects.create(
        control=control,
        version=2,
        recorded_at=NOW - timedelta(days=2),
        effective_from=NOW.date(),
        approved_by="helen",
    )
    waiver(sofia)
    derive(NOW)
    assert set(mails_of(postbox, "request")) == {"colin"}


def test_another_legal_entity_is_not_told(sofia):
    reader("charlie", "controller", entities=["NQ-DE"])
    waiver(sofia)
    derive(NOW)
    assert told() == []


def test_in_quiet_hours_a_request_waits_until_the_morning(helen, clock):
    rolf = reader("rolf", "billing")
    days = {"starts_on": date(2026, 7, 1), "ends_on": date(2026, 7, 8)}
    Absence.objects.create(person=helen, delegate=rolf, made_by=helen, made_at=NOW, **days)
    night = timedelta(hours=11)
    clock.shift(night)
    waiver(reader("omar", "billing", "billing"), due_at=NOW + timedelta(days=6))
    derive(NOW + night)
    assert Delivery.objects.get(sort="request").not_before == NOW + timedelta(hours=20)


def test_what_was_decided_before_the_mail_left_is_not_told(sofia, helen, colin, postbox):
    group = waiver(sofia)
    derive(NOW)
    group.approve(by=helen, note="Fine by me.")
    assert mails_of(postbox, "request") == {}


@pytest.mark.parametrize(
    ("verb", "subject", "said"),
    [
        ("approve", "Your request was approved", "Helen approved it: I looked at it."),
        ("refuse", "Your request was refused", "Helen refused it: I looked at it."),
    ],
)
def test_whoever_asked_is_told_how_it_ended(sofia, helen, postbox, verb, subject, said):
    group = waiver(sofia)
    derive(NOW)
    getattr(group, verb)(by=helen, note="I looked at it.")
    derive(NOW + SOON)
    derive(NOW + 2 * SOON)
    assert told("verdict") == ["sofia"]
    mail = mails_of(postbox, "verdict", NOW + 2 * SOON)["sofia"]
    assert mail["Subject"] == subject
    assert said in text_of(mail)


def test_a_request_that_lapsed_is_told_to_whoever_asked(sofia, helen, postbox):
    group = waiver(sofia)
    Decision.objects.filter(group=group).update(
        state="lapsed", decided_at=NOW, outcome="Nobody decided it in time."
    )
    derive(NOW)
    mail = mails_of(postbox, "verdict")["sofia"]
    assert mail["Subject"] == "Your request has lapsed"
    assert "Nobody decided it in time." in text_of(mail)


def test_what_one_takes_back_oneself_is_no_news(sofia, helen):
    group = waiver(sofia)
    group.withdraw(by=sofia)
    derive(NOW)
    assert told() == told("verdict") == []


def test_many_requests_of_one_person_are_a_few_mails_that_tell_of_the_rest(sofia, helen, postbox):
    for number in range(6):
        waiver(sofia, number)
    derive(NOW)
    assert len(told(state="waiting")) == 3
    assert len(told(state="held")) == 3
    mails_of(postbox, "request")
    assert "5 more requests wait for you to decide" in text_of(postbox.mails[0])


def test_a_request_and_the_alert_of_the_same_cause_are_one_mail(sofia, helen):
    """Handed to the controller, then asked about: the request tells of both."""
    group = waiver(sofia)
    group.history.create(at=NOW, verb="escalated", after="150 %")
    Team.objects.filter(pk="billing").update(lead=helen)
    derive(NOW)
    assert told() == ["helen"]
    assert told("instant", person__username="helen") == []


def test_the_digest_counts_what_waits_for_a_decision(sofia, helen, postbox):
    for number in range(4):
        waiver(sofia, number)
    derive(NOW)
    assert "4 requests wait for you to decide" in text_of(mails_of(postbox, "digest")["helen"])
    assert "for you to decide" not in text_of(mails_of(postbox, "digest")["sofia"])
