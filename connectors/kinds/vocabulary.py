"""The codes that the systems must agree on, and which system means what by them."""

from typing import ClassVar, Literal

from connectors.kinds.base import (
    Code,
    Day,
    Instant,
    Level,
    Record,
    ref,
)

UtilizationClass = Literal[
    "billable",
    "productive_nonbillable",
    "strategic",
    "training",
    "bench",
    "internal_admin",
    "leave",
    "excluded",
]


class UtilizationCategory(Record, kw_only=True):
    """What one system's local code says of time (A.1 7). Governed by finance and PMO.

    `counts_in` names the figures in whose numerator such time counts.
    """

    kind: ClassVar = "utilization_category"
    unique_by: ClassVar = ("used_by", "local_code", "valid_from")
    system_of_record: ClassVar = ("middleware",)

    code: UtilizationClass
    used_by: str
    local_code: str
    counts_in: tuple[str, ...] = ()
    valid_from: Day
    valid_to: Day | None = None
    status: Literal["proposed", "approved", "retired"] = "approved"


class Role(Record, kw_only=True):
    """A role that people are booked and priced in (A.1 8). HCM; PSA maps its delivery roles."""

    kind: ClassVar = "role"
    natural_key: ClassVar = ("code",)
    unique_by: ClassVar = ("code",)
    system_of_record: ClassVar = ("hcm",)

    code: Code
    name: str
    grade: str = ""
    discipline: str = ""
    default_billable: bool = True
    status: Literal["active", "retired"] = "active"


class Skill(Record, kw_only=True):
    """Something a person can be good at (A.1 9). HCM."""

    kind: ClassVar = "skill"
    natural_key: ClassVar = ("code",)
    unique_by: ClassVar = ("code",)
    system_of_record: ClassVar = ("hcm",)

    code: Code
    name: str
    status: Literal["active", "retired"] = "active"


class WorkerSkill(Record, kw_only=True):
    """How good a worker is at a skill (A.1 9). HCM."""

    kind: ClassVar = "worker_skill"
    unique_by: ClassVar = ("worker", "skill")
    system_of_record: ClassVar = ("hcm",)

    worker: ref("worker")
    skill: ref("skill")
    level: Level = 1
    assessed_at: Instant | None = None
    status: Literal["active", "retired"] = "active"


class CodeMapping(Record, kw_only=True):
    """What a code of one system is called by all (A.1 10). Middleware or governance.

    `used_by` is the system whose local code it is.
    """

    kind: ClassVar = "code_mapping"
    unique_by: ClassVar = ("domain", "used_by", "local_code", "valid_from")
    system_of_record: ClassVar = ("middleware",)

    domain: Literal[
        "role", "tax", "cost_center", "utilization", "expense_type", "status", "project_type"
    ]
    used_by: str
    local_code: str
    canonical_code: str
    valid_from: Day
    valid_to: Day | None = None
    approved_by: str = ""
    status: Literal["proposed", "approved", "retired"] = "approved"


class IdXref(Record, kw_only=True):
    """The middleware's word that a native id stands for one of its own canonical ids (A.1 11).

    Native ids that share `of_kind` and `canonical` are copies of one thing: confirmed rows link,
    proposed ones are only suggestions. `of_system` is the system's slug as in record keys.
    """

    kind: ClassVar = "id_xref"
    unique_by: ClassVar = ("of_kind", "of_system", "of_id", "valid_from")
    system_of_record: ClassVar = ("middleware",)

    of_kind: str
    of_system: str
    of_id: Code
    canonical: Code
    valid_from: Day | None = None
    valid_to: Day | None = None
    confirmed_by: str = ""
    status: Literal["proposed", "confirmed", "merged_into", "retired"] = "confirmed"
