"""Performance bar 3c: of every control that may run on what changed, one subject is cheap."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from connectors.kinds import KINDS, build
from opsboard.controls.catalogue import catalogue
from opsboard.controls.gate import BAR, cost_ratio
from tests.firm import DEFAULTS, NOW, _typed, make_firm

# The module's firm is loaded before a test's own transaction, which only nests in it.
pytestmark = pytest.mark.django_db
ENTRIES, BOOKINGS, INVOICES, WORKERS, PROJECTS, PARTIES = 20_000, 2_000, 2_000, 400, 200, 300
START = date(2026, 1, 5)


def rows(kind, number, row):
    """So many records of a kind; `row` tells what of the nth differs from the usual."""
    usual = _typed(kind, DEFAULTS[kind])
    for n in range(number):
        yield build(
            KINDS[kind],
            {
                **usual,
                "source_id": str(n),
                "source_version": 1,
                "source_updated_at": NOW,
                "legal_entity": "E1",
                **_typed(kind, row(n)),
            },
        )


def worker(n):
    return {"worker_no": f"W{n}", "name": f"Person {n}"}


def project(n):
    return {"code": f"P{n}", "name": f"Project {n}", "party": str(n % PARTIES)}


def entry(n):
    day = START + timedelta(days=n % 150)
    return {"worker": str(n % WORKERS), "project": str(n % PROJECTS), "work_date": day}


def message(n):
    outcome = ("applied", "applied", "applied", "accepted", "rejected")[n % 5]
    return {"subject_key": f"psa:{n}", "idempotency_key": f"psa|{n}", "outcome": outcome}


def agreed(n):
    return {"number": f"SOW-{n}", "party": str(n % PARTIES), "signed_at": NOW}


def changed(n):
    return {"number": f"CO-{n}", "contract": str(n % PROJECTS), "project": str(n % PROJECTS)}


def ordered(n):
    return {"po_no": f"PO-{n}", "worker": str(n), "project": str(n % PROJECTS)}


def charged(n):
    return {"doc_no": f"R-{n}", "purchase_commitment": str(n % WORKERS), "worker": str(n % WORKERS)}


def charge(n):
    status = ("ready", "invoiced")[n % 2]
    return {"project": str(n % PROJECTS), "contract": str(n % PROJECTS), "status": status}


WORLD = [
    ("psa", "worker", WORKERS, worker),
    ("erp", "worker", WORKERS, worker),
    ("psa", "project", PROJECTS, project),
    ("erp", "project", PROJECTS, project),
    ("erp", "party", PARTIES, lambda n: {"code": f"C{n}", "tax_id": "" if n % 20 == 0 else "GB1"}),
    ("erp", "cost_rate", 2 * WORKERS, lambda n: {"worker": str(n % WORKERS)}),
    ("psa", "work_calendar", 700, lambda n: {"day": START + timedelta(days=n)}),
    ("erp", "accounting_period", 24, lambda n: {}),
    (
        "psa",
        "assignment",
        BOOKINGS,
        lambda n: {"worker": str(n % WORKERS), "project": str(n % PROJECTS)},
    ),
    ("psa", "time_entry", ENTRIES, entry),
    ("erp", "project_actual", ENTRIES, lambda n: {**entry(n), "source_key": f"psa:{n}"}),
    (
        "erp",
        "invoice",
        INVOICES,
        lambda n: {"party": str(n % PARTIES), "project": str(n % PROJECTS)},
    ),
    (
        "erp",
        "invoice_line",
        2 * INVOICES,
        lambda n: {
            "invoice": str(n % INVOICES),
            "project": str(n % PROJECTS),
            "source_keys": (f"psa:{n}",),
        },
    ),
    ("psa", "contract", PROJECTS, lambda n: {"number": f"SOW-{n}", "party": str(n % PARTIES)}),
    ("psa", "billing_event", ENTRIES, charge),
    ("erp", "billing_schedule", INVOICES, lambda n: {"project": str(n % PROJECTS)}),
    ("erp", "tax_code", 15, lambda n: {"code": f"T{n}"}),
    ("erp", "gl_posting", ENTRIES, lambda n: {"journal_no": str(n)}),
    (
        "erp",
        "revenue_schedule",
        PROJECTS,
        lambda n: {"project": str(n), "method": "as_incurred", "status": "in_progress"},
    ),
    ("erp", "revenue_event", 6 * PROJECTS, lambda n: {"revenue_schedule": str(n % PROJECTS)}),
    ("middleware", "integration_message", ENTRIES, lambda n: message(n)),
    ("middleware", "flow_run", ENTRIES, lambda n: {"run_no": str(n)}),
    (
        "psa",
        "expense_item",
        INVOICES,
        lambda n: {"report_no": str(n), "worker": str(n % WORKERS), "project": str(n % PROJECTS)},
    ),
    ("erp", "expense_item", INVOICES, lambda n: {"report_no": str(n), "worker": str(n % WORKERS)}),
    ("erp", "fx_rate", 300, lambda n: {"rate_date": START + timedelta(days=n)}),
    ("hcm", "worker", WORKERS, worker),
    ("hcm", "role", 6, lambda n: {"code": f"G{n}", "grade": f"G{n}"}),
    ("identity", "user_account", 2 * WORKERS, lambda n: {"worker": str(n % WORKERS)}),
    ("crm", "contract", PROJECTS, agreed),
    ("psa", "contract", PROJECTS, agreed),
    *((system, "change_order", 2 * PROJECTS, changed) for system in ("crm", "psa", "erp")),
    *((system, "purchase_commitment", WORKERS, ordered) for system in ("procurement", "erp")),
    *((system, "supplier_charge", 2 * WORKERS, charged) for system in ("procurement", "erp")),
]


@pytest.fixture(scope="module")
def seeded(django_db_setup, django_db_blocker):
    """A firm of some size, loaded once, analyzed, and rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic(), ExitStack() as stack:
        firm = make_firm(stack)
        firm.say("legal_entity", "E1", "psa")
        firm.say("legal_entity", "E1", "erp")
        for system, kind, number, row in WORLD:
            firm.load(system, kind, list(rows(kind, number, row)))
        with connection.cursor() as cursor:
            cursor.execute("analyze")
        yield firm
        transaction.set_rollback(True)


INCREMENTAL = [code for code, one in catalogue().items() if not one.always_full]


@pytest.mark.parametrize("code", INCREMENTAL)
def test_one_subject_costs_at_most_a_hundredth_of_the_full_run(seeded, code):
    ratio = cost_ratio(catalogue()[code])
    print(f"{code} {ratio:.5f}")  # noqa: T201
    assert ratio <= BAR


def test_the_gate_knows_a_control_that_only_pretends(seeded):
    sound = catalogue()["TP01"]
    limited = replace(sound, sql=f"select * from ({sound.sql}) whole limit 100000")
    assert cost_ratio(limited) > 0.5
