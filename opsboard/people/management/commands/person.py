"""Add somebody, or change what somebody is."""

import getpass
import sys
from difflib import get_close_matches
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from opsboard.audit.log import record
from opsboard.config import config
from opsboard.people.models import Person, Team
from opsboard.people.queries import settle_teams
from opsboard.people.roles import Role

TEXTS = {
    "email": "work e-mail, which also signs in",
    "first_name": "",
    "last_name": "",
    "role": f"one of {', '.join(Role)}",
    "team": "a team of opsboard.toml",
    "zone": "where they live, such as Europe/London; the firm's when not given",
    "worker_no": "their number in the business systems",
}
TOLD = (*TEXTS, "entities", "is_active", "wants_mail")


class Command(BaseCommand):
    help = (
        "Add a person, or change the one of this name; what is not given stays as it is. The"
        " password of a new person is asked for, or read from standard input."
    )

    def add_arguments(self, parser):
        parser.add_argument("username", help="the name to sign in with")
        for name, words in TEXTS.items():
            parser.add_argument(f"--{name.replace('_', '-')}", help=words)
        parser.add_argument(
            "--entities", nargs="*", help="codes of legal entities to see; without any: all"
        )
        parser.add_argument("--password", action="store_true", help="set a new password")
        for name, words in (("active", "may sign in"), ("mail", "is sent mail")):
            parser.add_argument(f"--{name}", action="store_true", default=None, help=words)
            parser.add_argument(f"--no-{name}", action="store_false", dest=name, help="or not")

    @transaction.atomic
    def handle(self, *, username: str, password: bool, **given: Any):
        settle_teams(config())
        person = Person.objects.select_for_update().filter(username=username).first()
        is_new = person is None
        person = person or Person(username=username, zone=str(config().firm.zone))
        before = None if is_new else _told(person)
        _change(person, given)
        if is_new or password:
            person.set_password(self._password(person))
        _save(person)
        after = _told(person)
        record(
            "person_added" if is_new else "person_changed",
            f"person:{username}",
            before=before,
            after=after | {"password": "new"} if is_new or password else after,
        )
        self.stdout.write(f"{username} is {'added' if is_new else 'changed'}.")
        for name, one in after.items():
            shown = ", ".join(one) or "all" if name == "entities" else one
            self.stdout.write(f"  {name:<12} {'' if shown is None else shown}")

    def _password(self, person: Person) -> str:
        """Never an argument: the list of processes and the shell's history would keep it."""
        if sys.stdin.isatty():
            found = getpass.getpass("Password: ")
            if found != getpass.getpass("Again: "):
                raise CommandError("The two are not the same; nothing was changed.")
        else:
            found = sys.stdin.readline().rstrip("\r\n")
        try:
            validate_password(found, person)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        return found


def _change(person: Person, given: dict[str, Any]) -> None:
    """Lay what was given over the person; an empty team is none."""
    plain = {name: given[name] for name in TEXTS if name != "team"}
    plain |= {"is_active": given["active"], "wants_mail": given["mail"]}
    plain["entities"] = given["entities"]
    for name, one in plain.items():
        if one is not None:
            setattr(person, name, one)
    if given["team"] is not None:
        person.team = _team(given["team"]) if given["team"] else None


def _team(slug: str) -> Team:
    """Only a team that the file has now: one that left it has no work any more."""
    known = list(config().teams)
    if slug not in known:
        near = get_close_matches(slug, known, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}."
        raise CommandError(f"There is no team {slug}; {hint}")
    return Team.objects.get(slug=slug)


def _save(person: Person) -> None:
    try:
        person.full_clean()
    except ValidationError as error:
        said = [f"{name}: {' '.join(words)}" for name, words in error.message_dict.items()]
        raise CommandError("\n".join(said)) from None
    person.save()


def _told(person: Person) -> dict[str, Any]:
    """What the audit log and the terminal say of somebody."""
    return {name: person.team_id if name == "team" else getattr(person, name) for name in TOLD}
