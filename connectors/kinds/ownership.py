"""Who publishes what, who keeps a copy, and who owns which field (domain.md A.3, A.6).

Defaults of the document; a firm overrides them in opsboard.toml.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ROLES = ("crm", "psa", "hcm", "erp", "payroll", "procurement", "billing", "middleware", "bi")
Conflict = Literal["owner_wins", "newest_version_wins", "manual"]

# O owns and publishes, S keeps a copy that controls compare, R looks up and keeps none. A kind is
# split into parts where its fields, or its rows, have different owners; the first part fits what no
# other does. Only the hourly paid, totals and statuses are what some copies hold: after a colon.
MATRIX = """
kind                          CRM      PSA      HCM PAY      ERP      PROC BILL MW BI
legal_entity                  R        S        S   S        O        S    S    S  S
cost_center                   -        S        S   S        O        S    R    S  S
accounting_period             -        S        -   R        O        R    S    S  S
tax_code                      -        R        -   -        O        S    S    S  R
fx_rate                       R        S        -   -        O        S    S    S  S
work_calendar                 -        S        O   S        R        -    -    S  S
utilization_category          -        S        -   S        S        -    -    O  S
role                          R        S        O   R        R        R    R    S  S
skill                         -        S        O   -        -        -    -    S  R
worker_skill                  -        S        O   -        -        -    -    S  R
code_mapping                  R        R        R   R        R        R    R    O  R
id_xref                       R        R        R   R        R        R    R    O  R
party/identity                O        S        -   -        S        -    S    S  S
party/billing                 R        R        -   -        O        -    S    S  R
party/vendor                  -        R        -   -        S        O    -    S  R
opportunity                   O        S        -   -        -        -    -    S  S
contract                      O        S        -   -        S        -    S    S  S
change_order                  O        S        -   -        S        R    S    S  S
rate_card/standard            R        S        -   -        O        -    S    S  R
rate_card/contract            O        S        -   -        S        -    S    S  R
rate_line/standard            R        S        -   -        O        -    S    S  R
cost_rate/employee            -        S        O   R        S        -    -    S  R
cost_rate/contractor          -        S        R   -        S        O    -    S  R
cost_rate/standard            -        S        -   -        O        -    -    S  R
worker                        -        S        O   S        S        R    -    S  S
user_account                  S        S        R   S        S        S    S    O  -
payroll_result                -        -        R   O        S:totals -    -    -  S:totals
project/execution             R        O        R   -        S        R    S    S  S
project/commercial            O        S        -   -        S        R    S    S  S
project/financial             R        S        -   -        O        S    S    S  S
wbs_task                      -        O        -   -        S        S    S    S  S
resource_request              R        O        R   -        -        R    -    S  S
assignment                    R        O        R   -        S        R    -    S  S
budget_line                   R        S        -   -        O        -    -    S  S
forecast_line                 R        O        -   -        S        -    -    S  S
time_entry                    -        O        R   S:hourly S        R    S    S  S
expense_item                  -        O        -   S        S        -    S    S  S
purchase_commitment           -        S        -   -        S        O    -    S  S
supplier_charge               -        R        -   -        O        S    -    S  S
project_actual                -        S:status -   -        O        -    S    S  S
billing_schedule              R        S        -   -        O        -    S    S  S
billing_event                 -        O        -   -        S        -    S    S  S
invoice                       S        S        -   -        O        -    S    S  S
invoice_line                  S        S        -   -        O        -    S    S  S
receipt                       S:status R        -   -        O        -    S    S  S
receipt_application           S:status R        -   -        O        -    S    S  S
revenue_schedule              -        R        -   -        O        -    R    S  S
revenue_event                 -        R        -   -        O        -    R    S  S
gl_posting                    -        -        -   R        O        -    -    S  S
integration_message           -        -        -   -        -        -    -    O  R
flow_run                      -        -        -   -        -        -    -    O  R
"""
HEADS = {
    "CRM": "crm",
    "PSA": "psa",
    "HCM": "hcm",
    "ERP": "erp",
    "PAY": "payroll",
    "PROC": "procurement",
    "BILL": "billing",
    "MW": "middleware",
    "BI": "bi",
}
# Which fields of a kind a part speaks of; where a part is not named here it speaks of whole rows.
PARTS: Mapping[str, tuple[str, ...]] = {
    "party/billing": (
        "tax_id",
        "bill_to_address",
        "payment_terms_days",
        "currency",
        "tax_profile",
        "bank_account",
        "delivery_channel",
        "po_required",
        "credit_status",
        "credit_limit",
    ),
    "project/commercial": (
        "party",
        "contract",
        "opportunity",
        "tcv",
        "sales_owner",
        "po_number",
        "billing_method",
    ),
    "project/financial": (
        "legal_entity",
        "cost_center",
        "tax_profile",
        "revenue_method",
        "financial_status",
        "postable_from",
        "postable_to",
        "erp_required",
        "currency",
    ),
}
# Which rows a part speaks of, where its owner is not the same for all.
ROWS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "party/vendor": {"is_vendor": ("true",), "is_customer": ("false",)},
    "rate_card/contract": {"scope": ("customer", "contract", "project")},
    "cost_rate/contractor": {"source": ("contractor_agreement",)},
    "cost_rate/standard": {"source": ("standard",)},
}


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who owns some fields of a kind, or all of them where `fields` is empty.

    `rows` narrows it to records whose field has one of these values. `notes` say which role holds
    less than a whole copy, and what.
    """

    kind: str
    owner: str
    subscribers: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    conflict: Conflict = "owner_wins"
    part: str = ""
    fields: tuple[str, ...] = ()
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)

    def speaks_of(self, name: str, record: Mapping[str, Any]) -> bool:
        """Whether this says who owns the field `name` of a record."""
        return (not self.fields or name in self.fields) and all(
            _as_text(record.get(one)) in values for one, values in self.rows.items()
        )


def owner_of(
    rules: tuple[Ownership, ...], kind: str, name: str, record: Mapping[str, Any] | None = None
) -> Ownership:
    """The first rule that speaks of this field of this record; LookupError where none does."""
    for rule in rules:
        if rule.kind == kind and rule.speaks_of(name, record or {}):
            return rule
    raise LookupError(f"nobody owns {kind}.{name}")


def _read(text: str) -> tuple[Ownership, ...]:
    """The parts of the matrix, the narrower ones of a kind first."""
    head, *lines = text.strip().splitlines()
    roles = [HEADS[name] for name in head.split()[1:]]
    found = [_part(line.split(), roles) for line in lines]
    return tuple(sorted(found, key=lambda one: not (one.fields or one.rows)))


def _part(cells: list[str], roles: list[str]) -> Ownership:
    name, *marks = cells
    kind, _, part = name.partition("/")
    by_mark: dict[str, list[str]] = {"O": [], "S": [], "R": [], "-": []}
    notes = {}
    for role, cell in zip(roles, marks, strict=True):
        mark, _, note = cell.partition(":")
        # One column stands for the middleware and the identity provider, who owns accounts.
        role = "identity" if role == "middleware" and kind == "user_account" else role
        by_mark[mark].append(role)
        if note:
            notes[role] = note
    [owner] = by_mark["O"]
    return Ownership(
        kind=kind,
        owner=owner,
        subscribers=tuple(by_mark["S"]),
        readers=tuple(by_mark["R"]),
        part=part,
        fields=PARTS.get(name, ()),
        rows=ROWS.get(name, {}),
        notes=notes,
    )


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


DEFAULTS = _read(MATRIX)
