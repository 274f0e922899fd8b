"""Change orders: approved, priced, treated, and known downstream within the day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from connectors.sandbox.calendar import local, on_or_after
from connectors.sandbox.commercial import Project
from connectors.sandbox.world import World


@dataclass(slots=True, eq=False)
class ChangeOrder:
    """A change of scope. On fixed prices its value becomes a further line of the schedule."""

    no: int
    project: Project
    delta: Decimal
    approved_at: datetime
    effective_on: date

    @property
    def name(self) -> str:
        return f"{self.no:04}"


def change_orders(world: World) -> list[ChangeOrder]:
    fixed = [one for one in world.live if not one.by_time and one.method != "managed_service"]
    others = [one for one in world.live if one.by_time and one.phase == 1]
    chosen = [one for pair in zip(fixed, others, strict=False) for one in pair]
    span = max(1, (date(2026, 6, 10) - world.shape.starts_on).days - 10)
    found = []
    for no, project in enumerate(chosen[: world.shape.change_orders], 1):
        day = world.shape.starts_on + timedelta(days=7 + span * no // world.shape.change_orders)
        day = on_or_after(project.entity.calendar, day)
        found.append(
            ChangeOrder(
                no=no,
                project=project,
                delta=Decimal(4000 + 1000 * world.chance.below(20, "delta", no)),
                approved_at=local(project.entity.zone, day, 11 * 60),
                effective_on=day,
            )
        )
    return found
