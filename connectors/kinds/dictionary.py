"""The data dictionary: the declarations as people read them."""

from collections.abc import Iterable, Iterator
from inspect import cleandoc
from itertools import groupby

from connectors.kinds import KINDS
from connectors.kinds.base import Record
from connectors.kinds.contract import CONTRACT_VERSION
from connectors.kinds.fields import Field, fields_of
from connectors.kinds.lifecycles import LIFE_CYCLES
from connectors.kinds.ownership import DEFAULTS, Ownership

TITLES = {
    "organisation": "Organisation and reference",
    "vocabulary": "Codes and identifiers",
    "parties": "Customers, vendors, opportunities",
    "agreements": "Contracts and prices",
    "workforce": "People",
    "delivery": "Delivery",
    "planning": "Plans",
    "work": "Work done",
    "purchasing": "Purchasing",
    "billing": "Billing",
    "cash": "Cash",
    "revenue": "Revenue",
    "ledger": "Ledger",
    "integration": "Integration",
}
PLAIN = {"": "empty", "()": "empty", "None": "none", "True": "yes", "False": "no"}
INTRODUCTION = """# Data dictionary

The vocabulary of opsboard: {count} kinds, version {version} of the contract. This page is made from
the declarations in `connectors/kinds/` by `python3 manage.py contract --dictionary`; edit those.
`python3 manage.py contract` prints the same as JSON Schema.

In SQL every kind is a view of its name. Beside the fields below a view has `id`, `key` (the system
and its native id, as `psa:TE-1`), `system`, `system_role`, `canonical_id` (the thing itself, which
copies in several systems share), `loaded_at`, `entity` (the legal entity's code) and, for every
reference `x`, `x_id`: the canonical id of what is referred to.

- **Unique by**: in one system no two live records share it.
- **Known by**: records of several systems that agree on it are copies of one thing.
- **Sensitive**: the classes that decide who sees a value (L labour cost, P pay, B billing, I
  personal).
- A field without a default must be there. Amounts are in the currency that the kind names.
"""


ENVELOPE = fields_of(Record)


def dictionary() -> str:
    """The whole page, in Markdown."""
    told = [INTRODUCTION.format(count=len(KINDS), version=CONTRACT_VERSION)]
    told += ["## What every record carries", _table(ENVELOPE)]
    for module, kinds in groupby(sorted(KINDS.values(), key=_place), key=_module):
        told.append(f"## {TITLES[module]}")
        told += [_kind(one) for one in kinds]
    return "\n\n".join(one.strip() for one in told) + "\n"


def _place(kind: type[Record]) -> int:
    return list(TITLES).index(_module(kind))


def _module(kind: type[Record]) -> str:
    return kind.__module__.rpartition(".")[2]


def _kind(kind: type[Record]) -> str:
    known = {one.name for one in ENVELOPE}
    own = [one for one in fields_of(kind) if one.name not in known]
    parts = [f"### {kind.kind}", cleandoc(kind.__doc__ or ""), "\n".join(_facts(kind))]
    return "\n\n".join([*parts, _table(own)])


def _facts(kind: type[Record]) -> Iterator[str]:
    yield f"- Unique by: {_names(kind.unique_by)}"
    if kind.natural_key:
        within = f", within its `{kind.within}`" if kind.within else ""
        yield f"- Known by: {_names(kind.natural_key)}{within}"
    yield f"- System of record: {', '.join(kind.system_of_record)}"
    for rule in DEFAULTS:
        if rule.kind == kind.kind:
            yield f"- {_owner(rule)}"
    if kind.kind in LIFE_CYCLES:
        yield f"- Life cycle: {_life_cycle(kind.kind)}"


def _owner(rule: Ownership) -> str:
    """Who publishes, who keeps a copy, who only looks; of what, where that differs."""
    of = ""
    if rule.fields:
        of = f" of {_names(rule.fields)}"
    for name, values in rule.rows.items():
        of += f"{' and' if of else ' where'} `{name}` is {' or '.join(values)}"
    told = f"Owner{of}: {rule.owner}"
    copies = [_noted(rule, role) for role in rule.subscribers]
    told += f"; kept in copy by {', '.join(copies)}" if copies else ""
    return told + (f"; looked up by {', '.join(rule.readers)}" if rule.readers else "")


def _noted(rule: Ownership, role: str) -> str:
    return f"{role} ({rule.notes[role]})" if role in rule.notes else role


def _life_cycle(kind: str) -> str:
    cycle = LIFE_CYCLES[kind]
    told = "; ".join(f"{one} → {', '.join(steps)}" for one, steps in cycle.steps.items())
    return told + (f"; {cycle.paused} from and back to the rest" if cycle.paused else "")


def _table(fields: Iterable[Field]) -> str:
    head = "| field | type | default | unit or reference | sensitive |"
    return "\n".join([head, "| --- " * 5 + "|", *map(_row, fields)])


def _row(one: Field) -> str:
    reference = f"→ {one.ref}" if one.ref else one.unit
    cells = (f"`{one.name}`", _type(one), _default(one), reference, one.sensitive)
    return f"| {' | '.join(cells)} |".replace("  ", " ")


def _type(one: Field) -> str:
    if one.choices:
        return ", ".join(filter(None, one.choices))
    return f"decimal({one.precision},{one.scale})" if one.type == "decimal" else one.type


def _default(one: Field) -> str:
    if one.required:
        return "required"
    return PLAIN.get(str(one.default), str(one.default))


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{one}`" for one in names)
