"""Signing in, and making teams equal to the configuration."""

from datetime import timedelta

from django.contrib.auth import authenticate
from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils import timezone

from opsboard.audit.log import record
from opsboard.audit.models import AuditEvent
from opsboard.config import Config
from opsboard.people.models import Person, Team

REFUSED = "sign_in_refused"
REST = timedelta(minutes=15)
TRIES_PER_NAME = 5
# Many people may share one address, behind a proxy all of them do.
TRIES_PER_ADDRESS = 60


class Resting(Exception):
    """Too many wrong tries: nothing is checked for a while, not even the right password."""


@transaction.atomic
def sign_in(name: str, password: str, address: str) -> Person | None:
    """The person, or None when the name or the password is wrong; raises Resting."""
    place = f"sign_in:{address}"
    with connection.cursor() as cursor:
        # Guesses sent at the same time must count each other.
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [place])
    if _is_resting(place, name):
        raise Resting
    person = authenticate(username=_username(name), password=password)
    if person is None:
        record(REFUSED, place, after={"name": name.casefold()})
    else:
        record("signed_in", place, by=person)
    return person


def _is_resting(place: str, name: str) -> bool:
    recent = AuditEvent.objects.filter(
        action=REFUSED, subject=place, at__gt=timezone.now() - REST
    ).aggregate(all=Count("pk"), mine=Count("pk", Q(after__name=name.casefold())))
    return recent["all"] >= TRIES_PER_ADDRESS or recent["mine"] >= TRIES_PER_NAME


def _username(name: str) -> str:
    """A work e-mail stands for the user name when exactly one person has it."""
    if "@" not in name:
        return name
    named = Person.objects.filter(email__iexact=name).values_list("username", flat=True)[:2]
    return named[0] if len(named) == 1 else name


def settle_teams(config: Config) -> None:
    """Make the teams equal to the configuration; a team that left keeps its past work."""
    named = {team.lead for team in config.teams.values()}
    # Who is not there yet, or not any more, leads nothing.
    leads = {one.username: one for one in Person.objects.filter(username__in=named, is_active=True)}
    teams = [
        Team(
            slug=slug,
            name=team.name,
            does=team.does,
            calendar=team.calendar,
            lead=leads.get(team.lead),
        )
        for slug, team in config.teams.items()
    ]
    Team.objects.bulk_create(
        teams,
        update_conflicts=True,
        unique_fields=["slug"],
        update_fields=["name", "does", "calendar", "lead"],
    )
