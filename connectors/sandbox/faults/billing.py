"""Invoices that are blocked, late, incomplete, wrong, doubled or stuck (domain.md C.5)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any

from connectors.sandbox.billing import SALES_TAX, Event, Invoice
from connectors.sandbox.calendar import midnight, shift
from connectors.sandbox.commercial import Party
from connectors.sandbox.faults.billing_money import (
    claim_invoice,
    claim_line,
    close_of,
    first_billed,
    posted,
    recognised_at,
    row_of,
    rows_of,
    working_days_after,
)
from connectors.sandbox.faults.billing_ripples import SINCE, issued, uninvoice, unissue, unpaid
from connectors.sandbox.faults.case import Case
from connectors.sandbox.faults.ripples import move_invoice, unearn
from connectors.sandbox.faults.scene import Scene, utc
from connectors.sandbox.natives import native
from connectors.sandbox.world import CENT

# What is wrong with the customer, and what the ERP says of it.
BLOCKS = (
    ("tax_id", "", "missing tax id"),
    ("credit_status", "hold", "credit hold"),
    ("bill_to_address", "", "missing bill-to address"),
    ("delivery_channel", "", "no delivery channel"),
    ("payment_terms_days", None, "missing payment terms"),
    ("tax_id", "", "missing tax id"),
)
_project = attrgetter("project")


def _first(scene: Scene, invoices: Iterable[Invoice], count: int) -> list[Invoice]:
    """One invoice a project, so that balances are moved once."""
    return scene.pick(invoices, count, _project)


def blocked_master_data(scene: Scene) -> None:
    """Six customers lack something; every invoice of theirs, about three each, is held."""
    held: dict[Party, list[Invoice]] = {}
    for invoice in issued(scene):
        held.setdefault(invoice.party, []).append(invoice)
    usual = [one for one in held if len(held[one]) in (2, 3, 4)] or list(held)
    usual.sort(key=lambda one: -sum(bill.net for bill in held[one]))
    for place, party in enumerate(usual[: scene.count(6)]):
        (name, value, reason), at = BLOCKS[place % len(BLOCKS)], utc(SINCE, 6)
        case = scene.case(
            "BL01", "party_incomplete", f"erp:{native('erp', 'party', party.code)}",
            min(midnight(x.planned_on) for x in held[party]), measure="cash_at_risk", fix=reason,
        )  # fmt: skip
        for system in ("erp", "crm", "psa"):
            case.amend(system, "party", native(system, "party", party.code), at, **{name: value})
        for invoice in held[party]:
            scene.take(party, invoice, invoice.project)
            _block(case, invoice, reason)


def _block(case: Case, invoice: Invoice, reason: str) -> None:
    """The ERP holds the invoice back, and it is missed from the day on which it should go out."""
    unissue(case, invoice, invoice.approved_at)
    own, at = native("erp", "invoice", invoice.name), invoice.approved_at + timedelta(hours=1)
    case.amend("erp", "invoice", own, at, status="blocked", block_reason=reason, status_since=at)
    case.subject(f"erp:{own}", seen_from=midnight(invoice.planned_on))
    claim_invoice(case, "BL01", invoice, ("cash_at_risk",))
    claim_invoice(case, "BL01", invoice, ("revenue_at_risk",), until=recognised_at(case, invoice))


def _events(scene: Scene, type_: str) -> list[Event]:
    """Events of the second half of June, invoiced or about to be."""
    since = date(2026, 6, 1) if type_ == "recurring" else date(2026, 6, 10)
    return [
        one
        for one in scene.world.events
        if one.type == type_
        and one.invoice
        and since <= one.planned_on <= date(2026, 7, 2)
        and scene.is_free(one.project)
    ]


def _due(event: Event, done: datetime) -> datetime:
    """Three working days for what was done, one for what a day makes due."""
    if event.type == "recurring":
        return working_days_after(event.project.entity, event.planned_on, 1)
    return done + (shift(event.project.entity.calendar, done.date(), 3) - done.date())


def trigger_lost(scene: Scene) -> None:
    """Milestones and retainer dates that nobody turned into an invoice."""
    chosen = scene.pick(_events(scene, "milestone"), scene.count(5), _project)
    chosen += scene.pick(_events(scene, "recurring"), scene.count(3), _project)
    for event in chosen:
        assert event.invoice
        key = f"psa:{native('psa', 'billing_event', event.name)}"
        due = _due(event, event.accepted_at or event.completed_at)
        case = scene.case(
            "BL02", "trigger_lost", key, event.ready_at, grace=due - event.ready_at,
            measure="cash_at_risk", fix="replay the event, or draft the invoice",
        )  # fmt: skip
        uninvoice(case, event.invoice)
        case.subject(key, event.amount, event.project.currency)


def acceptance_missing(scene: Scene) -> None:
    """Done, but the customer's acceptance is not on record."""
    # Where revenue is reckoned from progress, nobody waits for the acceptance.
    asked = [one for one in _events(scene, "milestone") if one.project.method == "milestone"]
    for event in scene.pick(asked, scene.count(2), _project):
        assert event.invoice
        key = f"psa:{native('psa', 'billing_event', event.name)}"
        due = _due(event, event.completed_at)
        case = scene.case(
            "BL02", "acceptance_missing", key, event.completed_at, fix="obtain the acceptance",
            grace=due - event.completed_at,
        )  # fmt: skip
        uninvoice(case, event.invoice)
        for system in ("psa", "erp"):
            own = native(system, "billing_event", event.name)
            case.truncate(system, "billing_event", own, event.completed_at + timedelta(minutes=30))
        unearn(case, event.project, event.earned_in, event.amount)
        case.subject(key, event.amount, event.project.currency)


