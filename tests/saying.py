"""Random sayings: any kind that the tests' firm has defaults for, with some fields moved."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from connectors.kinds import KINDS, Field, fields_of
from connectors.kinds.base import Record
from tests.firm import DEFAULTS, NOW

# What others refer to keeps the names that the defaults use; the rest has two records each.
NAMES = {
    "legal_entity": ["E1"],
    "worker": ["W1", "W2"],
    "project": ["P1"],
    "party": ["C1", "C2"],
    "time_entry": ["TE-0", "TE-1", "TE-2"],
    "cost_rate": ["R1", "R2"],
    "assignment": ["A1", "A2"],
}
SYSTEMS = ["psa", "erp", "crm", "hcm", "middleware"]
ENVELOPE = {field.name for field in fields_of(Record)}
KEYS = ["", "psa:TE-0", "psa:TE-1", "erp:1", "psa:A1", "erp:2"]


def names_of(kind: str) -> list[str]:
    return NAMES.get(kind, ["1", "2"])


@st.composite
def sayings(draw: Any) -> tuple[str, str, str, dict[str, Any]]:
    """Kind, native id, system, and the fields that differ from the defaults."""
    kind = draw(st.sampled_from(sorted(set(DEFAULTS) & set(KINDS))))
    fields = [one for one in fields_of(KINDS[kind]) if one.name not in ENVELOPE]
    moved = draw(st.lists(st.sampled_from(fields), max_size=2, unique_by=lambda one: one.name))
    said = {field.name: draw(_values(field)) for field in moved}
    system = draw(st.sampled_from(SYSTEMS[:2] if draw(st.integers(0, 3)) else SYSTEMS))
    return kind, draw(st.sampled_from(names_of(kind))), system, said


def _values(field: Field) -> st.SearchStrategy:
    if field.choices:
        return st.sampled_from(field.choices)
    if field.ref:
        return st.sampled_from([*names_of(field.ref), "", "none"])
    if field.name.endswith("currency"):
        return st.sampled_from(["USD", "GBP"])
    if field.name.endswith("country"):
        return st.sampled_from(["GB", "DE"])
    if field.name.endswith("_key"):
        return st.sampled_from(KEYS)
    return BY_TYPE[field.type](field)


BY_TYPE = {
    "str": lambda field: st.sampled_from(["", "X", "psa", "erp"]),
    "int": lambda field: st.sampled_from([0, 1, 2]),
    "bool": lambda field: st.booleans(),
    "decimal": lambda field: st.sampled_from(["0", "1", "8", "1000", "-8"]),
    "date": lambda field: st.integers(-60, 20).map(lambda day: NOW.date() + timedelta(days=day)),
    "datetime": lambda field: st.integers(-60, 3).map(lambda day: NOW + timedelta(days=day)),
    "list": lambda field: st.sampled_from([(), ("psa:TE-1",)]),
}
