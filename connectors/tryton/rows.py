"""A row as Tryton sent it, laid flat and with what one has to work out of it.

Tryton nests what was asked for by path: "company.currency.code" comes as {"company.": {"currency.":
{"code": ...}}}. Laid flat, the path is the key again; below a list, it holds a list. What cannot be
said by a declaration stands under "derived".
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from connectors.transforms import Unfit, to_microseconds
from connectors.tryton.codec import decode

Row = dict[str, Any]
Derive = Callable[[Row, Mapping[str, Any]], Row]
ANCESTORS = 5


def lay_flat(row: Mapping[str, Any], wanted: tuple[str, ...]) -> Row:
    """The decoded row by path. A path that leads through an empty reference is null."""
    flat: Row = {}
    for name, value in decode(dict(row)).items():
        if not name.endswith("."):
            flat[name] = value
            continue
        below = tuple(one[len(name) :] for one in wanted if one.startswith(name))
        flat |= {f"{name}{key}": one for key, one in _below(value, below)}
    return flat


def _below(value: Any, wanted: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if value is None:
        yield from ((name, None) for name in wanted)
    elif isinstance(value, list):
        rows = [lay_flat(one, wanted) for one in value]
        yield from ((name, [row.get(name) for row in rows]) for name in wanted)
    elif isinstance(value, dict):
        yield from ((n, one) for n, one in lay_flat(value, wanted).items() if n in wanted)
    else:
        raise Unfit(value, "is not what a path leads to")


def stamp_of(row: Row, stamps: tuple[str, ...]) -> datetime:
    """When the row or what it is made of last changed; a row never edited has only its making."""
    moments = [one for name in stamps for one in _each(row.get(name)) if one is not None]
    if not moments:
        raise Unfit("create_date", "is missing, so the row has no version")
    return max(moments)


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def version_of(moment: datetime) -> int:
    return to_microseconds(moment)


def project_above(row: Row, path: str) -> Any:
    """The nearest ancestor that is a project. `path` leads to a work: "" or "work.origin."."""
    for depth in range(1, ANCESTORS + 1):
        above = path + "parent." * depth
        if row.get(f"{above}type") == "project":
            return row.get(f"{above}id")
    return None


def ancestors(path: str) -> tuple[str, ...]:
    """The paths that `project_above` looks at."""
    above = [path + "parent." * depth for depth in range(1, ANCESTORS + 1)]
    return tuple(f"{one}{name}" for one in above for name in ("id", "type"))


def actual(row: Row, meta: Mapping[str, Any]) -> Row:
    """Time is booked on a work whose origin is a task, or a project itself."""
    is_project = row.get("work.origin.type") == "project"
    work = row.get("work.origin.id")
    found = re.search(meta["entry_pattern"], row.get("description") or "")
    hours = Decimal(row["duration"] // timedelta(microseconds=1)) / 3_600_000_000
    cost = row.get("cost_price")
    return {
        "project": work if is_project else project_above(row, "work.origin."),
        "task": None if is_project else work,
        "entry": found[0] if found and meta["entry_pattern"] else None,
        "cost": None if cost is None else (hours * cost).quantize(Decimal("0.0001")),
    }


def task(row: Row, _meta: Mapping[str, Any]) -> Row:
    parent = row.get("parent") if row.get("parent.type") == "task" else None
    return {"project": project_above(row, ""), "parent": parent}


def work_status(row: Row, _meta: Mapping[str, Any]) -> Row:
    """Statuses have names that each firm chooses; what they mean is their progress."""
    return {"is_done": row.get("status.progress") == 1}


def party(row: Row, meta: Mapping[str, Any]) -> Row:
    """Tryton does not say who is a customer; employees and the firm itself are parties too."""
    countries = [one for one in row.get("addresses.country.code") or [] if one]
    addresses = [one for one in row.get("addresses.full_address") or [] if one]
    return {
        "is_customer": row["id"] not in set(meta["own_parties"]),
        "country": countries[0] if countries else None,
        "address": ", ".join(addresses[0].splitlines()) if addresses else None,
    }


def company(row: Row, _meta: Mapping[str, Any]) -> Row:
    countries = [one for one in row.get("party.addresses.country.code") or [] if one]
    return {"country": countries[0] if countries else None}


def cost_rate(row: Row, meta: Mapping[str, Any]) -> Row:
    """A price holds until the employee's next one begins."""
    later = [day for day in row["employee.cost_prices.date"] if day > row["date"]]
    return {
        "valid_to": min(later) - timedelta(days=1) if later else None,
        "version": version_of(datetime.fromisoformat(meta["started"])),
    }


def fx_rate(_row: Row, meta: Mapping[str, Any]) -> Row:
    return {"base": meta["fx_base"]}


def invoice(row: Row, _meta: Mapping[str, Any]) -> Row:
    """The date of a draft is a plan; afterwards it is when the invoice was issued.

    Tryton keeps no date of a state. A draft stands since it was made; any other state at most
    since the last change, so a wait counted from it is never too long.
    """
    is_issued = row["state"] in ("posted", "paid")
    due = [one for one in row.get("move.lines.maturity_date") or [] if one]
    changed = row.get("write_date") or row["create_date"]
    return {
        "planned_on": None if is_issued else row["invoice_date"],
        "issued_on": row["invoice_date"] if is_issued else None,
        "due_on": min(due) if due else None,
        "type": "credit_note" if row["total_amount"] < 0 else "invoice",
        "since": row["create_date"] if row["state"] == "draft" else changed,
    }


def invoice_line(row: Row, _meta: Mapping[str, Any]) -> Row:
    """Tryton keeps quantities as binary fractions; beyond six decimals is their noise."""
    quantity = row.get("quantity")
    exact = None if quantity is None else Decimal(quantity).quantize(Decimal("0.000001"))
    return {"quantity": exact, "line_no": row.get("sequence") or 0}


def gl_posting(row: Row, _meta: Mapping[str, Any]) -> Row:
    """The account's code, or its name where the chart has none."""
    origin = row.get("move.origin") or ""
    is_posted = row.get("move.state") == "posted"
    return {
        "account": row.get("account.code") or row.get("account.name"),
        "source_module": origin.partition(",")[0],
        "source_doc": origin,
        "manual": not origin,
        "status": "posted" if is_posted else "draft",
    }


def nothing(_row: Row, _meta: Mapping[str, Any]) -> Row:
    return {}
