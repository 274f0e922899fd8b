"""Master data that is doubled, drifts, or is written where it should not be (domain.md C.9)."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from connectors.sandbox.commercial import Party, Project
from connectors.sandbox.faults.case import Case
from connectors.sandbox.faults.scene import Scene, utc
from connectors.sandbox.faults.setup import ENVELOPE, new_project
from connectors.sandbox.natives import entity_id, native
from connectors.sandbox.time import Entry
from connectors.sandbox.truth import hold

SINCE = date(2026, 6, 11)
OWED = ("issued", "delivered", "part_paid", "disputed")


def _row(scene: Scene, system: str, kind: str, own: str) -> dict[str, Any]:
    row = dict(scene.world.book.row((system, kind, own)) or {})
    return {name: value for name, value in row.items() if name not in ENVELOPE}


def _customers(scene: Scene) -> list[Party]:
    """Customers outside all groups."""
    related = {one.parent for one in scene.world.parties}
    return [one for one in scene.world.parties if not one.parent and one not in related]


def customer_duplicate(scene: Scene) -> None:
    """Three with the same tax number; four that only look the same."""
    count = scene.count(3)
    for place, party in enumerate(scene.pick(_customers(scene), count + scene.count(4))):
        exact, code, at = place < count, f"C-9{place + 1:03}", utc(SINCE, 9)
        key = f"crm:{native('crm', 'party', code)}"
        case = scene.case(
            "MD01", "duplicate" if exact else "duplicate_suggested", key, at,
            grace=timedelta(0 if exact else 2), measure="cash_at_risk",
            fix="merge in CRM, and point everything to the survivor",
        )  # fmt: skip
        if not exact:
            case.bound("MD01", key, cap="low")
        for system in ("crm", "erp"):
            row = _row(scene, system, "party", native(system, "party", party.code))
            row |= {"code": code, "bank_account": "", "registration_no": f"R9{place:05}"}
            row["legal_name"] = party.name if exact else f"{party.name.rsplit(' ', 1)[0]}  Ltd."
            row["tax_id"] = party.tax_id if exact else f"{party.country}99{place:07}"
            own = native(system, "party", code)
            case.create(system, "party", own, at, **row)
            case.create(
                "middleware", "id_xref", f"X-{system}-{own}", at, of_kind="party",
                of_system=system, of_id=own, canonical=code, valid_from=SINCE, valid_to=None,
                confirmed_by="middleware", status="confirmed",
            )  # fmt: skip
        case.subject(key)


def project_duplicate(scene: Scene) -> None:
    """Two entered twice under one contract; two that only look the same."""
    free = scene.projects("time_materials")
    count = scene.count(2)
    for place, base in enumerate(scene.pick(free, count + scene.count(2), scene.of("base"))):
        exact, at = place < count, utc(SINCE, 10)
        key = f"psa:{native('psa', 'project', f'NQ-P-9{place + 1:03}')}"
        case = scene.case(
            "PS04", "duplicate" if exact else "duplicate_suggested", key, at,
            grace=timedelta(0 if exact else 1), measure="exposure_only",
            fix="choose the survivor, cancel the other",
        )  # fmt: skip
        same = {"name": base.name, "starts_on": base.starts_on, "ends_on": base.ends_on}
        phase = str(base.phase) if exact else "9"
        new_project(
            case, base, 9, place, ("crm", "psa", "erp"), at, status="active",
            financial_status="active", phase_no=phase, **same,
        )  # fmt: skip
        # Nobody has worked on it, so that the backlog holds the contract twice.
        assert base.contract
        case.subject(key, base.contract.value, base.currency)
        case.bound("PS04", key, *(("high",) if exact else ("", "low")))
        # Its manager looks after it like after any other, which is why nobody notices.
        for system in ("crm", "psa", "erp"):
            own = native(system, "project", f"NQ-P-9{place + 1:03}")
            case.amend(system, "project", own, utc(date(2026, 6, 24), 9), health="amber")


def identifier_drift(scene: Scene) -> None:
    """Links that lead nowhere, or to two things; ids that changed under their record."""
    chosen = scene.pick(scene.projects(), scene.count(6), scene.of("setup"))
    for number, project in enumerate(chosen):
        place = number % 6
        own, at = native("erp", "project", project.code), utc(SINCE, 11)
        key, xref = f"erp:{own}", f"X-erp-{own}"
        case = scene.case(
            "MD02", "identifier_drift", key, at, grace=timedelta(hours=4),
            measure="misstatement", fix="repair the link, confirmed by two people",
        )  # fmt: skip
        if place in (0, 5):
            # The link leads nowhere, and its record has none any more.
            case.amend("middleware", "id_xref", xref, at, of_id=f"{own}-GONE")
            case.subject(f"middleware:{xref}")
        elif place == 1:
            row = _row(scene, "middleware", "id_xref", xref)
            row |= {"canonical": "NQ-P-UNKNOWN", "valid_from": SINCE}
            case.create("middleware", "id_xref", f"{xref}-2", at, **row)
            key = f"middleware:{xref}-2"
            case.bound("MD02", key, "high")
        elif place == 2:
            case.amend("erp", "project", own, at, enterprise_project_id="EP-99999")
        elif place == 3:
            other = next(one for one in scene.world.contracts if one is not project.contract)
            swapped = native("erp", "contract", other.number)
            case.amend("erp", "project", own, at, contract=swapped)
            case.bound("MD02", key, "high")
        else:
            case.remove("middleware", "id_xref", xref)
        orphan = at + timedelta(days=1) if place in (0, 4, 5) else None
        case.subject(key, seen_from=orphan)
        case.claim("MD02", "misstatement", f"erp:{own}", *_open_actuals(scene, project, own), key)


def _open_actuals(scene: Scene, project: Project, own: str) -> tuple[Decimal, str]:
    """What the project's ledger holds in periods that are still open, in the entity's currency."""
    book, entity = scene.world.book, project.entity
    months = [
        (row["starts_on"], row["ends_on"])
        for row in book.rows("erp", "accounting_period", scene.as_of)
        if row["module"] == "project"
        and row["legal_entity"] == entity_id("erp", entity.code)
        and row["status"] in ("open", "closing")
    ]
    total = sum(
        row["cost_amount_functional"]
        for row in book.rows("erp", "project_actual", scene.as_of)
        if row["project"] == own
        and any(first <= row["accounting_date"] <= last for first, last in months)
    )
    return Decimal(total), entity.currency


def utilization_drift(scene: Scene) -> None:
    """A code in use that nobody mapped, and a code with two meanings."""
    at = utc(date(2026, 6, 8), 6)
    _unmapped(scene, at, scene.recent(date(2026, 6, 8), date(2026, 6, 19)))
    case = scene.case(
        "MD06", "code_ambiguous", "erp:L310", at, grace=timedelta(days=1), measure="none",
        co=("MD07",), fix="retire one of the two mappings",
    )  # fmt: skip
    row = _row(scene, "middleware", "utilization_category", "UC-erp-L310")
    row |= {"code": "strategic", "valid_from": SINCE}
    case.create("middleware", "utilization_category", "UC-erp-L310-2", at, **row)
    case.subject("erp:L310")


def _unmapped(scene: Scene, at: datetime, entries: list[Entry]) -> None:
    """Where all time is spoilt already, as in a tiny firm, nobody writes under the code."""
    billable = [one for one in entries if one.billable]
    if not billable:
        return
    case = scene.case(
        "MD06", "code_unmapped", "psa:BIL2", at, grace=timedelta(days=1), measure="none",
        co=("MD07", "MD08"), fix="map the code, or recode the time",
    )  # fmt: skip
    for entry in scene.pick(billable, scene.count(120)):
        own = f"TE-{entry.name}"
        case.rewrite("psa", "time_entry", own, utilization_category="BIL2")
        case.child("MD08", f"psa:{own}")
    case.subject("psa:BIL2")


def owner_bypassed(scene: Scene) -> None:
    """Somebody edits a field in a system that does not own it; once, a bank account."""
    for place, party in enumerate(scene.pick(_customers(scene), scene.count(9))):
        at, bank = utc(SINCE, 14) + timedelta(hours=place), place == 0
        system = "crm" if bank else ("erp", "psa")[place % 2]
        own = native(system, "party", party.code)
        case = scene.case(
            "MD09", "edited_outside_owner", f"{system}:{own}", at, measure="misstatement",
            fix="publish the owner's value again, and close the permission",
        )  # fmt: skip
        change = {"bank_account": f"XX00FRAUD{place:08}"} if bank else {
            "legal_name": f"{party.name} (new)"
        }  # fmt: skip
        case.amend(system, "party", own, at, source_updated_by="s.editor", **change)
        case.subject(f"{system}:{own}")
        case.bound("MD09", f"{system}:{own}", *(("high",) if bank else ("", "low")))
        if bank:
            _open_items(case, party, f"{system}:{own}")


def _open_items(case: Case, party: Party, key: str) -> None:
    """What the customer still owes may go astray with its bank account: on what was billed."""
    mine, book, as_of = native("erp", "party", party.code), case.book, case.scene.as_of
    owed = {
        row["source_id"]: row
        for row in book.rows("erp", "invoice", as_of)
        if row["party"] == mine and row["status"] in OWED and row["open_amount"]
    }
    left = {own: row["open_amount"] for own, row in owed.items()}
    for line in book.rows("erp", "invoice_line", as_of):
        if line["invoice"] in owed and line["source_keys"]:
            row, keys = owed[line["invoice"]], line["source_keys"]
            part = hold((line["net"] + line["tax_amount"]) / len(keys))
            left[line["invoice"]] -= part * len(keys)
            for atom in keys:
                case.claim("MD09", "misstatement", atom, part, row["currency"], key)
    for own, rest in left.items():
        case.claim("MD09", "misstatement", f"erp:{own}", rest, owed[own]["currency"], key)


def stale_overwrite(scene: Scene) -> None:
    """An older message arrives last and wins."""
    month = date(2026, 8, 1)
    for project in scene.pick(scene.projects(), scene.count(5), scene.of("plan")):
        name = f"{project.no:04}-{month:%y%m}"
        source, target = native("psa", "forecast_line", name), native("erp", "forecast_line", name)
        row = _row(scene, "psa", "forecast_line", source)
        if not row:
            continue
        at, more = utc(date(2026, 6, 17), 9), Decimal(15_000)
        older, newer = (_message_of(source, when) for when in (at - timedelta(hours=1), at))
        won = at + timedelta(hours=3)
        case = scene.case(
            "MD10", "older_applied_last", f"erp:{target}", won, measure="misstatement",
            fix="replay the newest version",
        )  # fmt: skip
        case.amend("psa", "forecast_line", source, at, revenue=row["revenue"] + more, version=2)
        case.amend("erp", "forecast_line", target, at + timedelta(hours=1),
                   revenue=row["revenue"] + more, version=2)  # fmt: skip
        case.amend("erp", "forecast_line", target, won, revenue=row["revenue"], version=1)
        _applied(case, source, target, newer, at, at + timedelta(hours=1))
        _applied(case, source, target, older, at - timedelta(hours=1), won)
        subject = f"middleware:{older}"
        case.subject(subject)
        case.claim("MD10", "misstatement", f"erp:{target}", more, project.currency, subject)
        _forecasts_differ(case, project, f"psa:{source}", row["revenue"] + more, more)


def _message_of(source: str, at: datetime) -> str:
    return f"M-forecast_sync-{source}-{int(at.timestamp())}"


def _forecasts_differ(
    case: Case, project: Project, atom: str, planned: Decimal, gap: Decimal
) -> None:
    """The two plans are apart by more than may be: 5 %, and 10,000 of the group's currency."""
    if gap > planned / 20 and case.scene.to_group(gap, project.currency) > 10_000:
        key = f"psa:{native('psa', 'project', project.code)}"
        case.child("IN08", key, case.truth.injected_at + timedelta(hours=24))
        case.claim("IN08", "exposure_only", atom, gap, project.currency, key)


def _applied(
    case: Case, source: str, target: str, name: str, sent: datetime, applied: datetime
) -> None:
    version = int(sent.timestamp()) * 1_000_000
    case.create(
        "middleware", "integration_message", name, applied, message_id=name, source="psa",
        target="erp", flow="forecast_sync", type="forecast_line.sync",
        subject_kind="forecast_line", subject_key=f"psa:{source}", subject_version=version,
        idempotency_key=f"psa|forecast_line|{source}|{version}|upsert",
        emitted_at=sent, received_at=sent + timedelta(seconds=2),
        applied_at=applied, attempts=1, target_ref=f"erp:{target}", outcome="applied",
        schema_version="1.0",
    )  # fmt: skip
