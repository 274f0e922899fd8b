"""Projects that are missing, incomplete, stale or different from system to system (C.1)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from connectors.sandbox.commercial import Project
from connectors.sandbox.delivery import TASKS
from connectors.sandbox.faults.case import Case
from connectors.sandbox.faults.ripples import refuse
from connectors.sandbox.faults.scene import Scene, utc
from connectors.sandbox.faults.setup_ripples import claim_unbilled, leave, lie_there, wait
from connectors.sandbox.faults.time import RETRIES
from connectors.sandbox.natives import entity_id, native

SINCE = date(2026, 6, 8)
ENVELOPE = ("source_id", "source_version", "source_updated_at", "source_updated_by")


def project_not_postable(scene: Scene) -> None:
    """Finance closed a running project for posting; its time piles up in front of it."""
    waiting: dict[Project, int] = {}
    for entry in scene.recent():
        waiting[entry.project] = waiting.get(entry.project, 0) + 1
    if not waiting:
        return
    wanted = scene.count(140)
    project = min(waiting, key=lambda one: (abs(waiting[one] - wanted), one.no))
    scene.take(project)
    scene.shut.add(project)
    own = native("erp", "project", project.code)
    case = scene.case(
        "PS02", "project_not_postable", f"erp:{own}", utc(SINCE, 7),
        fix="release the project in the ERP, then replay",
    )  # fmt: skip
    last = SINCE - timedelta(days=1)
    case.amend("erp", "project", own, utc(SINCE, 7), postable_to=last, financial_status="approved")
    key = f"psa:{native('psa', 'project', project.code)}"
    case.subject(key)
    for entry in scene.world.entries:
        if entry.project is project and entry.day >= SINCE:
            (wait if scene.is_free(entry) else lie_there)(case, entry, key)
    for expense in scene.world.expenses:
        if expense.project is project and expense.day >= SINCE:
            leave(case, expense, key)


def project_missing(scene: Scene) -> None:
    """Sold and set up for delivery; finance has never heard of it."""
    for place, base in enumerate(scene.pick(_sold(scene), scene.count(2), scene.of("base"))):
        at = utc(date(2026, 6, 16), 9)
        case = scene.case(
            "PS02", "project_missing", f"psa:{_new_code('psa', 7, place)}", at,
            grace=timedelta(days=1), fix="replay the provisioning",
        )  # fmt: skip
        new_project(case, base, 7, place, ("crm", "psa"), at, status="approved")
        case.subject(f"psa:{_new_code('psa', 7, place)}")


def _sold(scene: Scene) -> list[Project]:
    """What a further project may be modelled on: nothing that lacks or misstates something."""
    sold = scene.projects("time_materials")
    return [one for one in sold if scene.is_free(scene.of("setup")(one))]


def _new_code(system: str, series: int, place: int) -> str:
    return native(system, "project", f"NQ-P-{series}{place + 1:03}")


def new_project(
    case: Case,
    base: Project,
    series: int,
    place: int,
    systems: Iterable[str],
    at: datetime,
    **fields: Any,
) -> None:
    """A further project for the same customer, told by some systems, with tasks and links."""
    book = case.book
    number = series * 1000 + place + 1
    for step, system in enumerate(systems):
        own = _new_code(system, series, place)
        row = dict(book.row((system, "project", native(system, "project", base.code))) or {})
        for name in ENVELOPE:
            row.pop(name, None)
        row |= {
            "code": f"NQ-P-{number}", "enterprise_project_id": f"EP-{number:05}",
            "name": f"{base.name} {series}.{place + 1}", "phase_no": str(series),
            "starts_on": date(2026, 8, 3), "ends_on": date(2026, 12, 18),
            "postable_from": date(2026, 8, 3), "financial_status": "approved",
        }  # fmt: skip
        case.create(system, "project", own, at + timedelta(hours=step), **row | fields)
        case.create(
            "middleware", "id_xref", f"X-{system}-{own}", at + timedelta(hours=step),
            of_kind="project", of_system=system, of_id=own, canonical=f"NQ-P-{number}",
            valid_from=at.date(), valid_to=None, confirmed_by="middleware", status="confirmed",
        )  # fmt: skip
        if system != "crm":
            _tasks(case, system, own, number, base, at + timedelta(hours=step))


def _tasks(case: Case, system: str, project: str, number: int, base: Project, at: datetime) -> None:
    for task, (name, billable) in TASKS.items():
        case.create(
            system, "wbs_task", native(system, "task", f"{number}-{task}"), at,
            legal_entity=entity_id(system, base.entity.code), project=project,
            task_no=f"NQ-P-{number}.{task}", name=name, level=1, chargeable=True,
            billable=billable, status="released",
        )  # fmt: skip


def setup_incomplete(scene: Scene) -> None:
    """Running without what the next step needs: an approver, a tax profile, a manager."""
    gaps = (("psa", "approver"), ("erp", "tax_profile"), ("psa", "project_manager"))
    for place, project in enumerate(
        scene.pick(scene.projects(), scene.count(6), scene.of("setup"))
    ):
        system, name = gaps[place % 3]
        at = utc(date(2026, 6, 3))
        key = f"{system}:{native(system, 'project', project.code)}"
        case = scene.case(
            "PS03", "setup_incomplete", key, at, grace=timedelta(days=2),
            co=("PS06",) if name == "tax_profile" else (), fix=f"complete {name}",
        )  # fmt: skip
        own = native(system, "project", project.code)
        case.amend(system, "project", own, at, **{name: ""})
        case.subject(f"psa:{native('psa', 'project', project.code)}")
        if name == "tax_profile":
            claim_unbilled(case, project, (at + timedelta(days=32)).date())


EARLIEST = timedelta(hours=2)


def project_stale(scene: Scene) -> None:
    """Done for delivery and still open in finance; or active with no sign of life."""
    done = [one for one in scene.world.external if one.status == "completed"]
    for project in scene.pick(done, scene.count(5)):
        at = utc(date(2026, 4, 8), 9)
        case = scene.case(
            "PS05", "open_in_one_system", f"erp:{native('erp', 'project', project.code)}", at,
            grace=timedelta(days=30), fix="close the project in the ERP",
        )  # fmt: skip
        # All systems close it at ten on the entity's clock, in Munich at eight of this one.
        case.truncate("erp", "project", native("erp", "project", project.code), at - EARLIEST)
        case.subject(f"psa:{native('psa', 'project', project.code)}")
    for place, base in enumerate(scene.pick(_sold(scene), scene.count(3), scene.of("base"))):
        at = utc(date(2026, 5, 11), 9)
        at = max(at, scene.world.founded + timedelta(days=8))
        case = scene.case(
            "PS05", "no_activity", f"psa:{_new_code('psa', 8, place)}", at,
            grace=timedelta(days=21), fix="update the status, or close",
        )  # fmt: skip
        new_project(
            case, base, 8, place, ("crm", "psa", "erp"), at, status="active",
            financial_status="active", starts_on=at.date(), postable_from=at.date(),
        )  # fmt: skip
        case.subject(f"psa:{_new_code('psa', 8, place)}")


def attribute_mismatch(scene: Scene) -> None:
    """Finance holds another end, or another way of billing, than the owner says."""
    changes = ({"ends_on": date(2026, 8, 31)}, {"billing_method": "milestone"})
    for place, project in enumerate(
        scene.pick(scene.projects(), scene.count(5), scene.of("setup"))
    ):
        at = utc(date(2026, 6, 5))
        case = scene.case(
            "PS06", "copy_differs", f"erp:{native('erp', 'project', project.code)}", at,
            grace=timedelta(hours=4), measure="misstatement", fix="publish the owner's value",
        )  # fmt: skip
        change = changes[place % 2]
        if change.get("billing_method") == project.method:
            change = {"billing_method": "fixed_price"}
        case.amend("erp", "project", native("erp", "project", project.code), at, **change)
        case.subject(f"psa:{native('psa', 'project', project.code)}")


def wbs_mismatch(scene: Scene) -> None:
    """A task that delivery keeps open is closed in finance."""
    for project in scene.pick(scene.projects(), scene.count(4), scene.of("setup")):
        task, at = f"{project.no:04}-2", utc(date(2026, 7, 1), 8)
        own = native("erp", "task", task)
        case = scene.case(
            "PS10", "task_closed", f"erp:{own}", at, grace=timedelta(days=1),
            fix="open the task in the ERP",
        )  # fmt: skip
        case.amend("erp", "wbs_task", own, at, status="closed")
        case.subject(f"psa:{native('psa', 'task', task)}")


def contract_value_differs(scene: Scene) -> None:
    """Revenue is planned on another price than was signed."""
    # Where revenue is progress times price, another price would show in revenue too.
    fixed = [one for one in scene.projects() if not one.by_time and one.method != "fixed_price"]
    for project in scene.pick(fixed, scene.count(4), scene.of("revenue")):
        assert project.contract
        own = native("erp", "revenue_schedule", f"{project.no:04}")
        row = scene.world.book.row(("erp", "revenue_schedule", own)) or {}
        gap = (row["allocated_price"] / 20).quantize(Decimal("0.01"))
        key = f"crm:{native('crm', 'contract', project.contract.number)}"
        case = scene.case(
            "PS07", "copy_differs", key, utc(date(2026, 6, 4)), grace=timedelta(days=1),
            measure="misstatement", fix="publish the change, or correct the arrangement",
        )  # fmt: skip
        case.amend(
            "erp", "revenue_schedule", own, utc(date(2026, 6, 4)),
            allocated_price=row["allocated_price"] - gap,
        )  # fmt: skip
        case.subject(key, gap, project.currency)


def change_not_propagated(scene: Scene) -> None:
    """A change order that finance never received."""
    free = [one for one in scene.world.changes if scene.is_free(one)]
    calm = [
        one
        for one in free
        if one.project.method != "fixed_price" and scene.is_free(("revenue", one.project))
    ]
    fixed = [one for one in calm if not one.project.by_time]
    for change in scene.pick(fixed or calm, scene.count(3)):
        key = f"crm:{native('crm', 'change_order', change.name)}"
        case = scene.case(
            "PS08", "message_dead_lettered", key, change.approved_at, grace=timedelta(days=2),
            co=("PS07",), fix="replay to finance",
        )  # fmt: skip
        # Neither the approval nor what revenue decided of it the day after came through.
        own = native("crm", "change_order", change.name)
        for at in (change.approved_at, change.approved_at + timedelta(hours=22)):
            refuse(case, key, "timeout", "retryable", at + RETRIES, "dead_lettered",
                   f"M-change_order_sync-{own}-{int(at.timestamp())}")  # fmt: skip
        case.remove("erp", "change_order", native("erp", "change_order", change.name))
        extension = native("erp", "billing_schedule", f"C{change.name}")
        if case.book.history(("erp", "billing_schedule", extension)):
            case.remove("erp", "billing_schedule", extension)
            plan = native("erp", "revenue_schedule", f"{change.project.no:04}")
            case.add("erp", "revenue_schedule", plan, allocated_price=-change.delta)
        case.subject(key, change.delta, change.project.currency)
