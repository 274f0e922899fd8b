"""What each role may see and do (domain.md A.5, E.1, E.2), and which two may not meet (E.3)."""

from dataclasses import dataclass
from enum import StrEnum

from opsboard.workflows import WORKFLOWS

# What the owner of an exception does with it; asking for a decision is not taking it.
WORK = frozenset(
    {
        "acknowledge",
        "assign",
        "comment",
        "start",
        "wait",
        "claim",
        "snooze",
        "wake",
        "ask",
        "propose",
        "withdraw",
    }
)
# Handing on what somebody else owns, without being that queue's lead.
DISPATCH = frozenset({"dispatch"})
# Taking decisions: waivers and replays of the workflows in `approves`; false positives of the
# controls in `owns`; taking back what was settled.
DECIDE = frozenset({"approve", "confirm", "reopen"})
CONFIRM = frozenset({"confirm", "reopen"})
# Messages: asking that they be sent again, preparing that with its dry run, carrying it out.
REQUEST = frozenset({"request_replay"})
PREPARE = frozenset({"request_replay", "prepare_replay"})
EXECUTE = frozenset({"execute"})
# Saying that two records are one thing (domain.md E.2, confirm suggested match).
MATCH = frozenset({"match"})
OPERATE = frozenset({"pull", "replay", "reconcile"})
ADMINISTER = frozenset({"administer"})
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
    RESOURCE_MANAGER = "resource_manager"
    HR_OPS = "hr_ops"
    INTEGRATION = "integration"
    INTEGRATION_L2 = "integration_l2"
    EXECUTIVE = "executive"
    AUDITOR = "auditor"
    ADMIN = "admin"


NOTHING = frozenset[str]()
EVERY_WORKFLOW = None


@dataclass(frozen=True)
class Rights:
    """`sees`: sensitivity classes; `may`: acts; `works`: workflows whose exceptions it resolves;
    `rooms`: what stands in its masthead; `approves`: workflows whose smaller waivers it decides;
    `owns`: controls whose header names one of these as owner; `reads_others`: also sees what it
    does not work (domain.md E.2)."""

    title: str
    sees: frozenset[str]
    may: frozenset[str]
    works: frozenset[str] | None = None
    rooms: frozenset[str] = WORKING
    approves: frozenset[str] | None = NOTHING
    owns: frozenset[str] = NOTHING
    reads_others: bool = True

    def __post_init__(self) -> None:
        named = (self.works or NOTHING) | (self.approves or NOTHING)
        if unknown := named.difference(WORKFLOWS):
            raise ValueError(f"{self.title}: {', '.join(sorted(unknown))} are no workflows")


ROLES: dict[Role, Rights] = {
    Role.CONTROLLER: Rights(
        "controller",
        frozenset("LB"),
        WORK | DISPATCH | DECIDE | OPERATE | MATCH,
        EVERY_WORKFLOW,
        EVERY_ROOM,
        approves=EVERY_WORKFLOW,
    ),
    Role.BILLING: Rights(
        "billing specialist",
        frozenset("B"),
        WORK | CONFIRM | REQUEST | MATCH,
        frozenset({"billing", "receivables", "time_to_posting", "master_data"}),
        MATCHING,
        owns=frozenset({"finance_billing"}),
    ),
    Role.REVENUE: Rights(
        "revenue accountant",
        frozenset("LB"),
        WORK | DECIDE | REQUEST | MATCH,
        frozenset({"revenue"}),
        MATCHING,
        approves=frozenset({"revenue"}),
        owns=frozenset({"revenue_accounting"}),
    ),
    Role.PMO: Rights(
        "PMO lead",
        frozenset("B"),
        WORK | DISPATCH | DECIDE | MATCH,
        frozenset({"project_setup", "staffing", "time_to_posting"}),
        MATCHING,
        approves=frozenset({"project_setup", "staffing"}),
        owns=frozenset({"pmo"}),
    ),
    Role.PROJECT_MANAGER: Rights(
        "project manager",
        frozenset("B"),
        WORK - {"assign"},
        frozenset({"project_setup", "staffing", "time_to_posting"}),
        LOOKING,
        reads_others=False,
    ),
    # Of rates and balances it may see bill rates alone; until the classes tell the two apart it
    # sees neither.
    Role.RESOURCE_MANAGER: Rights(
        "resource manager",
        NOTHING,
        WORK,
        frozenset({"staffing"}),
        WORKING,
        reads_others=False,
    ),
    Role.HR_OPS: Rights(
        "HR operations",
        frozenset("PLI"),
        WORK | DECIDE | MATCH,
        frozenset({"worker_lifecycle", "staffing"}),
        MATCHING,
        approves=frozenset({"worker_lifecycle"}),
        owns=frozenset({"hr_operations"}),
        reads_others=False,
    ),
    # Support, first line: it may retry what moves no money by itself.
    Role.INTEGRATION: Rights(
        "integration support",
        NOTHING,
        WORK | DISPATCH | CONFIRM | PREPARE | OPERATE,
        frozenset({"integration", "time_to_posting", "staffing"}),
        EVERY_ROOM,
        owns=frozenset({"integration_support"}),
    ),
    # Second line: mappings, replays and compensations, once the business has approved them.
    Role.INTEGRATION_L2: Rights(
        "integration engineer",
        NOTHING,
        WORK | DISPATCH | CONFIRM | PREPARE | EXECUTE | OPERATE,
        frozenset({"integration", "time_to_posting", "staffing"}),
        EVERY_ROOM,
        owns=frozenset({"integration_support"}),
    ),
    # Decides what is too large for the controller alone.
    Role.EXECUTIVE: Rights(
        "executive", frozenset("B"), frozenset({"comment", "approve"}), NOTHING, LOOKING
    ),
    Role.AUDITOR: Rights("auditor", frozenset("LB"), NOTHING, NOTHING, EVERY_ROOM),
    Role.ADMIN: Rights("administrator", NOTHING, OPERATE | ADMINISTER, NOTHING, EVERY_ROOM),
}
# Two sorts of act that never meet in one person, by role or by delegation (E.3, rules 4, 5, 7).
KEPT_APART = [
    (ADMINISTER, WORK | DECIDE, "Whoever administers opsboard neither works nor approves in it."),
    (EXECUTE, frozenset({"approve"}), "Integration executes, the business approves: never one."),
]


def conflict(one: Role, other: Role) -> str:
    """Why two roles may not meet in one person, in a sentence; empty when they may."""
    if Role.AUDITOR in {one, other} and one != other:
        return "An auditor looks on and stands in for nobody."
    both = ROLES[one].may, ROLES[other].may
    for first, second, said in KEPT_APART:
        for here, there in (both, both[::-1]):
            if here & first and there & second:
                return said
    return ""