def context_incomplete(scene: Scene) -> None:
    """Ready events without tax code, amount or contract line, so that no invoice can be made."""
    gaps: tuple[dict[str, Any], ...] = ({"tax_code": ""}, {"amount": None}, {"contract_line": ""})
    ready = _events(scene, "milestone")
    for place, event in enumerate(scene.pick(ready, scene.count(9), _project)):
        assert event.invoice
        key, project = f"psa:{native('psa', 'billing_event', event.name)}", event.project
        due = working_days_after(project.entity, event.ready_at.date(), 1)
        case = scene.case(
            "BL03", "billing_context_incomplete", key, event.ready_at, grace=due - event.ready_at,
            fix="complete the event in the PSA", is_estimated=place % 3 == 1,
        )  # fmt: skip
        uninvoice(case, event.invoice)
        for system in ("psa", "erp"):
            own = native(system, "billing_event", event.name)
            case.rewrite(system, "billing_event", own, **gaps[place % 3])
        case.subject(key, event.amount, project.currency)
        case.child(
            "BL02", key, _due(event, event.accepted_at or event.completed_at),
            cash_at_risk=(event.amount, project.currency),
        )  # fmt: skip


def tax_code_missing(scene: Scene) -> None:
    """Lines without a tax code, and two with that of another country."""
    taxed = [one for one in unpaid(scene) if one.tax] or unpaid(scene)
    for place, invoice in enumerate(_first(scene, taxed, scene.count(9))):
        line = invoice.lines[0]
        own = native("erp", "invoice_line", line.name)
        foreign = "DE-STD" if invoice.project.entity.code != "NQ-DE" else "GB-STD"
        wrong = place % 9 >= 7
        case = scene.case(
            "BL05", "tax_code_invalid" if wrong else "tax_code_missing", f"erp:{own}",
            invoice.drafted_at, measure="misstatement", fix="set the code; credit if issued",
        )  # fmt: skip
        row = row_of(case, "invoice_line", line.name)
        right = row["tax_amount"]
        share = SALES_TAX[foreign] if wrong else Decimal(0)
        less = right - (row["net"] * share).quantize(CENT)
        case.rewrite("erp", "invoice_line", own, tax_code=foreign if wrong else "")
        case.add("erp", "invoice_line", own, tax_amount=-less)
        move_invoice(case, line, Decimal(0), -less)
        case.subject(f"erp:{own}", less, invoice.currency)
        case.bound("BL05", f"erp:{own}", "high", since=invoice.issued_at)
        claim_line(case, "BL05", "cash_at_risk", line, until=invoice.issued_at)


def billable_unbilled(scene: Scene) -> None:
    """A project's May was never invoiced."""
    last = [
        one
        for one in scene.world.invoices
        if one.project.by_time
        and one.month in (date(2026, 5, 1), scene.world.first_month)
        and scene.is_free(one.project)
    ]
    may = [one for one in last if one.month == date(2026, 5, 1)]
    for invoice in _first(scene, may or last, scene.count(6)):
        project = invoice.project
        due = close_of(project.entity, invoice.month, 5)
        root = f"erp:{native('erp', 'project', project.code)}"
        case = scene.case(
            "BL04", "never_drafted", root, invoice.drafted_at, grace=due - invoice.drafted_at,
            fix="bill, or hold with reason and date",
        )  # fmt: skip
        billed = {key for row in rows_of(case, invoice.lines) for key in row["source_keys"]}
        uninvoice(case, invoice)
        for line in invoice.lines:
            for key, own, amount in posted(line):
                if key in billed:
                    case.subject(f"erp:{own}")
                    case.claim(
                        "BL04", "revenue_at_risk", key, amount, project.currency, f"erp:{own}"
                    )


