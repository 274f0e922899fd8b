"""Who is mailed at which step of the ladder, once each; and that moves by rule make no storm."""

from datetime import timedelta

import pytest

from opsboard.alerts.models import Delivery
from opsboard.alerts.queries import derive
from opsboard.alerts.sending import send
from opsboard.config import using
from opsboard.exceptions.models import History, Severity
from opsboard.people.models import Team
from tests.alerts.world import CONFIG, NEXT_WEEK, NOW, cause, line, reader, text_of


@pytest.fixture
def lead():
    person = reader("lena", "billing", "billing")
    Team.objects.filter(pk="billing").update(lead=person)
    return person


def climb(group, step, *, at=NOW, note=""):
    return History.objects.create(
        group=group, at=at, verb="escalated", after=f"{step} %", note=note
    )


def quiet_cause(**more):
    """High, not due today: nothing but the ladder tells of it."""
    return cause(**{"due_at": NEXT_WEEK, "verb": "commented", **more})


def mailed():
    return {one.person.username for one in Delivery.objects.filter(sort="instant")}


@pytest.mark.parametrize(
    ("step", "wanted"),
    [
        (50, {"sofia"}),
        (75, {"sofia", "lena"}),
        (100, {"sofia", "lena"}),
        (150, {"sofia", "lena", "helen"}),
        (200, set()),
    ],
)
def test_the_further_up_the_more_are_told(sofia, helen, lead, step, wanted):
    climb(quiet_cause(owner=sofia), step)
    derive(NOW)
    assert mailed() == wanted


def test_each_step_is_told_once_and_the_next_one_again(sofia, lead):
    group = quiet_cause(owner=sofia)
    climb(group, 50)
    derive(NOW)
    assert derive(NOW) == 0
    Delivery.objects.update(state="sent", sent_at=NOW)
    later = NOW + timedelta(hours=3)
    climb(group, 75, at=later)
    derive(later)
    assert [one.person.username for one in Delivery.objects.filter(because__after="75 %")] == [
        "sofia", "lena",
    ]  # fmt: skip


def test_what_is_not_grave_waits_for_the_digest(sofia, lead):
    climb(quiet_cause(owner=sofia, severity=Severity.MEDIUM), 100)
    derive(NOW)
    assert mailed() == set()


def test_who_acts_for_the_owner_is_reminded_instead_of_the_owner(sofia):
    omar = reader("omar", "billing", "integration")
    climb(quiet_cause(owner=sofia, delegate=omar), 50)
    derive(NOW)
    assert mailed() == {"omar"}
    assert "you act for its owner" in Delivery.objects.get(sort="instant").reason


def test_what_nobody_owns_is_told_to_its_team_and_lead(sofia, lead):
    climb(quiet_cause(), 100, note="Nobody had taken it in time.")
    derive(NOW)
    assert mailed() == {"sofia", "lena"}
    assert "nobody had taken it in time, and it waits" in Delivery.objects.first().reason


def test_the_third_hand_over_reaches_the_controller(sofia, helen):
    climb(quiet_cause(owner=sofia, handed_on=3), 100, note="It was handed on 3 times.")
    derive(NOW)
    assert mailed() == {"sofia", "helen"}


def test_the_head_of_a_function_is_whoever_leads_a_team_among_its_role(sofia, helen):
    second = reader("cora", "controller", "integration")
    Team.objects.filter(pk="integration").update(lead=second)
    climb(quiet_cause(owner=sofia), 150)
    derive(NOW)
    assert mailed() == {"sofia", "cora"}


def test_in_quiet_hours_a_reminder_waits(sofia):
    night = NOW + timedelta(hours=12)
    climb(quiet_cause(owner=sofia), 50, at=night)
    derive(night)
    one = Delivery.objects.get(sort="instant")
    assert one.not_before == NOW + timedelta(hours=20)


def test_a_reminder_reads_as_one_and_tells_a_lead_that_it_is_not_theirs(sofia, lead, postbox):
    climb(quiet_cause(owner=sofia, owner_reason="because it belongs to billing"), 75)
    derive(NOW)
    send(NOW)
    instants = [mail for mail in postbox.mails if "% of the time" in mail["Subject"]]
    subjects = {mail["To"]: mail["Subject"] for mail in instants}
    assert subjects["sofia@example.com"].startswith("Yours to fix, 75 % of the time used, due")
    assert subjects["lena@example.com"].startswith("In your team, 75 % of the time used, due")
    texts = {mail["To"]: text_of(mail) for mail in instants}
    assert "It is yours to fix" not in texts["lena@example.com"]
    assert "you lead the team that has it" in texts["lena@example.com"]
    assert "you own it, because it belongs to billing" in texts["sofia@example.com"]


def test_the_digest_of_the_top_has_a_line_for_the_end_of_the_ladder(postbox):
    rule = '\n[[alert]]\nrole = "executive"\ninstant = "none"\ndigest = "08:00"\n'
    with using(CONFIG + rule):
        reader("eve", "executive")
        climb(quiet_cause(escalated=200), 200)
        derive(NOW)
        send(NOW)
    (mail,) = postbox.mails
    assert "1 cause has used twice the time there was" in text_of(mail)


def test_a_rule_that_moves_a_hundred_causes_makes_no_storm(sofia, postbox):
    for number in range(100):
        group = cause(number, owner=sofia, at=NOW - timedelta(days=9))
        line(group, "assigned")
    derive(NOW)
    held = Delivery.objects.filter(sort="instant", person=sofia, state="held").count()
    assert Delivery.objects.filter(sort="instant", person=sofia).exclude(state="held").count() == 3
    assert held == 97
    send(NOW)
    assert len(postbox.mails) == 4
    assert "97 alerts" in text_of([mail for mail in postbox.mails if "alerts" in text_of(mail)][-1])


def test_what_a_person_hands_over_is_told_at_once_beside_what_a_rule_moves(sofia, helen):
    for number in range(5):
        line(cause(number, owner=sofia, at=NOW - timedelta(days=9)), "assigned")
    handed = cause(9, owner=sofia, at=NOW - timedelta(days=9), severity=Severity.LOW)
    line(handed, "assigned", by=helen)
    derive(NOW)
    waiting = Delivery.objects.filter(sort="instant", state="waiting")
    assert waiting.filter(group=handed).exists()
    assert waiting.count() == 4
