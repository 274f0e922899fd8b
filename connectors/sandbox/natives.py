"""The native ids of each system: the same thing bears another id wherever it is kept.

Visible codes (worker number, project code, customer code) travel between systems; ids do not.
"""

PREFIXES = {
    "legal_entity": {
        "erp": "CO-", "psa": "LE-", "hcm": "ORG-", "payroll": "PU-", "procurement": "BU-",
        "crm": "ACCT-LE-", "middleware": "E-", "identity": "DIR-",
    },
    "party": {"crm": "001-", "psa": "ACC-", "erp": "CUST-"},
    "vendor": {"procurement": "SUP-", "erp": "VEND-"},
    "worker": {"hcm": "HW-", "psa": "RES-", "erp": "EMP-", "payroll": "PP-", "identity": "USR-",
               "procurement": "VW-"},
    "opportunity": {"crm": "006-", "psa": "DMD-"},
    "contract": {"crm": "800-", "psa": "AGR-", "erp": "SC-"},
    "change_order": {"crm": "CO6-", "psa": "CHG-", "erp": "SCA-"},
    "project": {"crm": "PRJX-", "psa": "PRJ-", "erp": "JOB-"},
    "task": {"psa": "TSK-", "erp": "WBS-"},
    "assignment": {"psa": "ASN-", "erp": "FCR-"},
    "cost_center": {"erp": "CC-", "psa": "DEP-", "hcm": "HCC-", "payroll": "PCC-"},
    "accounting_period": {"erp": "PER-", "psa": "PPER-", "middleware": "MPER-"},
    "role": {"hcm": "JP-", "psa": "ROL-", "erp": "LAB-", "crm": "PRD-"},
    "cost_rate": {"hcm": "CMP-", "procurement": "VR-", "psa": "RCR-", "erp": "LCR-"},
    "rate_card": {"erp": "PL-", "crm": "PB-", "psa": "RC-"},
    "rate_line": {"erp": "PLL-", "crm": "PBE-", "psa": "RCL-"},
    "time_entry": {"psa": "TE-"},
    "project_actual": {"erp": "PA-"},
    "expense_item": {"psa": "EX-", "erp": "APX-"},
    "purchase_commitment": {"procurement": "PO-", "psa": "POP-", "erp": "POC-"},
    "supplier_charge": {"procurement": "VC-", "erp": "VI-"},
    "billing_schedule": {"erp": "BS-", "psa": "BSP-"},
    "billing_event": {"psa": "BE-", "erp": "BEE-"},
    "invoice": {"erp": "INV-", "crm": "INVC-", "psa": "INVP-"},
    "invoice_line": {"erp": "INL-"},
    "receipt": {"erp": "RCP-"},
    "receipt_application": {"erp": "RCA-"},
    "revenue_schedule": {"erp": "RS-"},
    "revenue_event": {"erp": "RE-"},
    "resource_request": {"psa": "RR-"},
    "budget_line": {"erp": "BUD-", "psa": "BUP-"},
    "forecast_line": {"psa": "FC-", "erp": "FCE-"},
    "user_account": {"identity": "ACT-"},
    "payroll_result": {"payroll": "PR-"},
}  # fmt: skip


def native(system: str, thing: str, name: object) -> str:
    """The id of a thing in a system; `name` is what tells it from others of its sort."""
    return f"{PREFIXES[thing][system]}{name}"


def entity_id(system: str, code: str) -> str:
    """The native id of a legal entity, from its code `NQ-US`."""
    return native(system, "legal_entity", code.removeprefix("NQ-"))
