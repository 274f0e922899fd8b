"""People who come, go and change, where the systems do not follow (domain.md C.8, and ST05)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from connectors.sandbox.calendar import local
from connectors.sandbox.faults.case import Case
from connectors.sandbox.faults.hours import fixed_hour
from connectors.sandbox.faults.ripples import unwrite
from connectors.sandbox.faults.scene import Scene, utc
from connectors.sandbox.natives import native
from connectors.sandbox.people import Worker
from connectors.sandbox.systems.projects import planned_hours
from connectors.sandbox.systems.workforce import systems_of

# Hours of two working weeks, and the share of them that the firm means to bill.
FIRST_WEEKS, TARGET = 80, Decimal("0.7")


def _copy_of(worker: Worker, system: str, number: str, scene: Scene) -> dict[str, Any]:
    """Somebody like the worker, under another number."""
    own = native(system, "worker", worker.number)
    row = dict(scene.world.book.row((system, "worker", own)) or {})
    for name in ("source_id", "source_version", "source_updated_at", "source_updated_by"):
        row.pop(name, None)
    name = f"{worker.name.split()[0]} {number[2:]}"
    mail = f"{name.lower().replace(' ', '.')}@northquay.example"
    person = f"PERS-{number[2:]}"
    return row | {"worker_no": number, "name": name, "work_email": mail, "person_id": person}


def onboarding_late(scene: Scene) -> None:
    """Hired and on the payroll, but unknown to the delivery system on the first day."""
    employees = [one for one in scene.staff() if one.type == "employee"]
    for place, worker in enumerate(scene.pick(employees, scene.count(3))):
        number, day = f"W-90{place + 1:02}", date(2026, 6, 22)
        begins = local(worker.entity.zone, day, 9 * 60)
        own = native("hcm", "worker", number)
        case = scene.case(
            "WL01", "worker_missing", f"hcm:{own}", begins, measure="exposure_only",
            fix="replay the hire",
        )  # fmt: skip
        for system in ("hcm", *[one for one in systems_of(worker) if one != "psa"]):
            about = _copy_of(worker, system, number, scene)
            about |= {"hired_on": day, "original_hired_on": day, "status": "pre_hire"}
            mine = native(system, "worker", number)
            case.create(system, "worker", mine, begins - timedelta(days=12), **about)
            case.amend(system, "worker", mine, begins, status="active")
            case.create(
                "middleware", "id_xref", f"X-{system}-{mine}", begins - timedelta(days=12),
                of_kind="worker", of_system=system, of_id=mine, canonical=number,
                valid_from=day, valid_to=None, confirmed_by="middleware", status="confirmed",
            )  # fmt: skip
        lost = FIRST_WEEKS * TARGET * _standard_price(scene, worker)
        case.subject(f"hcm:{own}", lost, worker.entity.currency)


def _standard_price(scene: Scene, worker: Worker) -> Decimal:
    """Of the grade on the entity's standard card; nothing where another fault took it out."""
    entity = worker.entity
    line = f"STD-{entity.code[3:]}-{entity.currency}-{worker.grade}"
    row = scene.world.book.row(("erp", "rate_line", native("erp", "rate_line", line)), scene.as_of)
    return row["bill_rate"] if row and row["valid_to"] is None else Decimal(0)


def worker_unsourced(scene: Scene) -> None:
    """Keyed into the delivery system by hand; HR has never heard of them."""
    for place, worker in enumerate(scene.pick(scene.staff(), scene.count(2))):
        number, at = f"W-91{place + 1:02}", utc(date(2026, 6, 9), 10)
        own = native("psa", "worker", number)
        case = scene.case(
            "WL02", "no_source", f"psa:{own}", at, grace=timedelta(days=1),
            measure="cost_at_risk", fix="create or link at the source, or deactivate",
        )  # fmt: skip
        about = _copy_of(worker, "psa", number, scene) | {"status": "active"}
        case.create("psa", "worker", own, at, **about, source_updated_by="p.planner")
        case.subject(f"psa:{own}")


