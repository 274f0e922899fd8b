"""What each system says about one item, side by side, made of the evidence a control returned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Max

from opsboard.controls.catalogue import Definition
from opsboard.sync.models import Connection

ROLES = {"crm": "CRM", "psa": "PSA", "hcm": "HCM", "erp": "ERP"}


@dataclass(frozen=True, slots=True)
class Side:
    """One system of the comparison: what it is called, and up to when it was read."""

    role: str
    title: str
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Field:
    """One field and what each side says; None is "none", `hidden` is masked for this reader."""

    label: str
    says: list[Any]
    apart: bool
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rows that both sides answer, and the facts that stand alone."""

    sides: list[Side]
    fields: list[Field]
    facts: list[Field]

    @property
    def differing(self) -> list[Field]:
        return [field for field in self.fields if field.apart]


def compare(shown: Mapping[str, Any], hidden: list[str], control: Definition | None) -> Comparison:
    """`shown` is evidence already masked; `hidden` names what was taken out of it."""
    roles = control.sides if control else ()
    evidence = dict(shown) | dict.fromkeys(hidden)
    paired = {name: _paired(name, roles) for name in evidence}
    labels = dict.fromkeys(suffix for suffix in paired.values() if suffix)
    fields = [_field(label, roles, evidence, hidden) for label in labels]
    facts = [
        Field(_label(name), [_plain(value)], apart=False, hidden=name in hidden)
        for name, value in evidence.items()
        if not paired[name]
    ]
    # Masked fields say nothing about equality, so they stand among the facts.
    facts += [field for field in fields if field.hidden]
    return Comparison(_sides(roles), [one for one in fields if not one.hidden], facts)


def _paired(name: str, roles: tuple[str, ...]) -> str:
    """The field's name without its side; empty when it belongs to no side."""
    side, _, suffix = name.partition("_")
    return suffix if side in roles else ""


def _field(suffix: str, roles: tuple[str, ...], evidence: dict, hidden: list[str]) -> Field:
    names = [f"{role}_{suffix}" for role in roles]
    values = [evidence.get(name) for name in names]
    is_hidden = any(name in hidden for name in names)
    # A side whose system does not hold the field at all cannot disagree about it.
    held = [evidence[name] for name in names if name in evidence]
    apart = not is_hidden and any(not _same(held[0], value) for value in held[1:])
    return Field(_label(suffix), [_plain(value) for value in values], apart, is_hidden)


def _sides(roles: tuple[str, ...]) -> list[Side]:
    """Titles as the deployment calls its systems; several of one role share the column."""
    found: dict[str, list] = {role: [] for role in roles}
    systems = Connection.objects.filter(active=True, role__in=roles).order_by("title")
    for role, title, read_at in systems.values_list("role", "title").annotate(
        read_at=Max("streams__watermark")
    ):
        found[role].append((title, read_at))
    return [
        Side(
            role,
            " and ".join(title for title, _ in systems) or ROLES.get(role, role),
            min((at for _, at in systems if at), default=None),
        )
        for role, systems in found.items()
    ]


def _same(left: Any, right: Any) -> bool:
    """8 and "8.00" agree: numbers are compared as numbers, however they were written."""
    if left == right:
        return True
    try:
        return Decimal(str(left)) == Decimal(str(right))
    except InvalidOperation:
        return False


def _plain(value: Any) -> str | None:
    """A value as it stands in a cell; None says that the system holds none."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_plain(one) or "none" for one in value) or None
    return _dated(str(value))


def _dated(text: str) -> str:
    """Days and instants in words; everything else as it came."""
    try:
        if len(text) == len("2026-07-01"):
            day = date.fromisoformat(text)
            return f"{day:%a} {day.day} {day:%B %Y}"
        if len(text) > len("2026-07-01T00:00") and text[10] in "T ":
            at = datetime.fromisoformat(text)
            return f"{at:%a} {at.day} {at:%B %Y}, {at:%H:%M} {at:%Z}".strip()
    except ValueError:
        pass
    return text


def _label(name: str) -> str:
    return name.replace("_", " ").strip().capitalize()
