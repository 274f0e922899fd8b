"""How much is at stake: sums over atoms, so that no total counts the same money twice (0.5).

A measure that the reader may not see is never summed: the statement itself says NULL.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, DecimalField, F, Max, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Greatest

from opsboard.exceptions.models import Atom, Exposure
from opsboard.exceptions.queries import Groups, may_see, reads_everything
from opsboard.exceptions.queue.together import Asked

ANSWER = (Path(__file__).parent / "sql" / "answer.sql").read_text()
# More than this are added up apart from the list.
FEW = 200
MEASURES = ("revenue_at_risk", "cash_at_risk", "cost_at_risk", "misstatement", "exposure_only")
# What stands in a line of the ledger: the measure that guards it, and how atoms make it.
LINES = {
    "value": ("value_at_risk", "sum(greatest(revenue_at_risk, cash_at_risk))"),
    "cost": ("cost_at_risk", "sum(cost_at_risk)"),
    "misstated": ("misstatement", "sum(misstatement)"),
    # Forward-looking: it stands beside the others and is never added to them.
    "exposed": ("exposure_only", "sum(exposure_only)"),
}


@dataclass(frozen=True, slots=True)
class Totals:
    """Money at stake in group currency; None is what the reader may not see.

    `rows_value` adds up the rows as they stand in the list. It exceeds the ledger by the money
    that stands in more than one row.
    """

    groups: int
    items: int
    rows_value: Decimal | None
    estimated_cost: Decimal | None
    value: Decimal | None
    cost: Decimal | None
    misstated: Decimal | None
    exposed: Decimal | None

    @property
    def counted_twice(self) -> Decimal:
        """What the rows show above the ledger."""
        return (self.rows_value or Decimal(0)) - (self.value or Decimal(0))


def totals(groups: Groups, person: Any, *, whole: bool = False) -> Totals:
    """The ledger of these groups, and the sum of their rows.

    `whole` says that they are all the unsettled ones this reader may see: for a reader without
    bounds the engine keeps that ledger counted, atom by atom.
    """
    rows = groups.order_by().aggregate(
        groups=Count("pk"),
        items=Coalesce(Sum("children"), 0),
        rows_value=_row_sum("value_at_risk", person),
        estimated_cost=_row_sum("cost_at_risk", person, Q(is_estimated=True)),
    )
    if whole and reads_everything(person):
        money = _kept(person)
    else:
        money = _ledger(groups, Value("all"), person).get("all") or _nothing(person)
    return Totals(**rows, **money)


def answer(groups: Groups, person: Any, most: int) -> Asked:
    """The same as `totals` for few groups, as a part of a larger statement; see `few_totals`."""
    columns = ("id", "children", "value_at_risk", "cost_at_risk", "is_estimated")
    try:
        few, given = groups.order_by().values(*columns)[: most + 1].query.sql_with_params()
    except EmptyResultSet:
        few = "select id, children, value_at_risk, cost_at_risk, is_estimated"
        few, given = f"{few} from exceptions_group where false", ()
    seen = {name: may_see(name, person) for name in ("value_at_risk", "cost_at_risk")}
    text = ANSWER.format(
        few=few,
        rows_value="value_at_risk" if seen["value_at_risk"] else "null::numeric",
        rows_cost="cost_at_risk" if seen["cost_at_risk"] else "null::numeric",
        sums=", ".join(_sums(person)),
    )
    return text, [*given, FEW]


def few_totals(found: dict[str, Any], person: Any) -> Totals | None:
    """What `answer` found; None when there are too many to add up beside the list."""
    if found["money"] is None:
        return None
    money = dict(zip(LINES, map(_exactly, found["money"]), strict=True))
    nothing = _nothing(person)
    rows = {
        name: _exactly(found[name] or 0) if may_see(measure, person) else None
        for name, measure in (("rows_value", "value_at_risk"), ("estimated_cost", "cost_at_risk"))
    }
    money = {name: nothing[name] if money[name] is None else money[name] for name in LINES}
    return Totals(found["groups"], int(found["items"]), **rows, **money)


def _exactly(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def ledger_by(column: str, groups: Groups, person: Any, now: datetime) -> list[dict]:
    """One line per value of a column of the groups, largest first: counts and money."""
    counts = groups.order_by().values(of=F(column))
    counts = counts.annotate(groups=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
    money = _ledger(groups, F(f"item__group__{column}"), person)
    lines = [line | (money.get(line["of"]) or _nothing(person)) for line in counts]
    return sorted(lines, key=lambda line: (-(line["value"] or 0), -line["groups"], line["of"]))


def _kept(person: Any) -> dict[str, Decimal | None]:
    value = Greatest(F("revenue_at_risk"), F("cash_at_risk"))
    sums = {
        "value": Sum(value),
        "cost": Sum("cost_at_risk"),
        "misstated": Sum("misstatement"),
        "exposed": Sum("exposure_only"),
    }
    seen = {name: total for name, total in sums.items() if may_see(LINES[name][0], person)}
    found = Atom.objects.aggregate(**seen)
    return _nothing(person) | {name: total or Decimal(0) for name, total in found.items()}


def _ledger(groups: Groups, of: Any, person: Any) -> dict[str, dict]:
    try:
        sql, values = _atoms(groups, of).query.sql_with_params()
    except EmptyResultSet:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"select of_what, {', '.join(_sums(person))} from ({sql}) atom group by 1", values
        )
        return {row[0]: dict(zip(LINES, row[1:], strict=True)) for row in cursor}


def _sums(person: Any) -> list[str]:
    return [
        total if may_see(measure, person) else "max(null::numeric)"
        for measure, total in LINES.values()
    ]


def _atoms(groups: Groups, of: Any) -> QuerySet:
    """Each atom once, at the most that any unsettled item of these groups claims of it."""
    highest = {
        measure: Coalesce(
            Max("amount", filter=Q(measure=measure)), Value(0, output_field=DecimalField())
        )
        for measure in MEASURES
    }
    claims = Exposure.objects.filter(
        item__group__in=groups.order_by().values("pk"), item__is_unsettled=True
    )
    return claims.values(of_what=of, atom_key=F("atom")).annotate(**highest)


def _nothing(person: Any) -> dict[str, Decimal | None]:
    return {
        name: Decimal(0) if may_see(measure, person) else None
        for name, (measure, _) in LINES.items()
    }


def _row_sum(measure: str, person: Any, only: Q | None = None) -> Any:
    if not may_see(measure, person):
        return Max(Value(None, output_field=DecimalField()))
    return Coalesce(Sum(measure, filter=only), Value(0, output_field=DecimalField()))
