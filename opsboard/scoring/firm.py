"""A made-up firm in a database of its own: made, pulled through its connectors, judged, removed."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest

from connectors.northquay.holdings import HOLDINGS
from connectors.sandbox.firm import Firm, build
from connectors.sandbox.shape import SNAPSHOTS
from opsboard import pipeline
from opsboard.config import using
from opsboard.controls.models import Control
from opsboard.exceptions.models import ExceptionItem, Exposure, Group
from opsboard.exceptions.states import UNSETTLED, Severity
from opsboard.records import counting
from opsboard.scoring.compare import Claim, Found
from opsboard.sync.models import Run

DEPLOYMENT = settings.ROOT / "deploy/score.toml"


@dataclass(frozen=True, slots=True)
class Recipe:
    """Which firm is made: everything that decides what is wrong with it."""

    size: str | int = "default"
    snapshot: str = "close"
    faults: str | tuple[str, ...] = "all"
    seed: int = 1

    @property
    def as_of(self) -> datetime:
        return SNAPSHOTS[self.snapshot]

    def build(self) -> Firm:
        """The firm itself, for its truth."""
        faults = self.faults if isinstance(self.faults, str) else list(self.faults)
        return build(seed=self.seed, size=self.size, snapshot=self.snapshot, faults=faults)

    def deployment(self) -> str:
        """A configuration in which every system of the firm is a connection."""
        return "\n".join([DEPLOYMENT.read_text(), *map(self._connection, HOLDINGS)])

    def _connection(self, system: str) -> str:
        given = {
            "connector": "sandbox",
            "system": system,
            "role": system,
            "title": system.upper(),
            "size": self.size,
            "seed": self.seed,
            "snapshot": self.snapshot,
            "faults": self.faults,
            "page_size": 5_000,
        }
        lines = (f"{name} = {_toml(value)}" for name, value in given.items())
        return "\n".join([f"[connection.{system}]", *lines])


def _toml(value: str | int | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def live_controls() -> list[str]:
    """Codes of the controls that ran: what they could find is what is scored."""
    return list(Control.objects.filter(active=True).values_list("code", flat=True))


@contextmanager
def empty_database() -> Iterator[str]:
    """The name of a database with all tables and no rows, to be copied firm by firm."""
    with _created() as name:
        _point_to(name)
        call_command("migrate", verbosity=0, interactive=False)
        _point_to("postgres")
        yield name


@contextmanager
def scratch_database(template: str) -> Iterator[None]:
    """A copy of an empty database, beside the one configured, which stays untouched."""
    before = connection.settings_dict["NAME"]
    with _created(template) as name:
        _point_to(name)
        try:
            yield
        finally:
            _point_to(before)


@contextmanager
def _created(template: str = "template1") -> Iterator[str]:
    name, beside = f"opsboard_score_{secrets.token_hex(4)}", connection.settings_dict["NAME"]
    _execute(f'create database "{name}" template "{template}"')
    try:
        yield name
    finally:
        _point_to(beside)
        _execute(f'drop database "{name}" with (force)')


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def judge(recipe: Recipe) -> Found:
    """Pull the firm and ask every live control in full, as of the recipe's snapshot."""
    with using(recipe.deployment()):
        pipeline.pull()
        _refuse_half_a_firm()
        # A small firm changes less than what a turn counts anew for.
        counting.count_rows()
        began = time.monotonic()
        failed = pipeline.reconcile(full=True, as_of=recipe.as_of)
        return found(failed=tuple(failed), seconds=time.monotonic() - began)


class Incomplete(Exception):
    """A stream of the firm could not be pulled, or rows of it were refused: nothing to score."""


def _refuse_half_a_firm() -> None:
    for run in Run.objects.exclude(state=Run.State.DONE).union(Run.objects.filter(refused__gt=0)):
        raise Incomplete(f"{run.stream} {run.state}, {run.refused} rows refused: {run.error}")


def found(*, failed: tuple[str, ...] = (), seconds: float = 0.0) -> Found:
    """What the exceptions room holds now, of everything that is not settled."""
    causes: dict[str, dict[str, str]] = {}
    severities: dict[str, dict[str, str]] = {}
    items = ExceptionItem.objects.unsettled().values_list("control", "subject", "cause", "severity")
    for control, subject, cause, severity in items:
        causes.setdefault(control, {})[subject] = cause
        severities.setdefault(control, {})[subject] = Severity(severity).label.lower()
    claims: dict[Claim, Decimal] = {}
    held = Exposure.objects.filter(item__state__in=UNSETTLED).values_list(
        "item__control", "measure", "atom", "amount"
    )
    for control, measure, atom, amount in held:
        key = (control, measure, atom)
        claims[key] = max(claims.get(key, amount), amount)
    largest = Greatest("revenue_at_risk", "cash_at_risk", "cost_at_risk", "misstatement")
    groups = Group.objects.unsettled().annotate(amount=largest).order_by(F("amount").desc())
    return Found(
        causes=causes,
        severities=severities,
        claims=claims,
        groups=tuple(groups.values_list("amount", flat=True)),
        failed=failed,
        seconds=seconds,
    )


def _point_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
