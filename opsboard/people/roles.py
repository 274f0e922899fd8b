"""What each role may see and do (domain.md A.5, E.1, E.2)."""

from dataclasses import dataclass
from enum import StrEnum

from opsboard.workflows import WORKFLOWS

WORK = frozenset({"acknowledge", "assign", "comment", "claim"})
# Saying that two records are one thing (domain.md E.2, confirm suggested match).
MATCH = frozenset({"match"})
OPERATE = frozenset({"pull", "replay", "reconcile"})
# The rooms of the screen; a role sees only its own.
WORKING = frozenset({"today", "exceptions", "controls"})
LOOKING = frozenset({"today", "exceptions"})
MATCHING = WORKING | {"matches", "statements"}
EVERY_ROOM = MATCHING | {"systems"}


class Role(StrEnum):
    CONTROLLER = "controller"
    BILLING = "billing"
    REVENUE = "revenue"
    PMO = "pmo"
    PROJECT_MANAGER = "project_manager"
    HR_OPS = "hr_ops"
    INTEGRATION = "integration"
    EXECUTIVE = "executive"
    AUDITOR = "auditor"
    ADMIN = "admin"


@dataclass(frozen=True)
class Rights:
    """`sees`: sensitivity classes; `may`: acts; `works`: workflows whose exceptions it resolves;
    `rooms`: what stands in its masthead."""

    title: str
    sees: frozenset[str]
    may: frozenset[str]
    works: frozenset[str] | None = None
    rooms: frozenset[str] = WORKING

    def __post_init__(self) -> None:
        unknown = (self.works or frozenset()).difference(WORKFLOWS)
        if unknown:
            raise ValueError(f"{self.title}: {', '.join(sorted(unknown))} are no workflows")


EVERY_WORKFLOW = None
ROLES: dict[Role, Rights] = {
    Role.CONTROLLER: Rights(
        "controller", frozenset("LB"), WORK | OPERATE | MATCH, EVERY_WORKFLOW, EVERY_ROOM
    ),
    Role.BILLING: Rights(
        "billing specialist",
        frozenset("B"),
        WORK | MATCH,
        frozenset({"billing", "receivables", "time_to_posting", "master_data"}),
        MATCHING,
    ),
    Role.REVENUE: Rights(
        "revenue accountant", frozenset("LB"), WORK | MATCH, frozenset({"revenue"}), MATCHING
    ),
    Role.PMO: Rights(
        "PMO lead",
        frozenset("B"),
        WORK | MATCH,
        frozenset({"project_setup", "staffing", "time_to_posting"}),
        MATCHING,
    ),
    Role.PROJECT_MANAGER: Rights(
        "project manager",
        frozenset("B"),
        frozenset({"comment", "claim", "acknowledge"}),
        frozenset({"project_setup", "staffing", "time_to_posting"}),
        LOOKING,
    ),
    Role.HR_OPS: Rights(
        "HR operations",
        frozenset("PLI"),
        WORK | MATCH,
        frozenset({"worker_lifecycle", "staffing"}),
        MATCHING,
    ),
    Role.INTEGRATION: Rights(
        "integration support",
        frozenset(),
        WORK | OPERATE,
        frozenset({"integration", "time_to_posting", "staffing"}),
        EVERY_ROOM,
    ),
    Role.EXECUTIVE: Rights(
        "executive", frozenset("B"), frozenset({"comment"}), frozenset(), LOOKING
    ),
    Role.AUDITOR: Rights("auditor", frozenset("LB"), frozenset(), frozenset(), EVERY_ROOM),
    Role.ADMIN: Rights("administrator", frozenset(), OPERATE, frozenset(), EVERY_ROOM),
}