def leaver_booked(scene: Scene) -> None:
    """Gave notice; the bookings go on past the last day."""
    staying = [one for one in scene.staff() if one.projects.get(2)]
    for worker in scene.pick(staying, scene.count(4)):
        at, last = utc(date(2026, 6, 15), 9), date(2026, 7, 17)
        own = native("hcm", "worker", worker.number)
        case = scene.case(
            "WL03", "leaver_booked", f"hcm:{own}", at, grace=timedelta(days=1),
            measure="exposure_only", fix="end the bookings, hand them over",
        )  # fmt: skip
        for system in ("hcm", *systems_of(worker)):
            case.amend(
                system, "worker", native(system, "worker", worker.number), at,
                status="notice", terminated_on=last, last_day_worked_on=last, is_future_dated=True,
            )  # fmt: skip
        case.subject(f"hcm:{own}")
        _claim_bookings(case, worker, last)


def _claim_bookings(case: Case, worker: Worker, last: date) -> None:
    """What is booked beyond the last day, at the booking's price."""
    subject = case.truth.subject_keys[0]
    for booking in case.scene.world.assignments:
        if booking.worker is worker and booking.rate:
            hours = planned_hours(booking, last + timedelta(days=1), booking.ends_on)
            atom = f"psa:{native('psa', 'assignment', f'{booking.no:04}')}"
            currency = booking.project.currency
            case.claim("WL03", "exposure_only", atom, hours * booking.rate, currency, subject)


def access_active(scene: Scene) -> None:
    """Gone for days, and the account still opens."""
    gone = [
        one
        for one in scene.world.workers
        if one.last_day
        and one.last_day < date(2026, 6, 27)
        and not one.returns
        and scene.is_free(one)
    ]
    for worker in scene.pick(gone, scene.count(3)):
        own = native("identity", "user_account", f"psa-{worker.number}")
        assert worker.last_day
        end = local(worker.entity.zone, worker.last_day, 18 * 60)
        case = scene.case(
            "WL04", "access_active", f"hcm:{native('hcm', 'worker', worker.number)}", end,
            grace=timedelta(hours=30), measure="none", fix="disable the account, review its use",
        )  # fmt: skip
        case.truncate("identity", "user_account", own, end)
        case.subject(f"identity:{own}")


def attribute_drift(scene: Scene) -> None:
    """HR moved somebody; the delivery system still has the old place."""
    for worker in scene.pick(scene.staff(), scene.count(7)):
        at, code = utc(date(2026, 6, 10), 9), f"{worker.entity.code[3:]}-4900"
        own = native("hcm", "worker", worker.number)
        case = scene.case(
            "WL05", "copy_stale", f"hcm:{own}", at, grace=timedelta(hours=24),
            measure="misstatement", fix="publish the worker again",
        )  # fmt: skip
        for system in ("hcm", "erp", "payroll"):
            person = native(system, "worker", worker.number)
            if scene.world.book.history((system, "worker", person)):
                center = native(system, "cost_center", code)
                case.amend(system, "worker", person, at, cost_center=center)
        case.subject(f"psa:{native('psa', 'worker', worker.number)}")


def inactive_booked(scene: Scene) -> None:
    """On leave for the whole summer, and booked all the same."""
    staying = [one for one in scene.staff() if one.projects.get(2)]
    for worker in scene.pick(staying, scene.count(3)):
        at = utc(date(2026, 7, 1), 7)
        case = scene.case(
            "ST05", "worker_inactive", f"hcm:{native('hcm', 'worker', worker.number)}", at,
            grace=timedelta(days=1), measure="exposure_only", fix="rebook, or correct HR",
        )  # fmt: skip
        _send_on_leave(case, worker, at)
        for booking in worker.projects[2]:
            first = max(at.date(), booking.starts_on)
            hours = planned_hours(booking, first, first + timedelta(days=29))
            price = booking.rate or fixed_hour(scene.world, booking.project)
            key = f"psa:{native('psa', 'assignment', f'{booking.no:04}')}"
            case.subject(key, hours * price, booking.project.currency)


def _send_on_leave(case: Case, worker: Worker, at) -> None:
    for system in ("hcm", *systems_of(worker)):
        own = native(system, "worker", worker.number)
        case.amend(system, "worker", own, at, status="on_leave", status_effective_at=at)
    away = [
        one
        for one in case.scene.world.entries
        if one.worker is worker and one.day >= at.date() and case.scene.is_free(one)
    ]
    for entry in away:
        unwrite(case, entry)
