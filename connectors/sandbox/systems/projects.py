"""Projects, tasks, bookings, budgets and forecasts, as sales, delivery and finance hold them."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal

from connectors.sandbox.calendar import (
    local,
    midnight,
    month_end,
    month_of,
    on_or_after,
    working_days,
)
from connectors.sandbox.commercial import Project
from connectors.sandbox.delivery import INTERNAL_TASKS, TASKS, Assignment, price, task_id
from connectors.sandbox.natives import entity_id, native
from connectors.sandbox.revenue import METHODS
from connectors.sandbox.shape import UNTIL
from connectors.sandbox.systems.customers import po_number
from connectors.sandbox.world import World

LAG = {"crm": timedelta(0), "psa": timedelta(hours=1), "erp": timedelta(hours=2)}
PLANNED = (date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1))


def tell(world: World) -> None:
    for project in world.projects:
        for system in ("psa", "erp") if project.is_internal else ("crm", "psa", "erp"):
            _project(world, project, system)
        _tasks(world, project)
    for assignment in world.assignments:
        _assignment(world, assignment)
    _plans(world)


def created_at(world: World, project: Project) -> datetime:
    return max(world.founded, midnight(project.starts_on - timedelta(days=14)))


def _project(world: World, project: Project, system: str) -> None:
    own = native(system, "project", project.code)
    at = created_at(world, project) + LAG[system]
    started = {"status": "approved", "financial_status": "approved"}
    world.say(system, "project", own, at, **_about(project, system), **started)
    # Once it is known everywhere, all move on together: none before the owner of the state.
    known = created_at(world, project) + LAG["erp"]
    begins = max(known + timedelta(hours=1), midnight(project.starts_on))
    world.say(system, "project", own, begins, status="active", financial_status="active")
    if project.status in ("completed", "on_hold"):
        done = local(project.entity.zone, date(2026, 4, 8), 10 * 60)
        world.say(
            system, "project", own, done,
            status=project.status, financial_status=project.status,
        )  # fmt: skip


def _about(project: Project, system: str) -> dict[str, object]:
    contract = project.contract
    manager = native(system, "worker", project.manager.number) if system != "crm" else ""
    about: dict[str, object] = {
        "legal_entity": entity_id(system, project.entity.code),
        "enterprise_project_id": f"EP-{project.no:05}",
        "code": project.code,
        "name": project.name,
        "practice": project.cost_center,
        "region": project.entity.code[3:],
        "type": "internal" if project.is_internal else "external",
        "billing_method": project.method,
        "currency": project.currency,
        "starts_on": project.starts_on,
        "ends_on": project.ends_on,
        "postable_from": project.starts_on,
        "phase_no": str(project.phase),
        "health": "green",
        "erp_required": not project.is_internal,
    }
    if system != "crm":
        about |= {
            "project_manager": manager,
            "approver": manager,
            "cost_center": native(system, "cost_center", project.cost_center),
        }
    if contract:
        about |= {
            "contract": native(system, "contract", contract.number),
            "party": native(system, "party", contract.party.code),
            "revenue_method": METHODS[contract.method],
            "tax_profile": contract.party.tax_code,
            "tcv": contract.value,
            "po_number": po_number(contract),
        }
    return about


def _tasks(world: World, project: Project) -> None:
    names = (
        {task: (name, False) for task, name in INTERNAL_TASKS.items()}
        if project.is_internal
        else TASKS
    )
    for task, (name, billable) in names.items():
        for system in ("psa", "erp"):
            world.say(
                system, "wbs_task", native(system, "task", task_id(project, task)),
                created_at(world, project) + LAG[system],
                legal_entity=entity_id(system, project.entity.code),
                project=native(system, "project", project.code),
                task_no=f"{project.code}.{task}", name=name, level=1, chargeable=True,
                billable=billable and not project.is_internal, starts_on=project.starts_on,
                ends_on=project.ends_on, status="released",
            )  # fmt: skip


def planned_hours(assignment: Assignment, start: date, end: date) -> Decimal:
    """Hours booked between two days, both included."""
    start, end = max(start, assignment.starts_on), min(end, assignment.ends_on)
    days = len(working_days(assignment.worker.entity.calendar, start, end)) if start <= end else 0
    return (days * 8 * assignment.share).quantize(Decimal("0.01"))


def _assignment(world: World, assignment: Assignment) -> None:
    worker, project = assignment.worker, assignment.project
    hours = planned_hours(assignment, assignment.starts_on, assignment.ends_on)
    for system, lag in (("psa", timedelta(0)), ("erp", timedelta(minutes=45))):
        own = native(system, "assignment", f"{assignment.no:04}")
        world.say(
            system, "assignment", own, assignment.confirmed_at + lag,
            legal_entity=entity_id(system, project.entity.code),
            project=native(system, "project", project.code),
            task=native(system, "task", task_id(project, "1")),
            worker=native(system, "worker", worker.number),
            role=native(system, "role", worker.grade),
            starts_on=assignment.starts_on, ends_on=assignment.ends_on, planned_hours=hours,
            bill_rate=assignment.rate,
            bill_currency=project.currency if assignment.rate else "", billable=True,
            rate_version="1", utilization_category="BIL",
            confirmed_at=assignment.confirmed_at, status="confirmed",
        )  # fmt: skip
        begins = local(worker.entity.zone, assignment.starts_on, 6 * 60) + lag
        ends = local(worker.entity.zone, assignment.ends_on, 23 * 60) + lag
        world.say(system, "assignment", own, begins, status="active")
        world.say(system, "assignment", own, ends, status="completed")
    if assignment.no % 3 == 0:
        _request(world, assignment, hours)


def _request(world: World, assignment: Assignment, hours: Decimal) -> None:
    """Some bookings began as a request for a role, filled well before the start."""
    asked = assignment.confirmed_at - timedelta(days=5)
    own = native("psa", "resource_request", f"{assignment.no:04}")
    world.say(
        "psa", "resource_request", own, asked,
        legal_entity=entity_id("psa", assignment.project.entity.code), number=f"RQ-{assignment.no}",
        project=native("psa", "project", assignment.project.code),
        role=native("psa", "role", assignment.worker.grade), starts_on=assignment.starts_on,
        ends_on=assignment.ends_on, hours=hours, requested_at=asked, status="open",
    )  # fmt: skip
    world.say("psa", "resource_request", own, assignment.confirmed_at, status="filled")


def _plans(world: World) -> None:
    """Budgets and forecasts agree with the work: past months as done, coming ones as booked.

    Whoever planned knew of no leave, so a month under way keeps the hours that it was booked for.
    """
    cost: dict[tuple[int, date], Decimal] = defaultdict(Decimal)
    done: dict[tuple[int, str, date], Decimal] = defaultdict(Decimal)
    for entry in world.entries:
        month = month_of(entry.day)
        cost[entry.project.no, month] += entry.cost
        done[entry.project.no, entry.worker.number, month] += entry.hours
    for assignment in world.assignments:
        project, worker = assignment.project, assignment.worker
        for month in PLANNED:
            end = month_end(month)
            left = planned_hours(assignment, max(month, UNTIL + timedelta(days=1)), end)
            missed = planned_hours(assignment, month, end) - done[project.no, worker.number, month]
            hours = max(left, missed)
            cost[project.no, month] += hours * worker.cost_rate
            known = project.hours_by_month.get(month, Decimal(0))
            worth = project.value_by_month.get(month, Decimal(0))
            project.hours_by_month[month] = known + hours
            project.value_by_month[month] = worth + hours * price(project, worker.grade)
    for project in world.external:
        for month in sorted(project.hours_by_month):
            _plan(world, project, month, cost[project.no, month])
        _confirm(world, project)


def plan_name(project: Project, month: date) -> str:
    return f"{project.no:04}-{month:%y%m}"


def _plan(world: World, project: Project, month: date, cost: Decimal) -> None:
    revenue = project.value_by_month.get(month, Decimal(0))
    fields = {
        "version": 1,
        "month": month,
        "hours": project.hours_by_month[month].quantize(Decimal("0.01")),
        "cost": cost.quantize(Decimal("0.01")),
        "revenue": revenue.quantize(Decimal("0.01")),
        "currency": project.currency,
    }
    at = created_at(world, project) + timedelta(hours=3)
    for kind, owner, copy, status in (
        ("budget_line", "erp", "psa", "baseline"),
        ("forecast_line", "psa", "erp", "working"),
    ):
        for system, lag in ((owner, timedelta(0)), (copy, timedelta(minutes=30))):
            world.say(
                system, kind, native(system, kind, plan_name(project, month)), at + lag,
                legal_entity=entity_id(system, project.entity.code),
                project=native(system, "project", project.code), approved_at=at, status=status,
                **fields,
            )  # fmt: skip


def _confirm(world: World, project: Project) -> None:
    """Twice a month the manager looks at the forecast, and finds that it still holds."""
    lines = sorted(project.hours_by_month)
    if not lines or project.status != "active":
        return
    begins = created_at(world, project) + timedelta(days=1)
    for month in (*world.months, month_of(UNTIL, 1)):
        line = next((one for one in lines if one >= month), lines[-1])
        for day in (month.replace(day=2), month.replace(day=16)):
            day = on_or_after(project.entity.calendar, day)
            at = local(project.entity.zone, day, 9 * 60)
            for system, lag in (("psa", timedelta(0)), ("erp", timedelta(minutes=30))):
                own = native(system, "forecast_line", plan_name(project, line))
                if at > begins:
                    world.say(system, "forecast_line", own, at + lag, approved_at=at)
