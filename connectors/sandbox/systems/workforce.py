"""Workers in every system that knows them, their accounts, their rates and their pay."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal

from connectors.sandbox.calendar import close_day, local, month_end, month_of
from connectors.sandbox.natives import entity_id, native
from connectors.sandbox.people import ROLES, Worker
from connectors.sandbox.shape import UNTIL
from connectors.sandbox.world import CENT, World

RATES_SINCE = date(2025, 7, 1)


def tell(world: World) -> None:
    for worker in world.workers:
        _employment(world, worker)
        _accounts(world, worker)
        if worker.delivers and not worker.by_role_standard and not worker.zero_cost:
            _cost_rate(world, worker)
    _role_standards(world)
    _payroll(world)


def systems_of(worker: Worker) -> tuple[str, ...]:
    """Where the worker is known besides HR."""
    paid = "procurement" if worker.is_contractor else "payroll"
    return ("psa", "erp", "identity", paid) if worker.delivers else ("erp", "identity", paid)


def hired_at(worker: Worker) -> datetime:
    return local(worker.entity.zone, worker.hired_on, 7 * 60)


def _employment(world: World, worker: Worker) -> None:
    """HR first; the others follow by interface, before the first day and after the last."""
    known = max(world.founded, hired_at(worker) - timedelta(days=20))
    effective = max(hired_at(worker), known + timedelta(minutes=30))
    for place, system in enumerate(("hcm", *systems_of(worker))):
        at = known + timedelta(hours=2 * min(place, 1), minutes=place)
        own = native(system, "worker", worker.number)
        world.say(system, "worker", own, at, **_about(worker, system), status="pre_hire")
        begins = max(hired_at(worker), at + timedelta(minutes=30))
        world.say(system, "worker", own, begins, status="active", status_effective_at=effective)
        if worker.last_day:
            _exit(world, worker, system, own, timedelta(minutes=3 * place))


def _about(worker: Worker, system: str) -> dict[str, object]:
    manager = worker.manager
    return {
        "legal_entity": entity_id(system, worker.entity.code),
        "worker_no": worker.number,
        "person_id": f"PERS-{worker.person:04}",
        "name": worker.name,
        "type": worker.type,
        "work_email": worker.email,
        "manager": native(system, "worker", manager.number)
        if manager and system != "procurement"
        else "",
        "cost_center": native(system, "cost_center", worker.cost_center)
        if system in ("hcm", "psa", "erp", "payroll")
        else "",
        "location": worker.entity.zone.split("/")[1].replace("_", " "),
        "job_profile": ROLES[worker.grade][0] if worker.delivers else "Corporate",
        "grade": worker.grade if worker.delivers else "COR",
        "fte": Decimal(1),
        "calendar": worker.entity.calendar,
        "hired_on": worker.hired_on,
        "original_hired_on": worker.hired_on,
        "contract_ends_on": worker.contract_end,
        "zero_cost_allowed": worker.zero_cost,
    }


def _exit(world: World, worker: Worker, system: str, own: str, lag: timedelta) -> None:
    """Known three weeks ahead as a future-dated event, and effective at the end of the day."""
    assert worker.last_day
    notice = local(worker.entity.zone, worker.last_day - timedelta(days=20), 11 * 60) + lag
    gone = local(worker.entity.zone, worker.last_day, 18 * 60)
    dates = {"terminated_on": worker.last_day, "last_day_worked_on": worker.last_day}
    world.say(
        system, "worker", own, max(notice, hired_at(worker) + timedelta(hours=4)),
        status="notice", is_future_dated=True, **dates,
    )  # fmt: skip
    world.say(
        system, "worker", own, gone + lag,
        status="terminated", is_future_dated=False, status_effective_at=gone,
    )  # fmt: skip


def _accounts(world: World, worker: Worker) -> None:
    opened = max(world.founded, hired_at(worker) - timedelta(days=1))
    for application in ("sso", "psa" if worker.delivers else "erp"):
        own = native("identity", "user_account", f"{application}-{worker.number}")
        world.say(
            "identity", "user_account", own, opened,
            legal_entity=entity_id("identity", worker.entity.code), application=application,
            login=worker.email, worker=native("identity", "worker", worker.number),
            privileged=not worker.delivers and worker.no % 17 == 0, roles=(application,),
            status="active",
        )  # fmt: skip
        if worker.last_day:
            at = local(worker.entity.zone, worker.last_day, 18 * 60 + 30)
            world.say("identity", "user_account", own, at, status="disabled", disabled_at=at)


def cost_rate_systems(worker: Worker) -> tuple[str, ...]:
    """The owner of the rate first, then its copies."""
    return ("procurement" if worker.is_contractor else "hcm", "psa", "erp")


def _cost_rate(world: World, worker: Worker) -> None:
    starts = max(RATES_SINCE, worker.hired_on)
    known = max(world.founded, hired_at(worker) - timedelta(days=18))
    for place, system in enumerate(cost_rate_systems(worker)):
        world.say(
            system, "cost_rate", native(system, "cost_rate", worker.number),
            known + timedelta(minutes=20 * place),
            legal_entity=entity_id(system, worker.entity.code),
            worker=native(system, "worker", worker.number), role="", type="loaded",
            currency=worker.entity.currency, unit="hour", rate=worker.cost_rate,
            valid_from=starts, valid_to=None, status="active",
            source="contractor_agreement" if worker.is_contractor else "payroll_derived",
        )  # fmt: skip


def set_role_standards(world: World) -> None:
    """Contractors without an order of their own are costed at their role's standard."""
    standard: dict[tuple[str, str], Decimal] = {}
    for worker in world.workers:
        if worker.by_role_standard:
            key = (worker.entity.code, worker.grade)
            worker.cost_rate = standard.setdefault(key, worker.cost_rate)


