"""Which kinds each system of the firm holds: known without building the firm."""

HOLDINGS: dict[str, tuple[str, ...]] = {
    "crm": (
        "legal_entity", "role", "party", "opportunity", "contract", "rate_card", "rate_line",
        "change_order", "project", "invoice",
    ),
    "psa": (
        "legal_entity", "cost_center", "work_calendar", "accounting_period", "fx_rate", "worker",
        "cost_rate", "role", "skill", "party", "opportunity", "contract", "rate_card",
        "rate_line", "change_order", "project", "wbs_task", "assignment", "resource_request",
        "budget_line", "forecast_line", "time_entry", "expense_item", "purchase_commitment",
        "billing_schedule", "billing_event", "invoice",
    ),
    "hcm": (
        "legal_entity", "cost_center", "work_calendar", "worker", "cost_rate", "role", "skill",
        "worker_skill",
    ),
    "erp": (
        "legal_entity", "cost_center", "accounting_period", "tax_code", "fx_rate", "worker",
        "cost_rate", "role", "party", "contract", "rate_card", "rate_line", "change_order",
        "project", "wbs_task", "assignment", "budget_line", "forecast_line", "project_actual",
        "expense_item", "purchase_commitment", "supplier_charge", "billing_schedule",
        "billing_event", "invoice", "invoice_line", "receipt", "receipt_application",
        "revenue_schedule", "revenue_event", "gl_posting",
    ),
    "payroll": ("legal_entity", "cost_center", "worker", "payroll_result"),
    "procurement": (
        "legal_entity", "worker", "cost_rate", "party", "purchase_commitment", "supplier_charge",
    ),
    "identity": ("legal_entity", "worker", "user_account"),
    "middleware": (
        "legal_entity", "accounting_period", "utilization_category", "code_mapping", "id_xref",
        "integration_message", "flow_run",
    ),
}  # fmt: skip
# What the middleware says of its own work.
FLOW_RUNS = frozenset(("integration_message", "flow_run"))
