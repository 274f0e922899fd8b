"""Until when work is billed where a customer agreed on more than a month (domain.md B.2)."""

from datetime import date, timedelta

from connectors.sandbox.calendar import month_end
from connectors.sandbox.commercial import Project
from connectors.sandbox.natives import entity_id, native
from connectors.sandbox.world import World

QUARTERS = (date(2026, 3, 1), date(2026, 6, 1), date(2026, 9, 1))
LAGS = {"erp": timedelta(0), "psa": timedelta(minutes=30)}


def tell(world: World) -> None:
    for project in world.external:
        if project.by_time and project.contract and project.contract.quarterly:
            for sequence, month in enumerate(QUARTERS, 1):
                if month_end(month) >= project.starts_on:
                    _line(world, project, sequence, month)


def _line(world: World, project: Project, sequence: int, month: date) -> None:
    """A line of the billing plan without an amount: the day up to which work is billed."""
    contract = project.contract
    assert contract
    invoice = next(
        (one for one in world.invoices if one.project is project and one.month == month), None
    )
    for system, lag in LAGS.items():
        own = native(system, "billing_schedule", f"Q{project.no:04}-{sequence}")
        world.say(
            system, "billing_schedule", own, world.founded + lag,
            legal_entity=entity_id(system, project.entity.code),
            contract=native(system, "contract", contract.number),
            project=native(system, "project", project.code), line_no=3, sequence=sequence,
            rule="date", planned_on=month_end(month), amount=None, currency=project.currency,
            tax_code=contract.party.tax_code, status="planned",
        )  # fmt: skip
        if invoice:
            world.say(system, "billing_schedule", own, invoice.issued_at + lag, status="billed")