def role_standard(worker: Worker) -> str:
    return f"{worker.entity.code[3:]}-{worker.grade}"


def _role_standards(world: World) -> None:
    crew = [one for one in world.workers if one.by_role_standard]
    for code, grade in sorted({(one.entity.code, one.grade) for one in crew}):
        rated = next(one for one in crew if (one.entity.code, one.grade) == (code, grade))
        for system in ("erp", "psa"):
            world.say(
                system, "cost_rate", native(system, "cost_rate", f"{code[3:]}-{grade}"),
                world.founded, legal_entity=entity_id(system, code),
                role=native(system, "role", grade),
                type="standard", currency=rated.entity.currency, unit="hour",
                rate=rated.cost_rate, valid_from=RATES_SINCE, valid_to=None, status="active",
                source="standard",
            )  # fmt: skip


def _payroll(world: World) -> None:
    """Pay follows the posted time within a percent; the others get a plain salary."""
    cost: dict[tuple[int, date], Decimal] = defaultdict(Decimal)
    hours: dict[tuple[int, date, bool], Decimal] = defaultdict(Decimal)
    for entry in world.entries:
        month = month_of(entry.day)
        hours[entry.worker.no, month, entry.category == "leave"] += entry.hours
        if entry.posted_at:
            cost[entry.worker.no, month] += entry.cost
    for worker in world.workers:
        for month in world.months if not worker.is_contractor else ():
            if month < month_of(UNTIL) and worker.employed_on(month_end(month)):
                worked = hours[worker.no, month, False]
                away = hours[worker.no, month, True]
                drift = 995 + world.chance.below(11, "pay", worker.no, month)
                total = (cost[worker.no, month] * drift / 1000).quantize(CENT)
                _result(world, worker, month, (worked, away), total)


def _result(
    world: World, worker: Worker, month: date, hours: tuple[Decimal, Decimal], cost: Decimal
) -> None:
    total = cost if worker.delivers else Decimal(5200 + worker.no % 7 * 350)
    at = local(worker.entity.zone, close_day(worker.entity.calendar, month, 2), 10 * 60)
    world.say(
        "payroll", "payroll_result",
        native("payroll", "payroll_result", f"{worker.number}-{month:%y%m}"), at,
        legal_entity=entity_id("payroll", worker.entity.code),
        worker=native("payroll", "worker", worker.number), pay_period=f"{month:%Y-%m}",
        run_no="1", starts_on=month, ends_on=month_end(month), hours=sum(hours),
        regular_hours=hours[0], overtime_hours=Decimal(0), leave_hours=hours[1],
        gross=(total * 80 / 100).quantize(CENT), employer_cost=total,
        currency=worker.entity.currency, status="posted",
    )  # fmt: skip
