"""Who is booked on what: assignments by quarter, tasks, and the price of an hour."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from connectors.sandbox.calendar import local
from connectors.sandbox.chance import Chance
from connectors.sandbox.commercial import Project
from connectors.sandbox.people import Worker, list_price
from connectors.sandbox.shape import Shape

QUARTERS = {1: (date(2025, 12, 29), date(2026, 3, 31)), 2: (date(2026, 4, 1), date(2026, 9, 30))}
# An engagement of less weight than this is nobody's main one.
SMALL = 1.4
# Task number, name, billable. External work has the first two, internal projects the others.
TASKS = {"1": ("Delivery", True), "2": ("Engagement management", False)}
INTERNAL_TASKS = {
    "training": "Training",
    "internal_admin": "Administration",
    "bench": "Between engagements",
    "strategic": "Practice development",
    "leave": "Absence",
}


@dataclass(slots=True, eq=False)
class Assignment:
    """A booking, confirmed before it starts. `share` is the part of the working day it takes."""

    no: int
    worker: Worker
    project: Project
    starts_on: date
    ends_on: date
    share: Decimal
    confirmed_at: datetime

    @property
    def rate(self) -> Decimal | None:
        return price(self.project, self.worker.grade) if self.project.by_time else None


def price(project: Project, grade: str) -> Decimal:
    """What the contract's card says an hour of the grade costs the customer."""
    listed = list_price(project.entity, grade, project.currency)
    discount = project.contract.no * 7 % 11 if project.contract else 0
    return (listed * (100 - discount) / 100).quantize(Decimal(1))


def book(
    shape: Shape, chance: Chance, workers: list[Worker], projects: list[Project]
) -> list[Assignment]:
    """Everybody in delivery gets one or two engagements a quarter; no engagement stays empty."""
    found: dict[tuple[int, int], Assignment] = {}
    for quarter, (start, end) in QUARTERS.items():
        if end < shape.starts_on:
            continue
        for code in shape.entities:
            work = [
                one
                for one in projects
                if one.entity.code == code and not one.is_internal and quarter in one.quarters
            ]
            crew = _crew(workers, code, max(start, shape.starts_on), end, chance)
            for worker, chosen in _choose(crew, work, chance):
                span = (max(start, shape.starts_on), end)
                _settle(found, worker, chosen, quarter, span)
    return list(found.values())


def _crew(workers: list[Worker], code: str, start: date, end: date, chance: Chance) -> list[Worker]:
    """Those who stay the whole quarter first, since they hold the engagements together."""
    own = [
        one
        for one in workers
        if one.delivers
        and one.entity.code == code
        and one.hired_on <= end
        and (one.last_day is None or one.last_day >= start)
    ]
    mixed = chance.order(own, "crew", code)
    return sorted(mixed, key=lambda one: one.last_day is not None or one.hired_on > start)


def _choose(
    crew: list[Worker], work: list[Project], chance: Chance
) -> list[tuple[Worker, list[Project]]]:
    """The large engagements draw most people; a small one is the second of somebody's two."""
    heavy = [one for one in work for _ in range(max(1, min(60, round(one.weight**2 * 6))))]
    chosen = []
    for place, worker in enumerate(crew):
        main, second = (chance.pick(heavy, name, worker.no) for name in ("main", "second"))
        mine = [main]
        if place < len(work) and work[place].weight >= SMALL:
            mine = [work[place]]
        elif place < len(work):
            second = work[place]
        asked = place < len(work) and second is work[place]
        if second is not mine[0] and (asked or chance.below(100, "two", worker.no) < 62):
            mine.append(second)
        chosen.append((worker, mine))
    return chosen


def _settle(
    found: dict[tuple[int, int], Assignment],
    worker: Worker,
    chosen: list[Project],
    quarter: int,
    span: tuple[date, date],
) -> None:
    """Write the bookings down; one that goes on from the quarter before is extended."""
    shares = [Decimal("0.8")] if len(chosen) == 1 else [Decimal("0.5"), Decimal("0.3")]
    mine = []
    for project, share in zip(chosen, shares, strict=True):
        starts = max(span[0], worker.hired_on)
        ends = min(span[1], project.ends_on, worker.last_day or span[1])
        before = found.get((worker.no, project.no))
        if before and (starts - before.ends_on).days <= 1:
            before.ends_on = ends
        elif starts <= ends:
            booked = local(worker.entity.zone, starts - timedelta(days=12), 11 * 60)
            found[worker.no, project.no] = Assignment(
                len(found) + 1, worker, project, starts, ends, share, booked
            )
        if (worker.no, project.no) in found:
            mine.append(found[worker.no, project.no])
    worker.projects[quarter] = list(mine)


def task_id(project: Project, task: str) -> str:
    """The part of a task's native id that names it, the same in every system."""
    place = [*TASKS, *INTERNAL_TASKS].index(task) + 1
    return f"{project.no:04}-{place}"
