"""Timesheets: what everybody did, when it was submitted, approved and posted, all in time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import exp

from connectors.sandbox.calendar import (
    Entity,
    close_day,
    is_working_day,
    local,
    local_day,
    month_of,
    on_or_after,
    shift,
    working_days,
)
from connectors.sandbox.chance import Chance
from connectors.sandbox.commercial import Project
from connectors.sandbox.delivery import QUARTERS, Assignment, price
from connectors.sandbox.people import Worker
from connectors.sandbox.shape import UNTIL, Shape

INTERNAL_MIX = ("training", "internal_admin", "internal_admin", "bench", "strategic")
SPLITS = ((5, 3), (4, 4), (6, 2))
ROUTINE_MINUTES, SPREAD = 25, 1.62  # median of the posting latency, and sigma of its logarithm


@dataclass(slots=True, eq=False)
class Entry:
    """A split of a timecard. `posted_at` is None where the ERP is not meant to hear of it."""

    no: int
    worker: Worker
    project: Project
    assignment: Assignment | None
    task: str
    day: date
    hours: Decimal
    category: str
    billable: bool
    rate: Decimal | None
    submitted_at: datetime
    approved_at: datetime
    posted_at: datetime | None
    split: int = 0
    invoice_line: "object | None" = None

    @property
    def name(self) -> str:
        return f"{self.no:06}"

    @property
    def amount(self) -> Decimal | None:
        return self.hours * self.rate if self.rate is not None and self.billable else None

    @property
    def cost(self) -> Decimal:
        return (self.hours * self.worker.cost_rate).quantize(Decimal("0.01"))

    @property
    def batch(self) -> str:
        assert self.posted_at
        day = local_day(self.worker.entity.zone, self.posted_at)
        return f"LB-{self.worker.entity.code[3:]}-{day:%Y%m%d}"


def timesheets(
    shape: Shape, chance: Chance, workers: list[Worker], projects: list[Project]
) -> list[Entry]:
    """Every split from the first day on, in the order of days."""
    homes = {one.entity.code: one for one in reversed(projects) if one.is_internal}
    crew = [one for one in workers if one.delivers]
    entries: list[Entry] = []
    day = shape.starts_on
    while day <= UNTIL:
        for worker in crew:
            if is_working_day(worker.entity.calendar, day) and worker.employed_on(day):
                home = homes[worker.entity.code]
                entries.extend(_day(worker, day, home, chance, len(entries) + 1))
        day += timedelta(days=1)
    _sum_up(entries)
    return entries


def _day(
    worker: Worker, day: date, home: Project, chance: Chance, first_no: int
) -> Iterator[Entry]:
    submitted = _submitted(worker.entity, worker.no, day, chance)
    approved = _approved(worker.entity, worker.no, day, submitted, chance)
    lines = list(_lines(worker, day, chance))
    for place, (booking, hours, category) in enumerate(lines):
        project = booking.project if booking else home
        internal = project.is_internal
        no = first_no + place
        yield Entry(
            no=no,
            worker=worker,
            project=project,
            assignment=booking,
            task=category if internal else ("1" if category == "billable" else "2"),
            day=day,
            hours=Decimal(hours),
            category=category,
            billable=category == "billable",
            rate=booking.rate if booking and category == "billable" else None,
            submitted_at=submitted,
            approved_at=approved,
            posted_at=None if internal else _posted(worker.entity, no, day, approved, chance),
            split=place,
        )


def _lines(
    worker: Worker, day: date, chance: Chance
) -> Iterator[tuple[Assignment | None, int, str]]:
    """Hours of one day: who with, how many, and of which category."""
    if _is_away(worker, day, chance):
        yield None, 8, "leave"
        return
    quarter = 1 if day <= QUARTERS[1][1] else 2
    mine = [one for one in worker.projects.get(quarter, []) if one.starts_on <= day <= one.ends_on]
    if not mine:
        yield None, 8, "bench"
        return
    if worker.by_role_standard:
        yield from _hired_out(worker, day, mine, chance)
        return
    draw = chance.below(1000, "day", worker.no, day.toordinal())
    other = INTERNAL_MIX[draw % len(INTERNAL_MIX)]
    if draw < 600:
        single = "billable" if draw < 390 else "productive_nonbillable" if draw < 425 else other
        yield (mine[0] if draw < 425 else None), 8, single
        return
    first, second = SPLITS[draw % 3]
    yield mine[0], first, "billable"
    if len(mine) > 1 and draw < 830:
        yield mine[1], second, "billable"
    else:
        yield None, second, other


def _hired_out(
    worker: Worker, day: date, mine: list[Assignment], chance: Chance
) -> Iterator[tuple[Assignment | None, int, str]]:
    """Who is bought in for an engagement works for customers alone."""
    draw = chance.below(1000, "day", worker.no, day.toordinal())
    if draw < 550:
        yield mine[0], 8, "billable"
        return
    first, second = SPLITS[draw % 3]
    yield mine[0], first, "billable"
    yield mine[-1], second, "billable" if len(mine) > 1 else "productive_nonbillable"


def _is_away(worker: Worker, day: date, chance: Chance) -> bool:
    week = day.isocalendar().week
    return (
        chance.below(100, "week off", worker.no, week) < 8
        or chance.below(100, "day off", worker.no, day.toordinal()) < 4
    )


def _submitted(entity: Entity, worker: int, day: date, chance: Chance) -> datetime:
    """Friday afternoon or Monday morning; at a period's end the sheet is cut and handed in."""
    last = close_day(entity.calendar, month_of(day), 0)
    friday = day + timedelta(days=4 - day.weekday())
    week = day.isocalendar().week
    if day <= last <= friday:
        return local(entity.zone, last, 15 * 60 + chance.below(119, "cut", worker, week))
    if chance.below(10, "friday", worker, week) < 6:
        sheet = working_days(entity.calendar, day, friday)[-1]
        return local(entity.zone, sheet, 16 * 60 + chance.below(120, "fri", worker, week))
    monday = on_or_after(entity.calendar, friday + timedelta(days=1))
    return local(entity.zone, monday, 8 * 60 + chance.below(180, "mon", worker, week))


