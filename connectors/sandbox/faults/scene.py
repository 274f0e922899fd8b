"""Where faults are put: the world, what is taken already, and the truth so far."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

from connectors.sandbox.billing import Event, Invoice
from connectors.sandbox.calendar import GROUP_CURRENCY, month_of
from connectors.sandbox.cash import Receipt
from connectors.sandbox.changes import ChangeOrder
from connectors.sandbox.commercial import Project, to_group
from connectors.sandbox.faults.case import Case
from connectors.sandbox.faults.layers import Layers
from connectors.sandbox.people import Worker
from connectors.sandbox.revenue import Earning
from connectors.sandbox.severity import severity
from connectors.sandbox.time import Entry
from connectors.sandbox.truth import Truth, hold
from connectors.sandbox.world import World

T = TypeVar("T")
JUNE = date(2026, 6, 1)
LATE_JUNE = (date(2026, 6, 8), date(2026, 6, 26))


class Scene:
    """Hands out healthy things to spoil, each only once, so that faults do not meet."""

    def __init__(self, world: World, as_of: datetime) -> None:
        self.world = world
        self.as_of = as_of
        self.cases: list[Case] = []
        self.layers = Layers(world.book)
        self.stale: dict[tuple[str, str], timedelta] = {}
        self.row = ""
        self.fault = ""
        self.kind = "fault"
        # Projects that finance closed for posting: nothing else is seen of them.
        self.shut: set[Project] = set()
        self._taken: set[object] = set()
        self._numbers: dict[str, int] = {}
        self._spots: dict[str, Decimal] = {}

    @property
    def truth(self) -> list[Truth]:
        return [case.truth for case in self.cases]

    def advance(self, to: datetime) -> None:
        """What is at risk is translated anew every day (domain.md 0.4)."""
        self.as_of = to
        self._spots.clear()
        for case in self.cases:
            case.restate()

    def to_group(self, amount: Decimal, currency: str) -> Decimal:
        """In the group's currency, at the rate of the day on which the firm is looked at."""
        return self.in_group([(amount, currency)])

    def in_group(self, parts: list[tuple[Decimal, str]]) -> Decimal:
        """Amounts in several currencies as one in the group's, rounded once (domain.md 0.4)."""
        total = sum((amount * self._spot(currency) for amount, currency in parts), Decimal(0))
        return hold(total)

    def _spot(self, currency: str) -> Decimal:
        """The last rate that the ERP had by then, of at most five days before."""
        if currency not in self._spots:
            self._spots[currency] = self._quoted(currency)
        return self._spots[currency]

    def _quoted(self, currency: str) -> Decimal:
        if currency == GROUP_CURRENCY:
            return Decimal(1)
        for days in range(6):
            day = self.as_of.date() - timedelta(days=days)
            own = f"{currency}{GROUP_CURRENCY}-spot-{day:%Y%m%d}"
            if row := self.world.book.row(("erp", "fx_rate", own), self.as_of):
                return row["rate"]
        raise LookupError(f"no rate of {currency} by {self.as_of}")

    def count(self, default: int) -> int:
        """The default firm's count, scaled to this one."""
        return self.world.shape.scaled(default)

    def pick(
        self,
        things: Iterable[T],
        count: int,
        names: Callable[[T], object] = lambda thing: thing,
    ) -> list[T]:
        """Up to `count` things that no other fault has; chosen by chance, then taken.

        Of what has a price few are large and the others small, as in any morning's list.
        """
        free = [one for one in things if names(one) not in self._taken]
        chosen: list[T] = []
        mixed = self.world.chance.order(free, "pick", self.fault, len(self.cases))
        for one in _few_large(mixed, count // 3):
            if len(chosen) == count:
                break
            if names(one) not in self._taken:
                self._taken.add(names(one))
                chosen.append(one)
        return chosen

    def take(self, *things: object) -> None:
        self._taken.update(things)

    def is_free(self, thing: object) -> bool:
        return thing not in self._taken

    def case(
        self,
        control: str,
        cause: str,
        root: str,
        at: datetime,
        *,
        grace: timedelta = timedelta(0),
        measure: str = "revenue_at_risk",
        co: tuple[str, ...] = (),
        fix: str = "",
        is_estimated: bool = False,
    ) -> Case:
        """A new record of truth, opened when the fault enters the firm."""
        self._numbers[self.fault] = number = self._numbers.get(self.fault, 0) + 1
        truth = Truth(
            fault_id=f"{self.fault}.{number:03}",
            row=self.row,
            kind=self.kind,
            control_code=control,
            root_cause=cause,
            root_entity=root,
            group_key=f"{control}/{cause}/{root}",
            injected_at=at,
            first_detectable_at=at + grace,
            expected_measure=measure,
            co_detections=list(co),
            is_estimated=is_estimated,
            fix_action=fix,
            expected_severity=severity(control, Decimal(0), self.as_of),
        )
        found = Case(self, truth)
        self.cases.append(found)
        return found

    # Healthy things that faults like to spoil.

    def of(self, facet: str) -> Callable[[Project], object]:
        """Take only one side of a project: its plans, its setup, its revenue."""
        return lambda project: (facet, project)

    def recent(self, start: date = LATE_JUNE[0], end: date = LATE_JUNE[1]) -> list[Entry]:
        """Posted splits of June, not yet invoiced at the close, whose project is untouched.

        People at a role's standard rate are kept for the faults of that rate.
        """
        return [
            one
            for one in self.world.entries
            if start <= one.day <= end
            and one.posted_at
            and one not in self._taken
            and one.project not in self._taken
            and one.worker not in self._taken
            and not one.worker.by_role_standard
        ]

    def projects(self, *methods: str) -> list[Project]:
        return [
            one
            for one in self.world.live
            if (not methods or one.method in methods)
            and one not in self.shut
            and month_of(one.starts_on) <= date(2026, 4, 1)
        ]

    def staff(self) -> list[Worker]:
        """People in delivery who stay, and lead nobody."""
        leads = {one.manager for one in self.world.projects}
        managers = {one.manager for one in self.world.workers}
        return [
            one
            for one in self.world.workers
            if one.delivers
            and one.last_day is None
            and one.hired_on < self.world.shape.starts_on
            and one not in leads
            and one not in managers
        ]


def _few_large(things: list[T], few: int) -> list[T]:
    """The `few` largest first, then the smallest third as it comes, then upwards."""
    worths = sorted(_worth(one) for one in things)
    if not worths or not worths[-1]:
        return things
    small = worths[len(worths) // 3]
    large = sorted(things, key=_worth, reverse=True)[:few]
    rest = [one for one in things if one not in large]
    return large + sorted(rest, key=lambda one: max(small, _worth(one)))


def _worth(thing: object) -> Decimal:
    """What hangs on a thing, in the group's currency; nothing of what has no price of its own."""
    match thing:
        case Receipt():
            return _worth(thing.invoice)
        case Invoice():
            return to_group(thing.net, thing.currency)
        case Event() | Earning():
            return to_group(thing.amount, thing.project.currency)
        case ChangeOrder():
            return to_group(thing.delta, thing.project.currency)
        case Project():
            return to_group(thing.value_by_month.get(JUNE, Decimal(0)), thing.currency)
    return Decimal(0)


def utc(day: date, hour: int = 12, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), UTC)