def amount_differs(scene: Scene) -> None:
    """A line asks for more, or less, than the time behind it."""
    billed = [one for one in unpaid(scene) if one.project.by_time]
    for place, invoice in enumerate(_first(scene, billed, scene.count(8))):
        line, currency = invoice.lines[0], invoice.currency
        own = native("erp", "invoice_line", line.name)
        more = Decimal(350 + 90 * place) * (-1 if place % 3 == 2 else 1)
        case = scene.case(
            "BL06", "amount_differs", f"erp:{own}", invoice.approved_at,
            measure="misstatement", fix="correct the draft; credit and rebill if issued",
        )  # fmt: skip
        case.add("erp", "invoice_line", own, net=more)
        move_invoice(case, line, more, Decimal(0))
        case.subject(f"erp:{own}", abs(more), currency)
        if more > 0:
            case.bound("BL06", f"erp:{own}", "high", since=invoice.issued_at)
            case.claim("BL06", "cash_at_risk", f"erp:{own}", more, currency)


def billed_twice(scene: Scene) -> None:
    """The same hours stand on a second line."""
    billed = [one for one in unpaid(scene) if one.project.by_time and len(one.lines) > 1]
    for invoice in _first(scene, billed, scene.count(3)):
        first, second = invoice.lines[:2]
        own = native("erp", "invoice_line", second.name)
        case = scene.case(
            "BL07", "billed_twice", f"erp:{own}", invoice.drafted_at, measure="cash_at_risk",
            fix="credit, and tell the project manager first",
        )  # fmt: skip
        entry = first_billed(case, first)
        key, keys = f"psa:TE-{entry.name}", row_of(case, "invoice_line", second.name)["source_keys"]
        assert entry.amount is not None
        case.rewrite("erp", "invoice_line", own, source_keys=(*keys, key))
        case.add("erp", "invoice_line", own, net=entry.amount, quantity=entry.hours)
        move_invoice(case, second, entry.amount, Decimal(0))
        case.subject(f"erp:{own}")
        case.bound("BL07", f"erp:{own}", "critical", since=invoice.delivered_at)
        case.claim("BL07", "cash_at_risk", key, entry.amount, invoice.currency, f"erp:{own}")


def invoice_stuck(scene: Scene) -> None:
    """Reviewed or approved, and then forgotten."""
    for place, invoice in enumerate(_first(scene, issued(scene), scene.count(7))):
        own = native("erp", "invoice", invoice.name)
        until = invoice.approved_at if place % 2 else invoice.drafted_at + timedelta(hours=2)
        due = working_days_after(invoice.project.entity, until.date(), 1 if place % 2 else 2)
        case = scene.case(
            "BL08", "invoice_stuck", f"erp:{own}", until, grace=due - until,
            measure="cash_at_risk", fix="finish the review, issue and deliver",
        )  # fmt: skip
        unissue(case, invoice, until)
        case.subject(f"erp:{own}")
        claim_invoice(case, "BL08", invoice, ("cash_at_risk",))


def cap_exceeded(scene: Scene) -> None:
    """Three contracts are over their ceiling, two are close to it."""
    capped = scene.projects("tm_capped")
    for place, project in enumerate(scene.pick(capped, scene.count(5), scene.of("cap"))):
        contract = project.contract
        assert contract
        worth = contract.value / Decimal("1.9")
        cap = (worth * (Decimal("0.88") if place % 5 < 3 else Decimal("1.1"))).quantize(Decimal(1))
        key = f"crm:{native('crm', 'contract', contract.number)}"
        case = scene.case(
            "BL09", "cap_exceeded" if place % 5 < 3 else "cap_nearly_reached", key,
            utc(date(2026, 6, 15)), fix="change order, uplift, or a decision to write off",
        )  # fmt: skip
        for system in ("crm", "psa", "erp"):
            own = native(system, "contract", contract.number)
            case.rewrite(system, "contract", own, cap_amount=cap, tcv=cap)
            owns = native(system, "project", project.code)
            case.rewrite(system, "project", owns, tcv=cap)
        plan = native("erp", "revenue_schedule", f"{project.no:04}")
        case.rewrite("erp", "revenue_schedule", plan, allocated_price=cap)
        excess = max(Decimal(0), worth - cap).quantize(Decimal("0.01"))
        case.subject(key, excess, project.currency)
