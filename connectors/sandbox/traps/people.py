"""Exits that were taken back or lie far ahead, moves, renames, and agreed prices."""

from datetime import date
from decimal import Decimal
from typing import Any

from connectors.sandbox.faults.scene import Scene, utc
from connectors.sandbox.natives import native
from connectors.sandbox.systems.projects import planned_hours
from connectors.sandbox.systems.workforce import systems_of

RISEN = date(2026, 7, 1)
NOTICE, BACK = utc(date(2026, 6, 8), 9), utc(date(2026, 6, 11), 9)


def exit_rescinded(scene: Scene) -> None:
    for worker in scene.pick(scene.staff(), scene.count(3)):
        own = native("hcm", "worker", worker.number)
        case = scene.case("WL03", "none", f"hcm:{own}", NOTICE)
        last = date(2026, 6, 30)
        for system in ("hcm", *systems_of(worker)):
            mine = native(system, "worker", worker.number)
            case.amend(
                system, "worker", mine, NOTICE, status="notice", terminated_on=last,
                last_day_worked_on=last, is_future_dated=True,
            )  # fmt: skip
            case.amend(
                system, "worker", mine, BACK, status="active", terminated_on=None,
                last_day_worked_on=None, is_future_dated=False, is_rescinded=True,
            )  # fmt: skip
        case.subject(f"hcm:{own}")


def exit_far_ahead(scene: Scene) -> None:
    """Beyond the thirty days that planning looks ahead; the bookings end with the last day."""
    for worker in scene.pick(scene.staff(), scene.count(4)):
        own, last = native("hcm", "worker", worker.number), date(2026, 9, 25)
        case = scene.case("WL03", "none", f"hcm:{own}", NOTICE)
        for system in ("hcm", *systems_of(worker)):
            case.amend(
                system, "worker", native(system, "worker", worker.number), NOTICE,
                status="notice", terminated_on=last, last_day_worked_on=last, is_future_dated=True,
            )  # fmt: skip
        for assignment in worker.projects.get(2, []):
            until = min(last, ends(assignment))
            hours = planned_hours(assignment, assignment.starts_on, until)
            for system in ("psa", "erp"):
                name = native(system, "assignment", f"{assignment.no:04}")
                case.amend(system, "assignment", name, NOTICE, ends_on=until, planned_hours=hours)
        case.subject(f"hcm:{own}")


def ends(assignment: Any) -> date:
    return assignment.ends_on


def zero_cost(scene: Scene) -> None:
    for worker in scene.world.workers:
        if worker.zero_cost:
            case = scene.case("ST01", "none", worker.number, scene.world.founded)
            case.subject(f"hcm:{native('hcm', 'worker', worker.number)}")


def transfer(scene: Scene) -> None:
    """One person, an exit on Friday and a hire on Monday."""
    for worker in scene.world.workers:
        if worker.returns == "transfer" and worker.last_day:
            at = utc(worker.last_day)
            case = scene.case("WL03", "none", f"PERS-{worker.person:04}", at)
            for one in scene.world.workers:
                if one.person == worker.person:
                    case.subject(f"hcm:{native('hcm', 'worker', one.number)}")


def code_renamed(scene: Scene) -> None:
    """Visible codes change everywhere on one day; the ids beneath them do not."""
    free = scene.pick(scene.projects(), scene.count(8), scene.of("rename"))
    for place, project in enumerate(free):
        at = utc(date(2026, 6, 5), 6)
        case = scene.case("MD02", "none", project.code, at)
        if place % 2:
            _rename_task(case, project, at)
        else:
            for system in ("crm", "psa", "erp"):
                own = native(system, "project", project.code)
                case.amend(system, "project", own, at, code=f"{project.code}-R")
        case.subject(f"psa:{native('psa', 'project', project.code)}")


def _rename_task(case: Any, project: Any, at: Any) -> None:
    for system in ("psa", "erp"):
        own = native(system, "task", f"{project.no:04}-1")
        case.amend(
            system, "wbs_task", own, at, name="Delivery and rollout",
            task_no=f"{project.code}.1R",
        )  # fmt: skip


def rate_locked(scene: Scene) -> None:
    """The card rose everywhere; the booking keeps its price, as was agreed with the customer."""
    fresh = [
        one
        for one in scene.projects("time_materials")
        if scene.is_free(one.contract.number if one.contract else "")
    ]
    for project in scene.pick(fresh, scene.count(5), scene.of("lock")):
        assert project.contract
        booked = [one for one in scene.world.assignments if one.project is project]
        booked = [one for one in booked if one.ends_on > date(2026, 7, 31)]
        if not booked or not scene.pick([project.contract.number], 1):
            continue
        assignment, at = booked[0], utc(date(2026, 6, 12), 9)
        case = scene.case("ST04", "none", project.contract.number, at)
        for system in ("crm", "psa", "erp"):
            _raise_price(case, system, f"{project.contract.number}-{assignment.worker.grade}", at)
        for one in scene.world.assignments:
            mine = one.project.contract is project.contract and one.ends_on >= RISEN
            if mine and one.worker.grade == assignment.worker.grade:
                for system in ("psa", "erp"):
                    own = native(system, "assignment", f"{one.no:04}")
                    case.amend(system, "assignment", own, at, rate_version="locked")
                case.subject(f"psa:{native('psa', 'assignment', f'{one.no:04}')}")


def _raise_price(case: Any, system: str, name: str, at: Any) -> None:
    own = native(system, "rate_line", name)
    row = dict(case.book.row((system, "rate_line", own)) or {})
    for envelope in ("source_id", "source_version", "source_updated_at"):
        row.pop(envelope, None)
    case.amend(system, "rate_line", own, at, valid_to=date(2026, 6, 30))
    row |= {"valid_from": RISEN, "version": 2}
    row["bill_rate"] += Decimal(5)
    case.create(system, "rate_line", f"{own}-v2", at, **row)
