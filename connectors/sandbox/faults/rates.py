"""Rates that are missing, expired, or did not arrive; and cost centres that are closed."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from connectors.sandbox.calendar import local
from connectors.sandbox.commercial import Project
from connectors.sandbox.delivery import Assignment
from connectors.sandbox.faults.case import Case
from connectors.sandbox.faults.hours import ahead, days_later
from connectors.sandbox.faults.rates_ripples import end_rate, key_of, refuse_uncosted
from connectors.sandbox.faults.scene import LATE_JUNE, Scene, utc
from connectors.sandbox.natives import entity_id, native
from connectors.sandbox.people import Worker, list_price
from connectors.sandbox.systems.work import billed_at
from connectors.sandbox.systems.workforce import cost_rate_systems, role_standard
from connectors.sandbox.time import Entry

CARDS = ("crm", "psa", "erp")
ENDED = utc(date(2026, 6, 18))
REVISED = utc(date(2026, 6, 22), 9)


def cost_rate_gap(scene: Scene) -> None:
    """Single workers without a rate for one to two weeks of June."""
    rated = [one for one in scene.staff() if not one.by_role_standard and not one.zero_cost]
    for worker in scene.pick(_untouched(scene, rated), scene.count(4)):
        first = date(2026, 6, 8) + timedelta(days=scene.world.chance.below(4, "gap", worker.no))
        last = first + timedelta(days=5 + scene.world.chance.below(9, "gap end", worker.no))
        at = local(worker.entity.zone, first, 6 * 60)
        case = scene.case(
            "ST01", "cost_rate_missing", f"hcm:HW-{worker.number}", at, measure="cost_at_risk",
            is_estimated=True, fix="enter the rate of these days in HR, and post again",
        )  # fmt: skip
        for system in cost_rate_systems(worker):
            end_rate(case, system, worker.number, (first, last))
        refuse_uncosted(case, [worker], first, last)


def _untouched(scene: Scene, staff: list[Worker]) -> list[Worker]:
    """Those of whose June no other fault has anything, so that one cause explains it all."""
    spoilt = {
        one.worker
        for one in scene.world.entries
        if one.day >= LATE_JUNE[0] and not (scene.is_free(one) and scene.is_free(one.project))
    }
    return [one for one in staff if one not in spoilt]


def role_standard_expired(scene: Scene) -> None:
    """The standard rates of contractors' roles ran out, and the new ones came ten days later."""
    crew = [one for one in scene.world.workers if one.by_role_standard]
    if not crew:
        return
    first, last = date(2026, 6, 15), date(2026, 6, 26)
    case = scene.case(
        "ST01", "cost_rate_missing", "erp:role standards", utc(first, 6), measure="cost_at_risk",
        is_estimated=True, fix="extend the role's standard rate in the ERP",
    )  # fmt: skip
    scene.take(*crew)
    for name in sorted({role_standard(one) for one in crew}):
        for system in ("erp", "psa"):
            end_rate(case, system, name, (first, last))
    refuse_uncosted(case, crew, first, last)


def rate_card_expired(scene: Scene) -> None:
    """A contract's price list ran out; work goes on at standard prices."""
    free = [one for one in _priced(scene) if scene.is_free(_contract_of(one))]
    # One entity's alone, so that other entities' standard cards may lack a line.
    home = scene.pick([one.entity.code for one in free], 1)
    mine = [one for one in free if [one.entity.code] == home]
    for project in scene.pick(mine, scene.count(3), _contract_of):
        name, expired = _contract_of(project), utc(date(2026, 6, 1))
        case = scene.case(
            "MD04", "rate_card_missing", f"crm:{native('crm', 'contract', name)}",
            expired, grace=days_later(project.entity, expired, 2) - expired,
            fix="publish the new card",
        )  # fmt: skip
        for system in CARDS:
            case.amend(
                system, "rate_card", native(system, "rate_card", name), utc(date(2026, 6, 1), 1),
                status="expired", valid_to=date(2026, 5, 31),
            )  # fmt: skip
        case.subject(f"crm:{native('crm', 'contract', name)}")
        # Its work is priced by the standard card now, which must go on having the lines.
        for one in scene.world.assignments:
            if one.project.contract is project.contract and one.ends_on >= expired.date():
                scene.take(_price(project, one.worker.grade))


