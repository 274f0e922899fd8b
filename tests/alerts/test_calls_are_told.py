"""Whom a remark names, and the team that is asked to help, are mailed at once."""

from datetime import timedelta

import pytest
import time_machine

from opsboard.alerts.models import Delivery
from opsboard.alerts.queries import derive
from opsboard.alerts.sending import send
from opsboard.people.models import Team
from tests.alerts.world import NOW, cause, links_of, reader, text_of

SOON = timedelta(minutes=5)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


def told(sort, **more):
    mails = Delivery.objects.filter(sort=sort, **more).exclude(state="dropped")
    return sorted(one.person.username for one in mails)


def sent(postbox, sort, at=NOW):
    Delivery.objects.exclude(sort=sort).update(state="dropped")
    send(at)
    return {mail["To"].split("@")[0]: mail for mail in postbox.mails}


def quiet(**more):
    return cause(verb="severity", severity=1, **more)


def test_whom_a_remark_names_is_told_once_with_what_was_written(sofia, helen, postbox):
    group = quiet()
    group.comment(by=sofia, note="Is the VAT number in the contract, @helen?")
    derive(NOW)
    derive(NOW + SOON)
    assert told("mention") == ["helen"]
    mail = sent(postbox, "mention", NOW + SOON)["helen"]
    assert mail["Subject"] == "You are named in a remark"
    assert "Sofia wrote. Is the VAT number in the contract, @helen?" in text_of(mail)
    assert len(links_of(mail)) == 1


def test_whoever_names_themselves_is_not_told(sofia):
    quiet().comment(by=sofia, note="A note for @sofia.")
    derive(NOW)
    assert told("mention") == []


def test_two_remarks_at_once_are_one_mail_of_the_later(sofia, helen, clock):
    group = quiet()
    group.comment(by=sofia, note="@helen, first")
    clock.shift(SOON)
    group.comment(by=sofia, note="@helen, second")
    derive(NOW + SOON)
    assert Delivery.objects.get(sort="mention", state="waiting").because.note == "@helen, second"


def test_whoever_cannot_see_it_any_more_is_told_nothing(sofia, helen, postbox):
    quiet().comment(by=sofia, note="@helen, see this")
    derive(NOW)
    helen.entities = ["NQ-DE"]
    helen.save()
    assert sent(postbox, "mention") == {}


def test_the_team_that_is_asked_to_help_is_told_and_nobody_else(sofia, helen, marek, postbox):
    group = quiet(owner=sofia, state="in_progress")
    team = Team.objects.get(pk="integration")
    group.seek(by=sofia, team=team, what="Send the invoice run of June again.")
    derive(NOW)
    derive(NOW + SOON)
    assert told("help") == ["marek"]
    mail = sent(postbox, "help", NOW + SOON)["marek"]
    assert mail["Subject"].startswith("Your team is asked to help, due")
    assert "Sofia asks. Send the invoice run of June again." in text_of(mail)
    assert "Next step. Take it, and answer by" in text_of(mail)


def test_what_a_colleague_took_meanwhile_is_not_told(sofia, marek, postbox):
    other = reader("mira", "integration", "integration")
    group = quiet(owner=sofia, state="in_progress")
    team = Team.objects.get(pk="integration")
    task = group.seek(by=sofia, team=team, what="Send the invoice run of June again.")
    derive(NOW)
    task.take(by=other)
    assert set(sent(postbox, "help")) == {"mira"}
