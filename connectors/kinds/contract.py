"""The data contract, made from the declarations: as JSON Schema, and as digests that seal it."""

import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec

from connectors.kinds import KINDS
from connectors.kinds.base import Record
from connectors.kinds.fields import Field, fields_of
from connectors.kinds.lifecycles import LIFE_CYCLES

# Raise it with every change of a kind, and seal it: `python3 manage.py contract --seal`.
CONTRACT_VERSION = "1"
SEALS = Path(__file__).with_name("contract.json")
# How values travel in JSON: numbers as texts, so that none passes through a binary fraction.
DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The JSON Schema of every kind, with what JSON Schema has no word for under `x-` names."""
    _, parts = msgspec.json.schema_components(KINDS.values(), ref_template="#/$defs/{name}")
    for kind in KINDS.values():
        parts[kind.__name__] |= _of_kind(kind)
        for one in fields_of(kind):
            parts[kind.__name__]["properties"][one.name] |= _of_field(one)
    return {
        "$schema": DRAFT,
        "title": "opsboard: the canonical kinds",
        "version": CONTRACT_VERSION,
        "oneOf": [{"$ref": f"#/$defs/{kind.__name__}"} for kind in KINDS.values()],
        "$defs": parts,
    }


def digests() -> dict[str, str]:
    """What each kind promises, shortened: fields, keys, owners and life cycle, not its prose."""
    return {name: _digest(kind) for name, kind in KINDS.items()}


def sealed() -> dict[str, dict[str, str]]:
    """The digests of every version that was ever given out."""
    return json.loads(SEALS.read_text()) if SEALS.exists() else {}


def seal() -> None:
    """Write down what this version promises; ValueError when it has promised something else."""
    versions = sealed()
    known = versions.setdefault(CONTRACT_VERSION, digests())
    changed = [name for name, digest in digests().items() if known.get(name) != digest]
    if changed or set(known) - set(KINDS):
        names = ", ".join(changed or sorted(set(known) - set(KINDS)))
        raise ValueError(
            f"version {CONTRACT_VERSION} promised something else of {names}; raise"
            " CONTRACT_VERSION in connectors/kinds/contract.py"
        )
    SEALS.write_text(json.dumps(versions, indent=2, sort_keys=True) + "\n")


def _digest(kind: type[Record]) -> str:
    cycle = LIFE_CYCLES.get(kind.kind)
    promise = [
        [repr(one) for one in fields_of(kind)],
        _of_kind(kind),
        sorted(cycle.steps.items()) if cycle else [],
    ]
    return hashlib.sha256(json.dumps(promise, sort_keys=True).encode()).hexdigest()[:16]


def _of_kind(kind: type[Record]) -> dict[str, Any]:
    return {
        "x-kind": kind.kind,
        "x-unique-by": list(kind.unique_by),
        "x-natural-key": list(kind.natural_key),
        "x-within": kind.within,
        "x-system-of-record": list(kind.system_of_record),
    }


def _of_field(one: Field) -> dict[str, Any]:
    told = {
        "x-unit": one.unit,
        "x-references": one.ref,
        "x-sensitive": list(one.sensitive),
        "x-precision": one.precision,
        "x-scale": one.scale if one.precision else 0,
    }
    return {name: value for name, value in told.items() if value}