def rate_line_absent(scene: Scene) -> None:
    """Neither the contract's card nor the standard one has a price for a role that is booked."""
    for _ in range(scene.count(4)):
        free = [one for one in _priced(scene) if _free_grades(scene, one)]
        for project in scene.pick(free, 1, _contract_of):
            grade = _free_grades(scene, project)[0]
            scene.take(_price(project, grade))
            _end_price(scene, project, grade)


def _price(project: Project, grade: str) -> tuple[str, str, str, str]:
    return "price", project.entity.code, project.currency, grade


def _free_grades(scene: Scene, project: Project) -> list[str]:
    """Roles booked on beyond the close whose standard price no other fault needs."""
    grades = dict.fromkeys(
        one.worker.grade
        for one in scene.world.assignments
        if one.project is project and one.ends_on > date(2026, 7, 15)
    )
    return [one for one in grades if scene.is_free(_price(project, one))]


def _end_price(scene: Scene, project: Project, grade: str) -> None:
    name = _contract_of(project)
    case = scene.case(
        "ST02", "rate_card_missing", f"crm:{native('crm', 'rate_card', name)}", ENDED,
        is_estimated=True, fix="add the line to the card, and price the bookings again",
    )  # fmt: skip
    _end_lines(case, project, grade)
    contract = f"crm:{native('crm', 'contract', name)}"
    case.child("MD04", contract, days_later(project.entity, ENDED, 2))
    for one in scene.world.assignments:
        if one.project is project and one.worker.grade == grade and one.ends_on >= ENDED.date():
            _unpriced(case, one, contract)


def _end_lines(case: Case, project: Project, grade: str) -> None:
    standard = f"STD-{project.entity.code[3:]}-{project.currency}"
    for name, systems in ((_contract_of(project), CARDS), (standard, ("erp", "psa"))):
        for system in systems:
            own = native(system, "rate_line", f"{name}-{grade}")
            case.amend(
                system, "rate_line", own, ENDED, status="superseded",
                valid_to=ENDED.date() - timedelta(days=1),
            )  # fmt: skip


def _unpriced(case: Case, booking: Assignment, contract: str) -> None:
    """What was approved and not billed is at risk, at what the standard card said last."""
    key, project = key_of(booking), booking.project
    own = key.removeprefix("psa:")
    case.amend("psa", "assignment", own, ENDED + timedelta(hours=1), bill_rate=None)
    case.subject(key, seen_from=ENDED + timedelta(hours=1))
    rate = list_price(project.entity, booking.worker.grade, project.currency)
    for entry in case.scene.world.entries:
        if entry.assignment is booking and entry.billable and entry.day >= ENDED.date():
            case.scene.take(entry)
            for control, subject in (("ST02", key), ("MD04", contract)):
                case.claim(
                    control, "revenue_at_risk", f"psa:TE-{entry.name}", entry.hours * rate,
                    project.currency, subject, since=entry.approved_at, until=_billed(case, entry),
                )  # fmt: skip


def _billed(case: Case, entry: Entry) -> datetime | None:
    """When it is billed, where nothing else holds its invoice back."""
    row = case.book.row(("psa", "time_entry", f"TE-{entry.name}")) or {}
    return billed_at(entry) if row.get("status") == "billed" else None


def _priced(scene: Scene) -> list[Project]:
    return scene.projects("time_materials")


def _contract_of(project: Project) -> str:
    assert project.contract
    return project.contract.number


