"""Why a subject fails: the first rung of the ladder that holds (domain.md 0.9).

Each file of `causes/` is one rung: a comment header and a SELECT over `failing` that returns
`subject, root_entity, title`. The rungs are tried in the order of their numbers. `failing` holds
the findings with what controls say of them, and of each `about`, the key of the record that it is
about, its `kind`, and `module`, the ledger module in which it is posted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from opsboard.controls.catalogue import Definition, Watch, read_watches, split

FOLDER = Path(__file__).parent / "causes"
UNKNOWN = "unknown"
# A lock changes what people are told to do about what it shuts out.
LOCKS = Watch("accounting_period", "key", "findings")


@dataclass(frozen=True, slots=True)
class Cause:
    """`control` owns the cause when there is one for it; `workflow` is its family (0.9)."""

    number: int
    slug: str
    title: str
    workflow: str
    error_class: str
    control: str
    remediation: tuple[str, ...]
    sql: str
    watches: tuple[Watch, ...] = ()


@cache
def ladder() -> dict[str, Cause]:
    return {cause.slug: cause for cause in _read()}


def watches_of(definition: Definition) -> tuple[Watch, ...]:
    """What may change a control's findings: what it watches, and what its causes rest on."""
    locks = [LOCKS] if "CO-L" in definition.period else []
    if definition.own_cause:
        return tuple(dict.fromkeys([*definition.watches, *locks]))
    rungs = [watch for cause in ladder().values() for watch in cause.watches]
    found = [*definition.watches, *locks, *(_resolved(definition, watch) for watch in rungs)]
    return tuple(dict.fromkeys(watch for watch in found if watch))


def _resolved(definition: Definition, watch: Watch) -> Watch | None:
    """A rung that says `record` means what the finding is about: the subject itself, unless the
    control names another record; then all its findings are asked."""
    if watch.column != "record":
        return watch
    if re.search(r"\bas record\b", definition.sql):
        return Watch(watch.kind, watch.field, "findings")
    is_subject = watch.field != "key" or watch.kind == definition.population.split()[0]
    return Watch(watch.kind, watch.field, "key") if is_subject else None


def attribute(cursor, definition: Definition) -> None:
    """Give every finding of `outcome` exactly one root cause; the last rung is `unknown`.

    What fails stands in a table of its own, analyzed: of a table that it knows nothing about the
    planner expects the worst, and reads whole views once for each finding.
    """
    cursor.execute(
        "create temp table failing on commit drop as select outcome.*,"
        " coalesce(outcome.record, subject) as about,"
        " coalesce(outcome.record_kind, %(kind)s) as kind, %(module)s::text as module from outcome"
        " where verdict = 'finding' and root_cause is null",
        {"kind": definition.population.split()[0], "module": definition.module},
    )
    left = cursor.rowcount
    cursor.execute("analyze failing")
    cursor.execute("analyze outcome (subject)")
    for cause in ladder().values():
        # Nobody left to ask about; of nobody, too, a rung may read a whole view.
        if not left:
            break
        cursor.execute(
            # Materialized, or the planner asks the rung once for each that it could be about.
            f"with rung as materialized ({cause.sql}),"
            " told as (update outcome set root_cause = %(slug)s, root_entity = rung.root_entity,"
            " cause_title = rung.title from rung where outcome.subject = rung.subject"
            " returning outcome.subject)"
            " delete from failing using told where failing.subject = told.subject",
            {"slug": cause.slug},
        )
        left -= cursor.rowcount
    cursor.execute("drop table failing")


def _read() -> Iterator[Cause]:
    for path in sorted(FOLDER.glob("*.sql")):
        head, _, values, sql = split(path.read_text(encoding="utf-8"), path)
        number, slug = re.fullmatch(r"(\d\d)_(\w+)", path.stem).groups()
        steps = values.get("remediation", "").split("\n")
        yield Cause(
            number=int(number),
            slug=slug,
            title=head,
            workflow=values["workflow"],
            error_class=values["class"],
            control=values.get("control", ""),
            remediation=tuple(re.sub(r"^\d+\.\s*", "", step) for step in steps if step),
            sql=sql.replace("%", "%%"),
            watches=read_watches(values.get("watches", ""), path),
        )
