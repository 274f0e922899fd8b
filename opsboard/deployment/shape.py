"""What `opsboard.toml` may say: its nouns, their defaults, and what to write for each."""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct, field

from opsboard.deployment.durations import Age, Interval, Working
from opsboard.people.roles import Role
from opsboard.workflows import Workflow

SYSTEM_ROLES = (
    "crm",
    "psa",
    "hcm",
    "erp",
    "payroll",
    "procurement",
    "identity",
    "middleware",
)
Severity = Literal["critical", "high", "medium", "low"]
SystemRole = Literal[SYSTEM_ROLES]
ReaderRole = Literal[tuple(role.value for role in Role)]
Text = Annotated[str, Meta(min_length=1, description="a text in quotes")]
NAME = r"^[a-z][a-z0-9_-]{0,49}$"
NAME_WORDS = "a short name of small letters, digits, - and _, such as erp"
CODE = r"^[A-Z]{2}\d{2}$"
Name = Annotated[str, Meta(pattern=NAME, description=NAME_WORDS)]
Currency = Annotated[
    str, Meta(pattern="^[A-Z]{3}$", description='a currency\'s three capital letters: "GBP"')
]
# Every month has fifteen working days, whatever its holidays.
CloseDay = Annotated[
    int, Meta(ge=1, le=15, description="a working day of the month, 1 to 15, such as 5")
]
# What an ownership rule may ask for, in the order in which its reason tells it.
CONDITIONS = (
    "control",
    "workflow",
    "cause",
    "error_class",
    "legal_entity",
    "practice",
    "client",
    "project_manager",
    "amount",
)
Codes = tuple[Annotated[str, Meta(pattern=CODE, description='codes such as ["TP01"]')], ...]

Rows = Annotated[
    dict[str, tuple[str, ...]],
    Meta(description='a table of lists, such as { scope = ["standard"] }'),
]


class Shape(Struct, frozen=True, kw_only=True):
    """One table of the file."""


class Firm(Shape):
    """`close_day` is the working day of the following month on which the books close."""

    name: Text
    group_currency: Currency
    zone: ZoneInfo
    close_day: CloseDay = 5


class Thresholds(Shape):
    """Where medium, high and critical begin, in group currency (domain.md 0.6)."""

    t1: Decimal = Decimal(5_000)
    t2: Decimal = Decimal(25_000)
    t3: Decimal = Decimal(100_000)


class Sla(Shape):
    """How long people have, by severity (domain.md 0.7); `close` is in the close window."""

    acknowledge: Working
    resolve: Working
    close: Working


class Calendar(Shape):
    """Working hours in `zone`, less the public holidays of the country or its subdivision.

    `legal_entities` are those whose processes run on it; none given, those in its zone.
    """

    zone: ZoneInfo
    country: Annotated[
        str, Meta(pattern="^([A-Z]{2})?$", description='a country\'s two letters: "GB"')
    ] = ""
    subdivision: str = ""
    legal_entities: tuple[str, ...] = ()
    opens: time = time(9)
    closes: time = time(18)

    @property
    def day_minutes(self) -> int:
        """How long one business day is."""
        return _minutes(self.closes) - _minutes(self.opens)


class Team(Shape):
    """`lead` is a user name: who may hand the team's work on, hears when it is late, and takes
    what nobody takes."""

    name: Text
    does: str = ""
    calendar: Name = "default"
    lead: str = ""


class OwnerRule(Shape):
    """Who owns what fits every condition given; the first rule that fits wins.

    `amount` is at least so much at risk, in group currency. The owner is the person, else the one
    of the team whom `pick` finds, else nobody yet: then it waits in the team's queue.
    """

    team: Name
    person: str = ""
    pick: Literal["", "least_loaded"] = ""
    control: Codes = ()
    workflow: tuple[Workflow, ...] = ()
    cause: tuple[str, ...] = ()
    legal_entity: tuple[str, ...] = ()
    error_class: tuple[Literal["retryable", "business_rule", "data_quality"], ...] = ()
    practice: tuple[Text, ...] = ()
    client: tuple[Text, ...] = ()
    project_manager: tuple[Text, ...] = ()
    amount: Decimal = Decimal(0)

    @property
    def conditions(self) -> dict[str, Any]:
        """The conditions given, by what they speak of; empty fits everything."""
        return {name: wanted for name in CONDITIONS if (wanted := getattr(self, name))}


class OwnershipRule(Shape):
    """Whose word counts for some fields of a kind, or for all of them (domain.md A.3).

    `rows` narrows it to records whose field has one of the values. What is not written about
    subscribers stands as in domain.md A.6.
    """

    kind: Text
    owner: Literal[(*SYSTEM_ROLES, "shared")]
    fields: tuple[Text, ...] = ()
    rows: Rows = field(default_factory=dict)
    subscribers: tuple[SystemRole, ...] | None = None
    conflict: Literal["owner_wins", "newest_version_wins", "manual"] = "owner_wins"


class AlertRule(Shape):
    """What a role is mailed: from which severity at once, and when the rest, in local time."""

    role: ReaderRole
    instant: Literal["critical", "high", "medium", "low", "none"] = "high"
    digest: time = time(7, 30)
    workflows: tuple[Workflow, ...] = ()
    quiet: tuple[time, time] | None = None


class Retention(Shape):
    raw_pages: Age = Age(timedelta(days=90))
    spans: Age = Age(timedelta(days=30))
    refused: Age = Age(timedelta(days=400))


class Evidence(Shape):
    """Files that people put on record: where they lie (left out, in the state folder), and how
    large one may be."""

    folder: str = ""
    most_mb: Annotated[
        int, Meta(ge=1, le=200, description="a number of megabytes from 1 to 200")
    ] = 20


class ControlSettings(Shape):
    """What a firm says of one control. Without a `status`, its file's stands.

    `effective_from` and `approved_by` are kept with the version that the change makes.
    """

    parameters: dict[str, Any] = field(default_factory=dict)
    status: Literal["draft", "shadow", "live", "retired"] | None = None
    effective_from: date | None = None
    approved_by: str = ""


class ControlFolder(Shape):
    """A firm's own controls, in a folder beside the file."""

    folder: str = ""


class StreamSettings(Shape):
    """What sync takes from a stream's table; the rest of the table is the connector's."""

    interval: Interval | None = None
    enabled: bool = True


class Connection(Shape):
    """One configured source. `settings` is its whole table, secrets still as references;
    `publishes` are the kinds that it reads, none when it is disabled."""

    connector: Name
    system: Name
    role: SystemRole
    title: Text
    enabled: bool = True
    streams: dict[str, StreamSettings] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    publishes: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"<Connection {self.connector} of {self.system}>"


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
