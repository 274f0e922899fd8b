"""Plans that do not meet their budget, and flows that lose, bend or delay (ST06, ST07, C.10)."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from connectors.sandbox.faults.hours import open_from
from connectors.sandbox.faults.scene import Scene, utc
from connectors.sandbox.natives import native
from connectors.sandbox.systems.projects import plan_name, planned_hours

JUNE = date(2026, 6, 1)
AUGUST = date(2026, 8, 1)


def budget_mismatch(scene: Scene) -> None:
    """The approved budget covers half of what is worked and booked."""
    free = [one for one in scene.projects() if JUNE in one.hours_by_month]
    largest = sorted(free, key=lambda one: (-one.hours_by_month[JUNE], one.no))
    enough = [one for one in largest if one.hours_by_month[JUNE] >= 160] or largest[:1]
    worked = _worked_in_june(scene)
    for project in scene.pick(enough, scene.count(6), scene.of("plan")):
        key, at = f"psa:{native('psa', 'project', project.code)}", utc(date(2026, 6, 2))
        case = scene.case(
            "ST06", "budget_too_small", key, at, grace=timedelta(days=1),
            measure="exposure_only", fix="revise the budget, or the bookings",
        )  # fmt: skip
        for system in ("erp", "psa"):
            own = native(system, "budget_line", plan_name(project, JUNE))
            row = scene.world.book.row((system, "budget_line", own)) or {}
            less = {
                name: (row[name] * Decimal("0.5")).quantize(Decimal("0.01"))
                for name in ("hours", "cost", "revenue")
            }
            case.amend(system, "budget_line", own, at, **less, status="revised")
        over = worked[native("psa", "project", project.code)] - less["hours"]
        # Too many hours cost money on a fixed price; else the customer may refuse to pay for them.
        worth = less["revenue" if project.by_time else "cost"]
        case.subject(key, over * worth / less["hours"], project.currency)


def _worked_in_june(scene: Scene) -> dict[str, Decimal]:
    """What is written down by now, by project; what was taken back is not."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in scene.world.book.rows("psa", "time_entry", scene.as_of):
        taken_back = row["status"] in ("rejected", "recalled", "corrected")
        if row["work_date"].replace(day=1) == JUNE and not taken_back:
            found[row["project"]] += row["hours"]
    return found


def assignment_not_synced(scene: Scene) -> None:
    """Booked in the PSA, unknown to the ERP's forecast."""
    running = [
        one
        for one in scene.world.assignments
        if one.ends_on > date(2026, 7, 31)
        and scene.is_free(one)
        and one.project not in scene.shut
        and scene.is_free(one.worker)
    ]
    for assignment in scene.pick(running, scene.count(15)):
        name = f"{assignment.no:04}"
        key = f"psa:{native('psa', 'assignment', name)}"
        case = scene.case(
            "ST07", "never_emitted", key, assignment.confirmed_at, grace=timedelta(hours=4),
            measure="exposure_only", fix="replay the booking",
        )  # fmt: skip
        case.remove("erp", "assignment", native("erp", "assignment", name))
        case.remove("middleware", "integration_message", scene.world.message_of[key])
        case.child("IN05", key)
        since = open_from(scene, assignment.project.entity)
        hours = planned_hours(assignment, since, assignment.ends_on)
        case.subject(key, hours * assignment.worker.cost_rate, assignment.worker.entity.currency)


def schema_drift(scene: Scene) -> None:
    """Payloads of a version that nobody registered are set aside."""
    for place, field in enumerate(("work_pattern", "grade_code")[: max(1, scene.count(2))]):
        at = utc(date(2026, 6, 23), 8 + place)
        name = f"M-worker_sync-drift-{place + 1}"
        case = scene.case(
            "IN04", "schema_not_registered", f"middleware:worker_sync/1.{place + 1}", at,
            measure="none", fix=f"register {field}, then replay what was set aside",
        )  # fmt: skip
        case.create(
            "middleware", "integration_message", name, at, message_id=name, source="hcm",
            target="psa", flow="worker_sync", type="worker.sync", subject_kind="worker",
            subject_key=f"hcm:{native('hcm', 'worker', f'W-{place + 1:04}')}",
            idempotency_key=f"hcm|worker|drift|{place}|upsert", emitted_at=at,
            received_at=at + timedelta(seconds=2), attempts=1, outcome="quarantined",
            error_class="data_quality", error_code=f"unknown_field:{field}",
            schema_version=f"1.{place + 1}",
        )  # fmt: skip
        case.child("IN01", f"middleware:{name}")
        case.subject(f"middleware:worker_sync/1.{place + 1}")
        case.bound("IN04", f"middleware:worker_sync/1.{place + 1}", "high")


def event_gap(scene: Scene) -> None:
    """A booking was confirmed, and no event of it was ever seen."""
    booked = [
        one
        for one in scene.world.assignments
        if scene.is_free(one) and one.project not in scene.shut and scene.is_free(one.worker)
    ]
    for assignment in scene.pick(booked, scene.count(4)):
        key = f"psa:{native('psa', 'assignment', f'{assignment.no:04}')}"
        case = scene.case(
            "IN05", "event_missing", key, assignment.confirmed_at, grace=timedelta(hours=4),
            measure="none", fix="send again from the source",
        )  # fmt: skip
        case.remove("middleware", "integration_message", scene.world.message_of[key])
        case.subject(key)


def feed_stale(scene: Scene) -> None:
    """Nothing was heard of one feed for six hours."""
    system, kind = "psa", "resource_request"
    scene.stale[system, kind] = timedelta(hours=6)
    case = scene.case(
        "IN03", "feed_stale", system, scene.as_of - timedelta(hours=6),
        grace=timedelta(hours=1), measure="none", fix="restart the extract",
    )  # fmt: skip
    case.subject(f"{system}/{kind}")


def totals_differ(scene: Scene) -> None:
    """A batch went out with more than came in, and nothing was refused."""
    posted = [one for one in scene.world.entries if one.posted_at and one.day >= JUNE]
    before = date(2026, 6, 25)
    batches = sorted({one.batch for one in posted if one.posted_at.date() < before})
    for batch in scene.pick(batches, scene.count(2)):
        own = f"FR-{batch}"
        row = scene.world.book.row(("middleware", "flow_run", own)) or {}
        gap = Decimal("940.00")
        case = scene.case(
            "IN07", "totals_differ", f"middleware:{own}", row["ended_at"],
            grace=timedelta(hours=1), measure="misstatement", fix="locate it by the manifest",
        )  # fmt: skip
        case.add("middleware", "flow_run", own, amount_in=-gap, hours_in=-8)
        case.subject(f"middleware:{own}", gap, row["currency"])


def forecast_differs(scene: Scene) -> None:
    """Finance plans with an older forecast than delivery: the revision was never sent."""
    for project in scene.pick(scene.projects(), scene.count(4), scene.of("plan")):
        own = native("psa", "forecast_line", plan_name(project, AUGUST))
        row = scene.world.book.row(("psa", "forecast_line", own))
        if not row:
            continue
        more = max(Decimal(16_000), (row["revenue"] / 4).quantize(Decimal("0.01")))
        key, at = f"psa:{native('psa', 'project', project.code)}", utc(date(2026, 6, 19))
        case = scene.case(
            "IN08", "forecast_unsynced", key, at, grace=timedelta(hours=24),
            measure="exposure_only", fix="replay the forecast",
        )  # fmt: skip
        case.amend("psa", "forecast_line", own, at, revenue=row["revenue"] + more, version=2)
        case.subject(key)
        case.claim("IN08", "exposure_only", f"psa:{own}", more, project.currency, subject=key)
