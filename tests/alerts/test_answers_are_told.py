"""Whoever owns a group is mailed when the team that was asked answers."""

from datetime import timedelta

import pytest
import time_machine

from opsboard.alerts import queries as alerts
from opsboard.alerts.models import Delivery
from opsboard.config import using
from opsboard.people.models import Person, Team
from tests.cast import CONFIG, NOW, cause, teams

pytestmark = pytest.mark.django_db
RULE = '[[alert]]\nrole = "controller"\ninstant = "high"\n'


def test_an_answer_is_news_to_the_owner_and_to_nobody_who_gave_it():
    with using(CONFIG + RULE), time_machine.travel(NOW, tick=False) as clock:
        team = Team.objects.create(slug="people", name="People operations")
        teams()
        given = {"role": "controller", "team_id": "finance", "zone": "Europe/London"}
        helen = Person.objects.create(username="helen", email="h@example.com", **given)
        aisha = Person.objects.create(
            username="aisha", role="hr_ops", team=team, email="a@example.com"
        )
        group = cause(severity=4, owner=helen, due_at=NOW + timedelta(hours=2))
        task = group.seek(by=helen, team=team, what="Enter the rate of June in HR.")
        alerts.derive(NOW)
        Delivery.objects.all().delete()
        clock.shift(timedelta(minutes=30))
        task.reply(by=aisha, answer="Rate entered.")
        alerts.derive(NOW + timedelta(minutes=30))
        [mail] = Delivery.objects.filter(sort="instant")
        assert (mail.person, mail.because.verb) == (helen, "answered")
