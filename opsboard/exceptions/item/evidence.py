"""What each system says about one item, side by side, made of the evidence a control returned."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Max

from opsboard.controls.catalogue import Definition
from opsboard.sync.models import Connection
from opsboard.ui import words

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
    fields, facts = [], []
    for suffix, names in _gathered(evidence, roles).items():
        # What one side alone holds, or a reader may not see, says nothing about equality.
        if len(names) > 1 and not set(names) & set(hidden):
            fields.append(_field(suffix, names, roles, evidence))
        else:
            facts += [_fact(name, roles, evidence, hidden) for name in names]
    return Comparison(_sides(roles), fields, facts)


def _gathered(evidence: Mapping[str, Any], roles: tuple[str, ...]) -> dict[str, list[str]]:
    """The columns of evidence under the field they speak of."""
    found: dict[str, list[str]] = {}
    for name in evidence:
        side, _, suffix = name.partition("_")
        found.setdefault(suffix if side in roles else name, []).append(name)
    return found


def _field(suffix: str, names: list[str], roles: tuple[str, ...], evidence: Mapping) -> Field:
    values = [evidence[name] for name in names]
    apart = any(not _same(values[0], value) for value in values[1:])
    says = [_plain(evidence.get(f"{role}_{suffix}")) for role in roles]
    return Field(_label(suffix), says, apart)


def _fact(name: str, roles: tuple[str, ...], evidence: Mapping, hidden: list[str]) -> Field:
    side, _, suffix = name.partition("_")
    label = f"{_label(suffix)}, {ROLES.get(side, side)}" if side in roles else _label(name)
    return Field(label, [_plain(evidence[name])], apart=False, hidden=name in hidden)


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
    """Days and instants in words, decimals set off by thousands; everything else as it came."""
    if re.fullmatch(r"-?\d+\.\d+", text):
        # As many decimals as say something, but never one: 88 168.00 and not 88 168.0.
        digits = len(text.partition(".")[2].rstrip("0"))
        return words.bracketed(Decimal(text), max(2, digits))
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
