"""Whose word counts for which field: the firm's own rules, before those of the house."""

from connectors.kinds import KINDS, Field, fields_of
from connectors.kinds.ownership import DEFAULTS, Ownership, owner_of
from opsboard.deployment.reading import Mistakes, unknown
from opsboard.deployment.shape import OwnershipRule

Numbered = list[tuple[int, OwnershipRule | None]]


def read_ownership(rules: Numbered, mistakes: Mistakes) -> tuple[Ownership, ...]:
    """The rules in order: what is written, the narrower first, then the defaults."""
    for number, rule in rules:
        if rule:
            mistakes += _mistakes(rule, f"ownership[{number}]")
    mistakes += _twice_owned(rules)
    written = [_ownership(rule) for _, rule in rules if rule and rule.kind in KINDS]
    written.sort(key=lambda one: (not one.rows, not one.fields))
    return (*written, *DEFAULTS)


def _mistakes(rule: OwnershipRule, place: str) -> Mistakes:
    if rule.kind not in KINDS:
        return [unknown(f"{place}.kind: {rule.kind}", rule.kind, list(KINDS))]
    declared = {one.name: one for one in fields_of(KINDS[rule.kind])}
    faults = [
        unknown(f"{place}.{part}: {name}", name, list(declared))
        for part, names in (("fields", rule.fields), ("rows", rule.rows))
        for name in names
        if name not in declared
    ]
    for name, values in rule.rows.items():
        if name in declared:
            faults += _row_mistakes(declared[name], values, f"{place}.rows.{name}")
    if (rule.owner == "shared") != (rule.conflict == "newest_version_wins"):
        faults.append(
            f'{place}.conflict: newest_version_wins goes with owner = "shared" and with nothing'
            " else; write both or neither"
        )
    if rule.subscribers and rule.owner in rule.subscribers:
        faults.append(f"{place}.subscribers: {rule.owner} is the owner; leave it out")
    return faults


def _row_mistakes(field: Field, values: tuple[str, ...], place: str) -> Mistakes:
    known = ("true", "false") if field.type == "bool" else field.choices
    if not values:
        return [f"{place}: is empty; write the values for which the rule holds"]
    return [
        unknown(f"{place}: {one}", one, list(filter(None, known)))
        for one in values
        if known and one not in known
    ]


def _twice_owned(rules: Numbered) -> Mistakes:
    """A field with two masters is where leakage starts."""
    seen: dict[tuple, int] = {}
    faults = []
    for number, rule in rules:
        for name in (rule.fields or ("every field",)) if rule else ():
            where = (rule.kind, name, tuple(sorted(rule.rows.items())))
            if where in seen:
                faults.append(
                    f"ownership[{number}]: {name} of {rule.kind} has an owner in"
                    f" ownership[{seen[where]}] already; leave one of them out"
                )
            seen.setdefault(where, number)
    return faults


def _ownership(rule: OwnershipRule) -> Ownership:
    """What is not written of subscribers is as the house has it for these fields."""
    usual = owner_of(DEFAULTS, rule.kind, (*rule.fields, "source_id")[0], _one_row(rule))
    everybody = {*usual.subscribers, usual.owner} - {rule.owner}
    keep = rule.subscribers if rule.subscribers is not None else tuple(sorted(everybody))
    return Ownership(
        kind=rule.kind,
        owner=rule.owner,
        subscribers=keep,
        readers=tuple(one for one in usual.readers if one not in keep and one != rule.owner),
        conflict=rule.conflict,
        fields=rule.fields,
        rows=dict(rule.rows),
    )


def _one_row(rule: OwnershipRule) -> dict[str, str]:
    """A record of the sort that the rule is about."""
    return {name: values[0] for name, values in rule.rows.items() if values}
