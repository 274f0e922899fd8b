"""Messages that came twice, late or empty, and were treated rightly."""

from datetime import timedelta
from typing import Any

from connectors.sandbox.faults.masters import ENVELOPE
from connectors.sandbox.faults.scene import Scene
from connectors.sandbox.time import Entry

KIND = ("middleware", "integration_message")


def _posted(scene: Scene, count: int) -> list[Entry]:
    carried = [one for one in scene.world.entries if one.posted_at and scene.is_free(one)]
    return scene.world.chance.order(carried, scene.fault)[:count]


def _message(scene: Scene, entry: Entry) -> dict[str, Any]:
    own = scene.world.message_of[f"psa:TE-{entry.name}"]
    row = dict(scene.world.book.row((*KIND, own)) or {})
    return {name: value for name, value in row.items() if name not in ENVELOPE}


def duplicate_ignored(scene: Scene) -> None:
    """Delivered twice, applied once."""
    for entry in _posted(scene, scene.count(900)):
        row = _message(scene, entry)
        name, at = f"{row['message_id']}-DUP", row["applied_at"] + timedelta(minutes=3)
        case = scene.case("IN06", "none", f"middleware:{name}", at)
        row |= {
            "message_id": name, "received_at": at, "applied_at": None, "target_ref": "",
            "outcome": "duplicate_ignored",
        }  # fmt: skip
        case.create(*KIND, name, at, **row)
        case.subject(f"middleware:{name}")


def superseded(scene: Scene) -> None:
    """An older version arrived after the newer one, and was set aside."""
    for entry in _posted(scene, scene.count(60)):
        row = _message(scene, entry)
        name, at = f"{row['message_id']}-OLD", row["applied_at"] + timedelta(minutes=9)
        case = scene.case("MD10", "none", f"middleware:{name}", at)
        older = row["subject_version"] - 60_000_000
        row |= {
            "message_id": name, "subject_version": older, "received_at": at, "applied_at": None,
            "emitted_at": row["emitted_at"] - timedelta(minutes=1), "target_ref": "",
            "idempotency_key": f"psa|time_entry|TE-{entry.name}|{older}|upsert",
            "outcome": "superseded",
        }  # fmt: skip
        case.create(*KIND, name, at, **row)
        case.subject(f"middleware:{name}")


def zero_rows(scene: Scene) -> None:
    """Files without rows on quiet Sundays."""
    case = scene.case("IN03", "none", "forecast_sync", scene.world.founded)
    for own in scene.world.book.pages["middleware", "flow_run"]:
        if own.startswith("FR-FS-"):
            case.subject(f"middleware:{own}")
