"""What a deployment says of a control's life: its status, and the parameters that hold (0.12)."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from opsboard.config import config
from opsboard.controls import versions
from opsboard.controls.catalogue import Definition, catalogue, library
from opsboard.controls.models import Control
from opsboard.deployment.shape import ControlSettings

RUNNING = ("live", "shadow")
LAST = "IN12"


def settings_of(code: str, day: date) -> ControlSettings:
    """What the configuration says, from the day on that it names."""
    given = config().controls.get(code) or ControlSettings()
    if given.effective_from and given.effective_from > day:
        return ControlSettings()
    return given


def life_of(definition: Definition, day: date) -> dict[str, Any]:
    """Status, since when, and by whom; the configuration's word before the file's."""
    given = settings_of(definition.code, day)
    return {
        "status": given.status or definition.status,
        "effective_from": given.effective_from or definition.effective_from,
        "approved_by": given.approved_by or definition.approved_by,
    }


def wanted(codes: set[str], as_of: datetime) -> Iterator[tuple[Definition, dict[str, Any]]]:
    """The controls to ask with their lives; IN12, which asks about the others' runs, comes last.

    Those that are not live any more let go of what they hold: `Control.active` says so.
    """
    lives = {one.code: life_of(one, as_of.date()) for one in catalogue().values()}
    live = [code for code, life in lives.items() if life["status"] == "live"]
    Control.objects.exclude(code__in=live).update(active=False)
    Control.objects.filter(code__in=live).update(active=True)
    _stop(lives, as_of)
    for definition in sorted(catalogue().values(), key=lambda one: (one.code == LAST, one.code)):
        life = lives[definition.code]
        asked = not codes or definition.code in codes or definition.slug in codes
        if asked and life["status"] in RUNNING:
            yield definition, life


def _stop(lives: dict[str, dict[str, Any]], as_of: datetime) -> None:
    """A control that is not asked any more, or has left the catalogue, becomes what it is now."""
    for control in Control.objects.exclude(status__in=("retired", "draft")):
        life = lives.get(control.code, {"status": "retired"})
        if life["status"] not in RUNNING:
            versions.stop(control, as_of, life)


def statuses(day: date) -> dict[str, str]:
    """Of every control of the library, for the catalogue page."""
    return {one.code: life_of(one, day)["status"] for one in library().values()}
