"""Who may call Tryton: `opsboard` reads what it needs and nothing else, `weak` lacks labour cost.

This is also the recipe for a real firm: one group that may read the models below, a second one
for labour cost (`company.employee_cost_price` and the two `cost_price` fields, which Tryton keeps
from everybody who is not in its administration groups).
"""

from typing import Any

from trytond.pool import Pool

READS = (
    "company.company",
    "company.employee",
    "party.party",
    "party.identifier",
    "party.address",
    "country.country",
    "currency.currency",
    "currency.currency.rate",
    "project.work",
    "project.work.status",
    "timesheet.work",
    "timesheet.line",
    "account.invoice",
    "account.invoice.line",
    "account.invoice.tax",
    "account.invoice.payment_term",
    "account.tax",
    "account.account",
    "account.account.type",
    "account.journal",
    "account.move",
    "account.move.line",
    "account.period",
    "account.fiscalyear",
    "res.user",
)
COST_FIELDS = (("company.employee", "cost_price"), ("timesheet.line", "cost_price"))


def make_users(company: Any, passwords: dict[str, str]) -> None:
    pool = Pool()
    readers, costs = pool.get("res.group").create(
        [{"name": "Opsboard: read"}, {"name": "Opsboard: read labour cost"}]
    )
    Access = pool.get("ir.model.access")
    Access.create([_read(name, readers) for name in READS])
    Access.create([_read("company.employee_cost_price", costs)])
    pool.get("ir.model.field.access").create(
        [{"model": name, "field": field, "group": costs.id, "perm_read": True, "perm_write": False}
         for name, field in COST_FIELDS]
    )  # fmt: skip
    groups = {"opsboard": [readers.id, costs.id], "weak": [readers.id]}
    pool.get("res.user").create(
        [_user(login, groups[login], company, passwords[login]) for login in groups]
    )


def _read(model: str, group: Any) -> dict[str, Any]:
    return {"model": model, "group": group.id, "perm_read": True}


def _user(login: str, groups: list[int], company: Any, password: str) -> dict[str, Any]:
    return {
        "name": login,
        "login": login,
        "password": password,
        "companies": [("add", [company.id])],
        "company": company.id,
        "groups": [("add", groups)],
    }
