"""How large a firm is built: the knobs of the synthetic firm."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

SNAPSHOTS = {
    "pre-close": datetime(2026, 6, 26, 10, tzinfo=UTC),
    "close": datetime(2026, 7, 2, 10, tzinfo=UTC),
    "post-close": datetime(2026, 7, 9, 10, tzinfo=UTC),
}
# The firm's script ends here; advancing further moves the clock, but nothing happens any more.
UNTIL = date(2026, 7, 10)


@dataclass(frozen=True, slots=True)
class Shape:
    """Counts of one size. `starts_on` is a Monday; work is simulated from it on."""

    delivery: int
    contractors: int
    other: int
    projects: int
    parties: int
    contracts: int
    opportunities: int
    change_orders: int
    hires: int
    leavers: int
    returns: int
    entities: tuple[str, ...] = ("NQ-US", "NQ-UK", "NQ-DE")
    starts_on: date = date(2025, 12, 29)

    @property
    def workers(self) -> int:
        return self.delivery + self.other

    def scaled(self, count: int) -> int:
        """A count given for the default firm, for this one; never less than one."""
        return max(1, round(count * self.workers / DEFAULT.workers))


DEFAULT = Shape(
    delivery=330,
    contractors=50,
    other=70,
    projects=120,
    parties=70,
    contracts=96,
    opportunities=260,
    change_orders=31,
    hires=24,
    leavers=21,
    returns=6,
)
TINY = Shape(
    delivery=10,
    contractors=2,
    other=2,
    projects=6,
    parties=4,
    contracts=4,
    opportunities=6,
    change_orders=1,
    hires=1,
    leavers=1,
    returns=0,
    entities=("NQ-US", "NQ-UK"),
    starts_on=date(2026, 6, 1),
)


def shape_of(size: "str | int | Shape") -> Shape:
    """`tiny`, `default`, `large`, or a number of workers."""
    if isinstance(size, Shape):
        return size
    named = {"tiny": TINY, "default": DEFAULT, "large": sized(2000)}
    return named[size] if size in named else sized(int(size))


def sized(workers: int, starts_on: date = DEFAULT.starts_on) -> Shape:
    """The default firm's proportions for another head count, of at least 24 people."""
    share = max(24, workers) / DEFAULT.workers
    counts = {
        name: max(1, round(getattr(DEFAULT, name) * share))
        for name in Shape.__dataclass_fields__
        if name not in ("entities", "starts_on")
    }
    counts["projects"] = max(12, counts["projects"])
    counts["contracts"] = min(counts["contracts"], counts["projects"] - 4)
    return Shape(**counts, starts_on=starts_on)
