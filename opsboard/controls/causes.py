"""Why a subject fails: the first rung of the ladder that holds (domain.md 0.9).

Each file of `causes/` is one rung: a comment header and a SELECT over `failing` that returns
`subject, root_entity, title`. The rungs are tried in the order of their numbers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from opsboard.controls.catalogue import split

FOLDER = Path(__file__).parent / "causes"
UNKNOWN = "unknown"


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


@cache
def ladder() -> dict[str, Cause]:
    return {cause.slug: cause for cause in _read()}


def attribute(cursor) -> None:
    """Give every finding of `outcome` exactly one root cause; the last rung is `unknown`."""
    for cause in ladder().values():
        cursor.execute(
            "with failing as materialized (select * from outcome"
            " where verdict = 'finding' and root_cause is null),"
            f" rung as ({cause.sql})"
            " update outcome set root_cause = %s, root_entity = rung.root_entity,"
            " cause_title = rung.title from rung where outcome.subject = rung.subject"
            " and outcome.verdict = 'finding' and outcome.root_cause is null",
            [cause.slug],
        )


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
        )