def rate_revision_rejected(scene: Scene) -> None:
    """An approved new price stands in CRM alone; every second one reaches back."""
    for place, project in enumerate(scene.pick(_priced(scene), scene.count(4), _contract_of)):
        name = _contract_of(project)
        booked = [one for one in scene.world.assignments if one.project is project]
        grade, approved = booked[0].worker.grade, REVISED
        starts = date(2026, 6, 8) if place % 2 else date(2026, 6, 23)
        old = native("crm", "rate_line", f"{name}-{grade}")
        row = dict(scene.world.book.row(("crm", "rate_line", old)) or {})
        case = scene.case(
            "ST04", "message_rejected", f"crm:{old}-2", approved,
            fix="replay the revision, then price again",
        )  # fmt: skip
        case.amend("crm", "rate_line", old, approved, valid_to=starts - timedelta(days=1))
        for envelope in ("source_id", "source_version", "source_updated_at"):
            row.pop(envelope, None)
        rise = Decimal(12)
        row |= {"valid_from": starts, "version": 2, "bill_rate": row["bill_rate"] + rise}
        case.create("crm", "rate_line", f"{old}-2", approved, **row)
        _revision_message(case, f"{old}-2", approved)
        case.subject(f"crm:{old}-2")
        for booking in scene.world.assignments:
            if booking.project.contract is project.contract and booking.worker.grade == grade:
                _old_price(case, booking, f"crm:{old}-2", starts, rise)


def _old_price(case: Case, booking: Assignment, key: str, starts: date, rise: Decimal) -> None:
    """The difference, on every hour since the price changed and on those planned."""
    scene, currency = case.scene, booking.project.currency
    for entry in scene.world.entries:
        if entry.assignment is booking and entry.amount and entry.day >= starts:
            scene.take(entry)
            atom, more = f"psa:TE-{entry.name}", entry.hours * rise
            case.claim(
                "ST04", "revenue_at_risk", atom, more, currency, key, since=entry.approved_at
            )
            if starts < REVISED.date() and entry.posted_at:
                posted = f"erp:PA-{entry.name}"
                due = days_later(booking.project.entity, max(REVISED, entry.posted_at), 2)
                case.child("TP10", posted, due)
                case.claim("TP10", "misstatement", atom, more, currency, posted)
    coming = ahead(scene, booking, starts, date.max)
    case.claim("ST04", "exposure_only", key, coming * rise, currency)


def _revision_message(case: Case, own: str, at) -> None:
    name = f"M-rate-{own}"
    case.create(
        "middleware", "integration_message", name, at, message_id=name, source="crm",
        target="psa", flow="rate_sync", type="rate_line.sync", subject_kind="rate_line",
        subject_key=f"crm:{own}", idempotency_key=f"crm|rate_line|{own}|2|upsert",
        emitted_at=at, received_at=at, attempts=1, outcome="rejected",
        error_class="data_quality", error_code="assignment_exists", schema_version="1.0",
    )  # fmt: skip
    case.child("IN01", f"middleware:{name}", at)


def cost_center_closed(scene: Scene) -> None:
    """People sit on a cost centre that finance has closed."""
    staff = scene.pick(scene.staff(), scene.count(9))
    for place in range(min(2, len(staff))):
        group = staff[place::2]
        entity = group[0].entity
        group = [one for one in group if one.entity is entity]
        code, at = f"{entity.code[3:]}-47{place}0", utc(date(2026, 6, 16))
        case = scene.case(
            "MD03", "cost_center_invalid", f"erp:{native('erp', 'cost_center', code)}", at,
            grace=days_later(entity, at, 1) - at, fix="map the people to the successor in HR",
        )  # fmt: skip
        for system in ("erp", "psa", "hcm", "payroll"):
            own = native(system, "cost_center", code)
            case.create(
                system, "cost_center", own, scene.world.founded,
                legal_entity=entity_id(system, entity.code), code=code, name=f"Closed {place}",
                type="delivery", valid_from=date(2024, 1, 1), valid_to=date(2026, 6, 15),
                posting_allowed=False, status="closed",
            )  # fmt: skip
            for worker in group:
                person = native(system, "worker", worker.number)
                if scene.world.book.history((system, "worker", person)):
                    case.amend(system, "worker", person, at, cost_center=own)
        for worker in group:
            case.subject(f"hcm:{native('hcm', 'worker', worker.number)}")
