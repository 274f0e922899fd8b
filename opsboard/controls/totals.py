"""Control totals: what a run counted on each side, and the money by verdict (domain.md 0.12).

Amounts are kept as texts, exact to the last digit, in the currencies in which they were said.
"""

from typing import Any

from opsboard.controls.catalogue import MEASURES

# In these a measure is said; a misstatement may have a part of cost.
IN_COST = {"cost_at_risk", "misstatement_cost"}


def of_side(cursor: Any, source: str, column: str) -> dict[str, Any]:
    """Counted independently of the control: rows, a checksum of their keys, and the total."""
    total = f"coalesce(sum({column}), 0)" if column else "null"
    cursor.execute(
        f"select count(*), coalesce(sum(hashtextextended(key, 0)), 0), {total} from {source}"
    )
    count, checksum, amount = cursor.fetchone()
    side = {"count": count, "checksum": int(checksum)}
    return side | ({"of": column, "total": str(amount)} if column else {})


def by_verdict(cursor: Any) -> dict[str, dict[str, dict[str, str]]]:
    """Amounts of what did not simply match: verdict, measure, currency."""
    measures = [*MEASURES, "misstatement_cost"]
    values = ", ".join(
        f"('{name}', {name}, "
        + ("coalesce(cost_currency, currency)" if name in IN_COST else "currency")
        + ")"
        for name in measures
    )
    cursor.execute(
        "select verdict, said.measure, coalesce(said.currency, ''), sum(said.amount)"
        f" from outcome cross join lateral (values {values}) said (measure, amount, currency)"
        " where said.amount is not null group by 1, 2, 3 order by 1, 2, 3"
    )
    found: dict[str, dict[str, dict[str, str]]] = {}
    for verdict, measure, currency, amount in cursor.fetchall():
        found.setdefault(verdict, {}).setdefault(measure, {})[currency] = str(amount)
    return found
