"""The faults of the firm (domain.md G.3): every row, and the switches that belong to it."""

from collections.abc import Callable, Iterable

from connectors.sandbox.faults import (
    billing,
    expense,
    flows,
    masters,
    rates,
    revenue,
    setup,
    time,
    workforce,
)
from connectors.sandbox.faults.scene import Scene

# A fault's name is that of its file and function; the rows are those of the document, in order.
ROWS: dict[str, tuple[Callable[[Scene], None], ...]] = {
    "drop posting message": (time.posting_lost, time.posting_burst),
    "ERP project missing or not postable": (setup.project_not_postable, setup.project_missing),
    "cost rate gap": (rates.cost_rate_gap, rates.role_standard_expired),
    "bill rate missing or expired card": (rates.rate_card_expired, rates.rate_line_absent),
    "rate revision rejected after booking": (rates.rate_revision_rejected,),
    "closed cost centre": (rates.cost_center_closed,),
    "locked-period attempts or override": (time.period_refused, time.period_override),
    "double posting": (time.posted_twice, time.batch_replayed),
    "wrong hours or amount": (time.posted_wrong,),
    "recalled after posting": (time.recalled,),
    "approver bottleneck": (time.approver_stuck,),
    "missing timesheets": (time.timesheet_missing,),
    "invalid charge": (expense.charge_on_closed_task, expense.charge_after_exit),
    "expense: unposted, duplicate, tax, FX": (
        expense.expense_unposted,
        expense.expense_duplicate,
        expense.expense_tax_missing,
        expense.expense_wrong_rate,
    ),
    "subcontract not captured": (expense.subcontract_uncaptured,),
    "invoices blocked": (billing.blocked_master_data,),
    "trigger lost or late": (billing.trigger_lost, billing.acceptance_missing),
    "context incomplete": (billing.context_incomplete, billing.tax_code_missing),
    "billable not billed": (billing.billable_unbilled,),
    "amount differs, billed twice, stuck": (
        billing.amount_differs,
        billing.billed_twice,
        billing.invoice_stuck,
    ),
    "cap exceeded": (billing.cap_exceeded,),
    "revenue gaps": (
        revenue.unrecognised,
        revenue.schedule_on_hold,
        revenue.inputs_differ,
        revenue.rollforward_break,
        revenue.change_untreated,
    ),
    "subledger against GL": (revenue.manual_journal,),
    "AR status stale, unapplied cash": (revenue.receivable_stale, revenue.cash_unapplied),
    "onboarding, unsourced, leaver, access, drift": (
        workforce.onboarding_late,
        workforce.worker_unsourced,
        workforce.leaver_booked,
        workforce.access_active,
        workforce.attribute_drift,
    ),
    "duplicates: customers, projects": (masters.customer_duplicate, masters.project_duplicate),
    "identifier drift": (masters.identifier_drift,),
    "utilization mapping drift": (masters.utilization_drift,),
    "SoR violations, stale overwrite": (masters.owner_bypassed, masters.stale_overwrite),
    "contract value, CO not propagated": (
        setup.contract_value_differs,
        setup.change_not_propagated,
    ),
    "setup incomplete, stale, attribute mismatch, WBS": (
        setup.setup_incomplete,
        setup.project_stale,
        setup.attribute_mismatch,
        setup.wbs_mismatch,
    ),
    "budget mismatch, not synced, inactive booked": (
        flows.budget_mismatch,
        flows.assignment_not_synced,
        workforce.inactive_booked,
    ),
    "schema drift, event gap, feed stale, control totals, forecast": (
        flows.schema_drift,
        flows.event_gap,
        flows.feed_stale,
        flows.totals_differ,
        flows.forecast_differs,
    ),
}


def name_of(fault: Callable[[Scene], None]) -> str:
    return f"{fault.__module__.rsplit('.', 1)[1]}.{fault.__name__}"


FAULTS = {name_of(fault): fault for faults in ROWS.values() for fault in faults}
ROW_OF = {name_of(fault): row for row, faults in ROWS.items() for fault in faults}


def inject(scene: Scene, names: Iterable[str]) -> None:
    """Put the named faults in, always in the order of the rows, whatever the order asked for."""
    wanted = set(names)
    if unknown := wanted - FAULTS.keys():
        raise KeyError(f"unknown faults: {', '.join(sorted(unknown))}")
    for name, fault in FAULTS.items():
        if name in wanted:
            scene.row, scene.fault, scene.kind = ROW_OF[name], name, "fault"
            fault(scene)
