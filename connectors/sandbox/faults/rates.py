"""Rates that are missing, expired, or did not arrive; and cost centres that are closed."""

from datetime import date, timedelta
from decimal import Decimal

from connectors.sandbox.calendar import local
from connectors.sandbox.commercial import Project
from connectors.sandbox.faults.case import Case
from connectors.sandbox.faults.ripples import refuse, unpost
from connectors.sandbox.faults.scene import Scene, utc
from connectors.sandbox.natives import entity_id, native
from connectors.sandbox.people import Worker
from connectors.sandbox.systems.workforce import cost_rate_systems, role_standard
from connectors.sandbox.time import Entry

CARDS = ("crm", "psa", "erp")


def cost_rate_gap(scene: Scene) -> None:
    """Single workers without a rate for one to two weeks of June."""
    rated = [one for one in scene.staff() if not one.by_role_standard and not one.zero_cost]
    for worker in scene.pick(rated, scene.count(4)):
        first = date(2026, 6, 8) + timedelta(days=scene.world.chance.below(4, "gap", worker.no))
        last = first + timedelta(days=5 + scene.world.chance.below(9, "gap end", worker.no))
        at = local(worker.entity.zone, first, 6 * 60)
        case = scene.case(
            "ST01", "cost_rate_missing", f"hcm:HW-{worker.number}", at, measure="cost_at_risk",
            is_estimated=True, fix="enter the rate of these days in HR, and post again",
        )  # fmt: skip
        for system in cost_rate_systems(worker):
            _gap(case, system, worker.number, (first, last))
        _uncosted(case, [worker], first, last)


def role_standard_expired(scene: Scene) -> None:
    """The standard rates of contractors' roles ran out, and the new ones came ten days later."""
    crew = [one for one in scene.world.workers if one.by_role_standard and scene.is_free(one)]
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
            _gap(case, system, name, (first, last))
    _uncosted(case, crew, first, last)


def _gap(case: Case, system: str, name: str, days: tuple[date, date]) -> None:
    """The rate ends before the gap; a second one begins after it."""
    own = native(system, "cost_rate", name)
    row = dict(case.book.row((system, "cost_rate", own)) or {})
    case.rewrite(system, "cost_rate", own, valid_to=days[0] - timedelta(days=1))
    for envelope in ("source_id", "source_version", "source_updated_at"):
        row.pop(envelope, None)
    row |= {"valid_from": days[1] + timedelta(days=1), "valid_to": None}
    begins = utc(days[1] + timedelta(days=1), 5)
    case.create(system, "cost_rate", f"{own}-2", begins, **row)


def _uncosted(case: Case, crew: list[Worker], first: date, last: date) -> None:
    """Time of the gap is refused; the bookings over it are what lacks a rate."""
    scene = case.scene
    for entry in scene.recent(first, last) if not crew else _entries(scene, crew, first, last):
        key = f"psa:TE-{entry.name}"
        scene.take(entry)
        unpost(case, entry)
        assert entry.posted_at
        refuse(case, key, "no_cost_rate", "data_quality", entry.posted_at)
        case.child("TP01", key, entry.approved_at + timedelta(hours=24))
        case.risk(entry.cost, entry.worker.entity.currency)
    for assignment in scene.world.assignments:
        spans = assignment.starts_on <= last and assignment.ends_on >= first
        if assignment.worker in crew and spans:
            case.subject(f"psa:{native('psa', 'assignment', f'{assignment.no:04}')}")


def _entries(scene: Scene, crew: list[Worker], first: date, last: date) -> list[Entry]:
    members = set(crew)
    return [
        one
        for one in scene.world.entries
        if one.worker in members
        and first <= one.day <= last
        and one.posted_at
        and scene.is_free(one)
    ]


