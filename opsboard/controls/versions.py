"""A control's life: which version it is, what made it another one, and who stands for it (0.12)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from opsboard.controls.catalogue import Definition
from opsboard.controls.judgement import digest_of
from opsboard.controls.models import Control, ControlVersion

NOBODY = {"status": "live", "effective_from": None, "approved_by": ""}


@transaction.atomic
def known(
    definition: Definition,
    parameters: dict[str, Any],
    at: datetime,
    life: dict[str, Any] | None = None,
) -> Control:
    """The control's row; a new definition, parameter or status is a new version, and runs in full.

    `life` holds the status, the day from which it is effective, and who approved it.
    """
    life = {**NOBODY, **(life or {})}
    digest = definition.digest[:36] + digest_of(parameters) + _mark(life["status"])
    control, is_new = Control.objects.get_or_create(
        code=definition.code,
        defaults={
            "slug": definition.slug,
            "title": definition.title,
            "workflow": definition.workflow,
            "digest": digest,
            "status": life["status"],
            "active": life["status"] == "live",
        },
    )
    if is_new:
        _record(control, parameters, at, life, "first version")
    elif (control.digest, control.status) != (digest, life["status"]):
        change = _difference(control, definition, parameters, life["status"])
        control.digest, control.version, control.seen = digest, control.version + 1, ""
        control.title, control.slug = definition.title, definition.slug
        control.status, control.active = life["status"], life["status"] == "live"
        control.save()
        _record(control, parameters, at, life, change)
    return control


@transaction.atomic
def stop(control: Control, at: datetime, life: dict[str, Any]) -> None:
    """A control that is not asked any more is a version, too: somebody decided it."""
    life = {**NOBODY, **life}
    former = control.versions.order_by("-version").first()
    change = f"status: {control.status} -> {life['status']}"
    control.digest = control.digest.rpartition("-")[0] + _mark(life["status"])
    control.version, control.seen = control.version + 1, ""
    control.status, control.active = life["status"], False
    control.save()
    _record(control, former.parameters if former else {}, at, life, change)


def _mark(status: str) -> str:
    return f"-{status[:3]}"


def _record(
    control: Control, parameters: dict[str, Any], at: datetime, life: dict[str, Any], change: str
) -> None:
    ControlVersion.objects.create(
        control=control,
        version=control.version,
        digest=control.digest,
        status=life["status"],
        parameters=parameters,
        change=change,
        recorded_at=at,
        effective_from=life["effective_from"] or at.date(),
        approved_by=life["approved_by"],
    )


def _difference(
    control: Control, definition: Definition, parameters: dict[str, Any], status: str
) -> str:
    """What differs from the last version, in words."""
    former = control.versions.order_by("-version").first()
    before = former.parameters if former else {}
    said = [
        f"{name}: {before.get(name, 'not set')} -> {parameters.get(name, 'not set')}"
        for name in sorted({*before, *parameters})
        if before.get(name) != parameters.get(name)
    ]
    if former and former.status != status:
        said.append(f"status: {former.status} -> {status}")
    if not control.digest.startswith(definition.digest[:36]):
        said.append("the control's file")
    return "; ".join(said) or "the control's file"
