"""Customers, projects and invoices that look wrong and are right."""

from datetime import date, datetime, timedelta
from typing import Any

from connectors.sandbox.billing import Invoice
from connectors.sandbox.faults.billing_ripples import unissue
from connectors.sandbox.faults.masters import ENVELOPE
from connectors.sandbox.faults.scene import Scene, utc
from connectors.sandbox.ledger import journal
from connectors.sandbox.natives import native


def untaxed(scene: Scene) -> None:
    """Reverse charge, zero and out of scope are codes; nothing is missing."""
    case = scene.case("BL05", "none", "tax codes that charge nothing", scene.world.founded)
    for invoice in scene.world.invoices:
        if not invoice.tax:
            for line in invoice.lines:
                case.subject(f"erp:{native('erp', 'invoice_line', line.name)}")


def similar_names(scene: Scene) -> None:
    for party in [one for one in scene.world.parties if one.parent][:5]:
        assert party.parent
        key = f"crm:{native('crm', 'party', party.code)}"
        case = scene.case("MD01", "none", key, scene.world.founded)
        case.subject(key)
        case.subject(f"crm:{native('crm', 'party', party.parent.code)}")


def second_phase(scene: Scene) -> None:
    for project in [one for one in scene.world.external if one.phase == 2][:6]:
        key = f"psa:{native('psa', 'project', project.code)}"
        case = scene.case("PS04", "none", key, utc(project.starts_on))
        case.subject(key)


def billed_quarterly(scene: Scene) -> None:
    for project in scene.world.external:
        if project.contract and project.contract.quarterly and project.phase == 1:
            key = f"psa:{native('psa', 'project', project.code)}"
            scene.case("BL04", "none", key, scene.world.founded).subject(key)


def project_on_hold(scene: Scene) -> None:
    for project in scene.world.external:
        if project.status == "on_hold":
            key = f"psa:{native('psa', 'project', project.code)}"
            scene.case("PS05", "none", key, utc(date(2026, 4, 8))).subject(key)


def _june(scene: Scene) -> list[Invoice]:
    """Invoices of May's time, all issued in June and none of them paid yet."""
    paid = {one.invoice for one in scene.world.receipts}
    since = date(2026, 6, 1)
    return [
        one
        for one in scene.world.invoices
        if one.issued_on >= since and one not in paid and scene.is_free(one.project)
    ]


def commercial_hold(scene: Scene) -> None:
    """Held by agreement with the customer, with the reason on record."""
    for invoice in scene.pick(_june(scene), scene.count(4), lambda one: one.project):
        scene.take(invoice)
        own = native("erp", "invoice", invoice.name)
        case = scene.case("BL01", "none", f"erp:{own}", invoice.approved_at)
        unissue(case, invoice, invoice.approved_at)
        case.amend(
            "erp", "invoice", own, invoice.approved_at + timedelta(minutes=30),
            hold_reason="commercial: agreed with the client until the steering committee",
        )  # fmt: skip
        case.subject(f"erp:{own}")


def credit_and_rebill(scene: Scene) -> None:
    """Disputed, credited in full, and billed again the same day: the net is one invoice."""
    early = [one for one in _june(scene) if one.issued_on < date(2026, 6, 30)]
    for invoice in scene.pick(early, scene.count(9), lambda one: one.project):
        scene.take(invoice)
        at = invoice.delivered_at + timedelta(days=3)
        own = native("erp", "invoice", invoice.name)
        case = scene.case("BL07", "none", f"erp:{own}", at)
        for system in ("erp", "crm", "psa"):
            mine, again = native(system, "invoice", invoice.name), at + timedelta(hours=6)
            case.amend(system, "invoice", mine, at, status="disputed", dispute_status="open")
            case.amend(
                system, "invoice", mine, again, status="credited", dispute_status="resolved",
                open_amount=invoice.gross * 0,
            )  # fmt: skip
            for type_, letter in (("credit_note", "C"), ("rebill", "B")):
                _follow(case, system, invoice, (type_, letter), again)
        _lines(case, invoice, at + timedelta(hours=6))
        _books(case, scene, invoice, at + timedelta(hours=6))
        case.subject(f"erp:{own}")


def _follow(case: Any, system: str, invoice: Invoice, sort: tuple[str, str], at: datetime) -> None:
    """The credit note or the second invoice, in one system's copy."""
    mine = native(system, "invoice", invoice.name)
    row = dict(case.book.row((system, "invoice", mine)) or {})
    row = {name: value for name, value in row.items() if name not in ENVELOPE}
    type_, letter = sort
    row |= {
        "number": f"{invoice.number}-{letter}", "draft_no": f"D-{invoice.name}-{letter}",
        "type": type_, "related_invoice": mine, "status": "delivered", "status_since": at,
        "dispute_status": "", "issued_on": at.date(),
    }  # fmt: skip
    if type_ == "credit_note":
        for name in ("net", "tax", "gross", "net_functional", "tax_functional",
                     "gross_functional"):  # fmt: skip
            row[name] = -row[name]
    else:
        row["open_amount"] = invoice.gross
    case.create(system, "invoice", f"{mine}-{letter}", at, **row)


def _lines(case: Any, invoice: Invoice, at: datetime) -> None:
    for line in invoice.lines:
        own = native("erp", "invoice_line", line.name)
        row = dict(case.book.row(("erp", "invoice_line", own)) or {})
        row = {name: value for name, value in row.items() if name not in ENVELOPE}
        for letter, sign in (("C", -1), ("B", 1)):
            copy = row | {
                "invoice": f"{native('erp', 'invoice', invoice.name)}-{letter}",
                "quantity": sign * row["quantity"],
                "net": sign * row["net"],
                "tax_amount": sign * row["tax_amount"],
            }
            case.create("erp", "invoice_line", f"{own}-{letter}", at, **copy)


def _books(case: Any, scene: Scene, invoice: Invoice, at: datetime) -> None:
    """Both go through the receivables; together they move nothing."""
    entity = invoice.project.entity
    net, tax = (
        scene.world.convert(amount, invoice.currency, entity.currency, invoice.issued_on)
        for amount in (invoice.net, invoice.tax)
    )
    for letter, sign in (("C", -1), ("B", 1)):
        number = f"AR-{invoice.name}-{letter}"
        lines = [
            ("receivable", "", sign * (net + tax)),
            ("contract", "", -sign * net),
            ("tax", "", -sign * tax),
        ]
        ids = journal(scene.world, entity, number, at.date(), at, "ar", lines)
        for own in ids:
            case.made(("erp", "gl_posting", own))