def rate_card_expired(scene: Scene) -> None:
    """A contract's price list ran out; work goes on at standard prices."""
    for project in scene.pick(_priced(scene), scene.count(3), _contract_of):
        name = _contract_of(project)
        case = scene.case(
            "MD04", "rate_card_missing", f"crm:{native('crm', 'contract', name)}",
            utc(date(2026, 6, 1)), grace=timedelta(days=2), fix="publish the new card",
        )  # fmt: skip
        for system in CARDS:
            case.amend(
                system, "rate_card", native(system, "rate_card", name), utc(date(2026, 6, 1), 1),
                status="expired", valid_to=date(2026, 5, 31),
            )  # fmt: skip
        case.subject(f"crm:{native('crm', 'contract', name)}")


def rate_line_absent(scene: Scene) -> None:
    """The card has no price for a role that is booked, so the booking has none."""
    for project in scene.pick(_priced(scene), scene.count(4), _contract_of):
        booked = [one for one in scene.world.assignments if one.project is project]
        booked = [one for one in booked if one.ends_on > date(2026, 7, 15)]
        if not booked:
            continue
        grade, name = booked[0].worker.grade, _contract_of(project)
        case = scene.case(
            "ST02", "rate_card_missing", f"crm:{native('crm', 'rate_card', name)}",
            utc(date(2026, 6, 18)), grace=timedelta(hours=4), is_estimated=True, co=("MD04",),
            fix="add the line to the card, and price the bookings again",
        )  # fmt: skip
        for system in CARDS:
            own = native(system, "rate_line", f"{name}-{grade}")
            case.amend(
                system, "rate_line", own, utc(date(2026, 6, 18)),
                status="superseded", valid_to=date(2026, 6, 17),
            )  # fmt: skip
        case.child("MD04", f"crm:{native('crm', 'contract', name)}")
        for one in booked:
            if one.worker.grade == grade:
                own = native("psa", "assignment", f"{one.no:04}")
                case.amend("psa", "assignment", own, utc(date(2026, 6, 18), 13), bill_rate=None)
                case.subject(f"psa:{own}")


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
        grade, approved = booked[0].worker.grade, utc(date(2026, 6, 22), 9)
        starts = date(2026, 6, 8) if place % 2 else date(2026, 6, 23)
        old = native("crm", "rate_line", f"{name}-{grade}")
        row = dict(scene.world.book.row(("crm", "rate_line", old)) or {})
        case = scene.case(
            "ST04", "message_rejected", f"crm:{old}-2", approved,
            fix="replay the revision, then price again", co=("TP10",) if place % 2 else (),
        )  # fmt: skip
        case.amend("crm", "rate_line", old, approved, valid_to=starts - timedelta(days=1))
        for envelope in ("source_id", "source_version", "source_updated_at"):
            row.pop(envelope, None)
        rise = Decimal(12)
        row |= {"valid_from": starts, "version": 2, "bill_rate": row["bill_rate"] + rise}
        case.create("crm", "rate_line", f"{old}-2", approved, **row)
        _revision_message(case, f"{old}-2", approved)
        case.subject(f"crm:{old}-2")
        for entry in scene.world.entries:
            mine = entry.project is project and entry.worker.grade == grade and entry.amount
            if mine and starts <= entry.day <= scene.as_of.date():
                case.risk(entry.hours * rise, project.currency)
                if place % 2 and entry.posted_at:
                    case.child("TP10", f"erp:PA-{entry.name}")


def _revision_message(case: Case, own: str, at) -> None:
    name = f"M-rate-{own}"
    case.create(
        "middleware", "integration_message", name, at, message_id=name, source="crm",
        target="psa", flow="rate_sync", type="rate_line.sync", subject_kind="rate_line",
        subject_key=f"crm:{own}", idempotency_key=f"crm|rate_line|{own}|2|upsert",
        emitted_at=at, received_at=at, attempts=1, outcome="rejected",
        error_class="data_quality", error_code="assignment_exists", schema_version="1.0",
    )  # fmt: skip
    case.child("IN01", f"middleware:{name}")


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
            grace=timedelta(days=1), fix="map the people to the successor in HR",
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
