"""Codes and identities: roles, skills, categories, mappings, and the cross-reference."""

from datetime import date, datetime

from connectors.sandbox.commercial import TAXES
from connectors.sandbox.expense import TYPES
from connectors.sandbox.natives import native
from connectors.sandbox.people import PRACTICES, ROLES
from connectors.sandbox.systems.projects import created_at
from connectors.sandbox.systems.workforce import hired_at, systems_of
from connectors.sandbox.world import World

# What each system calls a utilization category.
LOCAL = {
    "psa": {
        "billable": "BIL", "productive_nonbillable": "PNB", "strategic": "STR",
        "training": "TRN", "bench": "BEN", "internal_admin": "ADM", "leave": "LVE",
        "excluded": "EXC",
    },
    "erp": {
        "billable": "L100", "productive_nonbillable": "L150", "strategic": "L300",
        "training": "L310", "bench": "L400", "internal_admin": "L500", "leave": "L900",
        "excluded": "L990",
    },
    "payroll": {
        "billable": "WRK", "productive_nonbillable": "WRKN", "strategic": "DEV",
        "training": "EDU", "bench": "IDL", "internal_admin": "OVH", "leave": "ABS",
        "excluded": "XCL",
    },
}  # fmt: skip
SINCE = date(2025, 1, 1)
Xref = tuple[str, str, str, str, datetime]


def tell(world: World) -> None:
    _roles(world)
    _skills(world)
    for system, codes in LOCAL.items():
        for code, local_code in codes.items():
            counted = {"billable": ("billable", "productive")}.get(code, ())
            world.say(
                "middleware", "utilization_category", f"UC-{system}-{local_code}", world.founded,
                code=code, used_by=system, local_code=local_code, counts_in=counted,
                valid_from=SINCE, valid_to=None, status="approved",
            )  # fmt: skip
            _mapping(world, "utilization", system, local_code, code)
    for grade in ROLES:
        _mapping(world, "role", "psa", native("psa", "role", grade), grade)
    for tax in sorted(set(TAXES.values())):
        _mapping(world, "tax", "psa", tax, tax)
    for name, *_ in TYPES:
        _mapping(world, "expense_type", "psa", name, name)
    _identities(world)


def _roles(world: World) -> None:
    for grade, (name, _) in ROLES.items():
        for system in ("hcm", "psa", "erp", "crm"):
            world.say(
                system, "role", native(system, "role", grade), world.founded,
                code=grade, name=name, grade=grade, discipline="consulting",
                default_billable=True, status="active",
            )  # fmt: skip


def _skills(world: World) -> None:
    for practice in PRACTICES:
        code = practice.upper()[:4]
        for system in ("hcm", "psa"):
            world.say(
                system, "skill", f"SK-{code}", world.founded,
                code=code, name=practice, status="active",
            )  # fmt: skip
    for worker in world.workers:
        if worker.delivers:
            at = max(world.founded, hired_at(worker))
            code = worker.practice.upper()[:4]
            world.say(
                "hcm", "worker_skill", f"WS-{worker.number}-{code}", at,
                worker=native("hcm", "worker", worker.number), skill=f"SK-{code}",
                level=1 + worker.no % 5, assessed_at=at, status="active",
            )  # fmt: skip


def _mapping(world: World, domain: str, system: str, local_code: str, code: str) -> None:
    world.say(
        "middleware", "code_mapping", f"CM-{domain}-{system}-{local_code}", world.founded,
        domain=domain, used_by=system, local_code=local_code, canonical_code=code,
        valid_from=SINCE, valid_to=None, approved_by="governance", status="approved",
    )  # fmt: skip


def _identities(world: World) -> None:
    """The middleware links whatever it carried, the moment that the copy exists."""
    for worker in world.workers:
        at = max(world.founded, hired_at(worker))
        for system in ("hcm", *systems_of(worker)):
            link(
                world, "worker", system, native(system, "worker", worker.number), worker.number, at
            )
    everywhere = [("party", one.code) for one in world.parties]
    everywhere += [("contract", one.number) for one in world.contracts]
    for kind, code in everywhere:
        for system in ("crm", "psa", "erp"):
            link(world, kind, system, native(system, kind, code), code, world.founded)
    for project in world.projects:
        for system in ("crm", "psa", "erp") if project.contract else ("psa", "erp"):
            own = native(system, "project", project.code)
            link(world, "project", system, own, project.code, created_at(world, project))


def link(world: World, kind: str, system: str, own: str, canonical: str, at: datetime) -> None:
    world.say(
        "middleware", "id_xref", f"X-{system}-{own}", at,
        of_kind=kind, of_system=system, of_id=own, canonical=canonical, valid_from=SINCE,
        valid_to=None, confirmed_by="middleware", status="confirmed",
    )  # fmt: skip
