"""Being away: days where one lives, who may stand in, who may say so, and the page for it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse

from opsboard.audit.models import AuditEvent
from opsboard.people.absences import announce, away_at, reason_against, stands_in_for, withdraw
from opsboard.people.models import Absence, Person
from tests.cast import NOW, person

TODAY = date(2026, 7, 2)
LATER = TODAY + timedelta(days=4)


def gone(who, delegate=None, first=TODAY, last=LATER, by=None):
    return announce(
        person=who, delegate=delegate, starts_on=first, ends_on=last, by=by or who, at=NOW
    )


def omar(**more):
    given = {"username": "omar", "first_name": "Omar", "role": "billing", "team_id": "finance"}
    return Person.objects.create(**given | more)


def test_somebody_is_away_from_their_first_to_their_last_day_where_they_live(sofia):
    Person.objects.update(zone="America/New_York")
    gone(Person.objects.get(pk=sofia.pk), omar())
    begins = datetime(2026, 7, 2, 4, tzinfo=UTC)
    ends = datetime(2026, 7, 7, 4, tzinfo=UTC)
    moment = timedelta(seconds=1)
    assert [sofia.pk in away_at(at) for at in (begins - moment, begins, ends - moment, ends)] == [
        False,
        True,
        True,
        False,
    ]


def test_whoever_stands_in_does_so_for_them_alone_and_until_it_is_taken_back(sofia, helen):
    stand = omar()
    absence = gone(sofia, stand)
    assert stands_in_for(stand, NOW) == {sofia.pk}
    assert stands_in_for(helen, NOW) == set()
    assert withdraw(absence, by=helen, at=NOW)
    assert not withdraw(absence, by=helen, at=NOW)
    assert stands_in_for(stand, NOW) == set()
    actions = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["absence_announced", "absence_withdrawn"]


def test_a_delegate_who_has_left_or_is_away_too_acts_for_nobody(sofia, helen):
    stand = omar()
    gone(sofia, stand)
    Absence.objects.create(person=stand, starts_on=TODAY, ends_on=TODAY, made_by=helen, made_at=NOW)
    assert away_at(NOW)[sofia.pk].delegate is None
    Absence.objects.filter(person=stand).delete()
    assert away_at(NOW)[sofia.pk].delegate == stand
    Person.objects.filter(pk=stand.pk).update(is_active=False)
    assert away_at(NOW)[sofia.pk].delegate is None


@pytest.mark.parametrize(
    ("who", "stand_in", "said"),
    [
        ("sofia", {"role": "auditor"}, "looks on"),
        ("sofia", {"role": "admin"}, "administers"),
        ("helen", {"role": "integration_l2"}, "Integration executes"),
        ("sofia", {"role": "executive"}, "does not resolve"),
        ("sofia", {"entities": ["NQ-DE"]}, "does not see every legal entity"),
        ("sofia", {"is_active": False}, "no role here any more"),
        ("sofia", {}, ""),
    ],
)
def test_nobody_gets_what_their_own_role_may_not_meet(db, who, stand_in, said):
    found = reason_against(person(who), omar(**stand_in), TODAY, LATER)
    assert said in found if said else found == ""


def test_nobody_stands_in_for_more_than_fourteen_days_in_the_database_too(sofia):
    stand, last = omar(), TODAY + timedelta(days=13)
    assert reason_against(sofia, stand, TODAY, last) == ""
    assert "Choose a last day up to 15 July" in reason_against(
        sofia, stand, TODAY, last + timedelta(days=1)
    )
    with pytest.raises(IntegrityError):
        gone(sofia, stand, last=last + timedelta(days=1))


def test_one_day_is_on_record_once(sofia):
    assert gone(sofia)
    assert gone(sofia, first=LATER, last=LATER + timedelta(days=9)) is None


def ask(client, who, **said):
    client.force_login(who)
    given = {"person": who.pk, "starts_on": "2026-07-02", "ends_on": "2026-07-06", "delegate": ""}
    return client.post(reverse("people:away"), given | said, follow=True)


def test_the_page_takes_an_absence_and_says_what_follows(client, sofia):
    stand = omar()
    page = ask(client, sofia, delegate=stand.pk).content.decode()
    assert "Omar acts for Sofia Lindqvist until Mon 6 July." in page
    client.force_login(stand)
    page = client.get(reverse("people:away")).content.decode()
    assert "You act for Sofia Lindqvist from Thu 2 July to Mon 6 July." in page


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"ends_on": "2026-07-01"}, "not before the first"),
        ({"starts_on": "2026-06-01", "ends_on": "2026-06-02"}, "not over yet"),
        ({"starts_on": ""}, "Choose a date."),
        ({"delegate": "sofia"}, "nobody stands in for themselves"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(client, sofia, said, told):
    if "delegate" in said:
        said = {"delegate": sofia.pk}
    response = ask(client, sofia, **said)
    assert response.status_code == 422
    assert told in response.content.decode()
    assert not Absence.objects.exists()


def test_one_speaks_for_oneself_a_lead_for_the_team_and_a_controller_for_all(
    client, sofia, helen, marek
):
    assert "Select a valid choice" in ask(client, sofia, person=marek.pk).content.decode()
    assert ask(client, helen, person=marek.pk).redirect_chain
    stand = omar()
    type(stand.team).objects.filter(pk="finance").update(lead=stand)
    assert ask(client, stand, person=sofia.pk).redirect_chain
    assert "Select a valid choice" in ask(client, stand, person=marek.pk).content.decode()


def test_only_who_may_speak_for_somebody_ends_their_absence(client, sofia, marek):
    absence = gone(sofia)
    address = reverse("people:back", args=[absence.pk])
    client.force_login(marek)
    assert client.post(address).status_code == 403
    client.force_login(sofia)
    page = client.post(address, follow=True).content.decode()
    assert "Sofia Lindqvist is not away any more." in page
    assert (
        "somebody ended this absence before" in client.post(address, follow=True).content.decode()
    )
