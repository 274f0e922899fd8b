"""What customers paid: late by a little, and applied the next working day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import log

from connectors.sandbox.billing import Invoice
from connectors.sandbox.calendar import local, on_or_after, shift
from connectors.sandbox.shape import UNTIL
from connectors.sandbox.world import World


@dataclass(slots=True, eq=False)
class Receipt:
    """A payment of one invoice in full."""

    no: int
    invoice: Invoice
    value_on: date
    received_at: datetime
    applied_at: datetime

    @property
    def name(self) -> str:
        return f"{self.no:05}"


def receipts(world: World) -> list[Receipt]:
    """Payments until the end of the script; the delay is a gamma draw of mean eight days."""
    found: list[Receipt] = []
    for invoice in world.invoices:
        entity = invoice.project.entity
        first = world.chance.share("pays", invoice.no)
        second = world.chance.share("pays late", invoice.no)
        day = invoice.due_on + timedelta(days=round(-4 * log(first * second)))
        day = on_or_after(entity.calendar, day)
        if day <= UNTIL:
            applied = shift(entity.calendar, day, 1)
            found.append(
                Receipt(
                    no=len(found) + 1,
                    invoice=invoice,
                    value_on=day,
                    received_at=local(entity.zone, day, 9 * 60),
                    applied_at=local(entity.zone, applied, 10 * 60),
                )
            )
    return found
