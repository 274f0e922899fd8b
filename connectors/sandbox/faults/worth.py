"""What work is worth by estimate, where no rate says so (domain.md 0.5 and C, reading guide)."""

from decimal import Decimal
from statistics import median_low

from connectors.sandbox.faults.scene import Scene
from connectors.sandbox.natives import native
from connectors.sandbox.people import Worker, list_price
from connectors.sandbox.systems.workforce import cost_rate_systems
from connectors.sandbox.time import Entry

APPROVED = ("approved", "posted", "billed")


def hourly_cost(scene: Scene, worker: Worker) -> Decimal:
    """The standard of the role in the entity, else the median of its people's own rates.

    In the currency of the worker's entity. Of an even number the lower of the two in the middle;
    a rate counts whatever its days, so that no gap moves the estimate of another.
    """
    alike = [
        one
        for one in scene.world.workers
        if one.delivers and one.entity is worker.entity and one.grade == worker.grade
    ]
    standard = [one.cost_rate for one in alike if one.by_role_standard]
    return standard[0] if standard else median_low(_own_rates(scene, alike))


def _own_rates(scene: Scene, people: list[Worker]) -> list[Decimal]:
    """Of those whose rate its owner knew by then."""
    known = []
    for one in people:
        system = cost_rate_systems(one)[0]
        own = native(system, "cost_rate", one.number)
        if scene.world.book.row((system, "cost_rate", own), scene.as_of):
            known.append(one.cost_rate)
    return known


def hourly_price(entry: Entry) -> Decimal:
    """What the standard card says of an hour of that grade, in the currency of the contract."""
    return list_price(entry.project.entity, entry.worker.grade, entry.project.currency)


def is_approved(scene: Scene, own: str) -> bool:
    """Whether the PSA holds the entry as approved when the firm is looked at."""
    row = scene.world.book.row(("psa", "time_entry", own), scene.as_of)
    return row is not None and row["status"] in APPROVED


def is_posted(scene: Scene, entry: Entry) -> bool:
    line = ("erp", "project_actual", f"PA-{entry.name}")
    return scene.world.book.row(line, scene.as_of) is not None