def _approved(
    entity: Entity, worker: int, day: date, submitted: datetime, chance: Chance
) -> datetime:
    """The same day, or the next morning; before noon of WD+1 when a period closes."""
    week = day.isocalendar().week
    minutes = chance.below(120, "approve", worker, week)
    if chance.below(10, "same day", worker, week) < 5:
        return submitted + timedelta(minutes=30 + minutes)
    following = shift(entity.calendar, local_day(entity.zone, submitted), 1)
    return local(entity.zone, following, 9 * 60 + minutes)


def _posted(entity: Entity, no: int, day: date, approved: datetime, chance: Chance) -> datetime:
    """Within minutes, mostly; NQ-UK posts at night. At a close, before 18:00 of WD+1."""
    deadline = local(entity.zone, close_day(entity.calendar, month_of(day), 1), 17 * 60 + 30)
    if entity.code == "NQ-UK":
        night = local(entity.zone, local_day(entity.zone, approved) + timedelta(days=1), 120)
        return deadline - timedelta(minutes=60) if approved < deadline < night else night
    minutes = ROUTINE_MINUTES * exp(SPREAD * chance.normal("latency", no))
    at = approved + timedelta(minutes=max(2, min(minutes, 20 * 60)))
    late = approved < deadline < at
    return (deadline - timedelta(minutes=no % 60) if late else at).replace(microsecond=0)


def _sum_up(entries: list[Entry]) -> None:
    """What a project's months were worth; fixed prices are set by it, too."""
    prices: dict[tuple[int, str], Decimal] = {}
    for entry in entries:
        project, month = entry.project, month_of(entry.day)
        if project.is_internal:
            continue
        project.hours_by_month[month] = project.hours_by_month.get(month, Decimal(0)) + entry.hours
        if entry.billable:
            key = (project.no, entry.worker.grade)
            rate = prices.get(key) or prices.setdefault(key, price(project, entry.worker.grade))
            worth = project.value_by_month.get(month, Decimal(0)) + entry.hours * rate
            project.value_by_month[month] = worth


def locked_at(entity: Entity, month: date) -> datetime:
    """When the project interface of a period closes for users: 18:00 of WD+1."""
    return local(entity.zone, close_day(entity.calendar, month, 1), 18 * 60)
