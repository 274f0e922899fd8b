"""A refused row as this reader may see it: it came unread, so anything may stand in it."""

import json
from typing import Any

from connectors.kinds import KINDS, fields_of
from opsboard.people.models import Person
from opsboard.sync.models import RefusedRow

MASKED = "•••• masked"


def shown(row: RefusedRow, person: Person) -> str | None:
    """The row's text, the text with values masked, or None when the reader sees no rows at all.

    Which legal entity an unread row belongs to is not known, so whoever is bound to some sees none.
    """
    if person.entities or not person.may("replay"):
        return None
    if classes_of(row.stream.kind) <= person.sees:
        return _pretty(row.row)
    return _masked(row)


def reason_for(reason: str, field: str, person: Person) -> str:
    """Why rows were refused; a reason quotes the row, so bound readers are told the field alone."""
    if not person.entities:
        return reason
    return f"{field}: the value cannot be used" if field else "The row cannot be used"


def classes_of(kind: str) -> frozenset[str]:
    """Every sensitivity class that some field of the kind belongs to."""
    declared = KINDS.get(kind)
    if declared is None:
        return frozenset("LPBI")
    return frozenset().union(*(field.sensitive for field in fields_of(declared)))


def _pretty(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=1, ensure_ascii=False)
    except ValueError:
        return text


def _masked(row: RefusedRow) -> str | None:
    """Field names stay; of the values only those that were read as harmless (the hints)."""
    try:
        content = json.loads(row.row)
    except ValueError:
        return None
    harmless = {str(value) for value in row.hints.values()}
    return json.dumps(_without(content, harmless), indent=1, ensure_ascii=False)


def _without(content: Any, harmless: set[str]) -> Any:
    if isinstance(content, dict):
        return {key: _without(value, harmless) for key, value in content.items()}
    if isinstance(content, list):
        return [_without(value, harmless) for value in content]
    return content if content is None or str(content) in harmless else MASKED
