"""What was sold, to whom, and on which terms: customers, contracts, projects, change orders."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from connectors.sandbox.calendar import ENTITIES, MID_RATES, Entity
from connectors.sandbox.chance import Chance
from connectors.sandbox.people import LEADING, SPREAD, Worker
from connectors.sandbox.shape import Shape

HEADS = (
    "Penhallow", "Calder", "Brightwell", "Kestrel", "Lindholm", "Tessin", "Harrow", "Ostrander",
    "Marlowe", "Quillan", "Redfern", "Sorrel", "Tamarack", "Ulverston", "Varga", "Wexcombe",
    "Yarrow", "Zeller", "Ashdown", "Birchall", "Corran", "Dunmore", "Eastlake", "Fenwick",
)  # fmt: skip
TAILS = ("Water", "Rail", "Insurance", "Logistics", "Bank", "Pharma", "Energy", "Retail", "Media")
FORMS = {"US": "Inc.", "GB": "plc", "IE": "Ltd", "SE": "AB", "DE": "AG", "AT": "GmbH", "CH": "SA"}
COUNTRIES = {
    "NQ-US": ("US",),
    "NQ-UK": ("GB", "GB", "GB", "IE", "GB", "SE"),
    "NQ-DE": ("DE", "DE", "CH", "DE", "AT"),
}
WORK = (
    "Metering programme", "Asset register", "Signalling review", "Depot rollout", "Claims core",
    "Actuarial model", "Warehouse control", "Route planning", "Payments hub", "Risk reporting",
    "Trial logistics", "Ledger migration", "Data platform", "Cloud landing zone",
)  # fmt: skip
# 48 of every 96 contracts: 23 time and materials, 7 capped, 15 fixed, 3 retained. Second phases
# are all time and materials.
METHODS = (
    ["time_materials", "tm_capped", "milestone", "retainer"]
    + ["time_materials", "fixed_price", "time_materials", "milestone"] * 6
    + ["time_materials", "tm_capped"] * 6
    + ["time_materials", "milestone", "time_materials", "time_materials"]
    + ["fixed_price", "managed_service", "time_materials", "retainer"]
)
# Days to pay, in turn, so that the large customers have no others than the small.
TERMS = (30, 45, 30, 60)
TAXES = {
    ("NQ-US", "US"): "US-OOS",
    ("NQ-UK", "GB"): "GB-STD",
    ("NQ-UK", "IE"): "GB-RC",
    ("NQ-UK", "SE"): "GB-RC",
    ("NQ-DE", "DE"): "DE-STD",
    ("NQ-DE", "AT"): "DE-RC",
    ("NQ-DE", "CH"): "DE-OOS",
}


@dataclass(slots=True, eq=False)
class Party:
    no: int
    name: str
    country: str
    entity: Entity
    tax_code: str
    terms: int
    po_required: bool
    parent: "Party | None" = None

    @property
    def code(self) -> str:
        return f"C-{self.no:04}"

    @property
    def currency(self) -> str:
        return "CHF" if self.country == "CH" else self.entity.currency

    @property
    def tax_id(self) -> str:
        return f"{self.country}{310_000_000 + self.no * 7_919}"


@dataclass(slots=True, eq=False)
class Contract:
    """`value` and `cap` are known once the work that they cover has been simulated."""

    no: int
    party: Party
    method: str
    signed_on: date
    starts_on: date
    ends_on: date
    quarterly: bool = False
    value: Decimal = Decimal(0)
    cap: Decimal | None = None

    @property
    def number(self) -> str:
        return f"SOW-{self.no:04}"


@dataclass(slots=True, eq=False)
class Project:
    """An engagement. `quarters` are those in which people are booked on it."""

    no: int
    name: str
    entity: Entity
    contract: Contract | None
    phase: int
    manager: Worker
    starts_on: date
    ends_on: date
    quarters: tuple[int, ...]
    status: str = "active"
    weight: float = 1.0
    value_by_month: dict[date, Decimal] = field(default_factory=dict)
    hours_by_month: dict[date, Decimal] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return f"NQ-P-{self.no:04}"

    @property
    def is_internal(self) -> bool:
        return self.contract is None

    @property
    def method(self) -> str:
        return self.contract.method if self.contract else "non_billable"

    @property
    def currency(self) -> str:
        return self.contract.party.currency if self.contract else self.entity.currency

    @property
    def by_time(self) -> bool:
        """Its hours are what is billed."""
        return self.method in ("time_materials", "tm_capped")

    @property
    def cost_center(self) -> str:
        return f"{self.entity.code[3:]}-4{8 if self.is_internal else 1 + self.no % 4}00"


def parties(shape: Shape, chance: Chance) -> list[Party]:
    """Customers; a tenth of them are subsidiaries with names much like their parent's."""
    spread = [code for code in SPREAD if code in shape.entities]
    found: list[Party] = []
    children = shape.parties // 10
    for no in range(1, shape.parties + 1):
        parent = found[(no * 3) % 5] if no > shape.parties - children and no > 5 else None
        entity = parent.entity if parent else ENTITIES[spread[(no - 1) % len(spread)]]
        country = parent.country if parent else chance.pick(COUNTRIES[entity.code], "land", no)
        stem = f"{HEADS[no % len(HEADS)]} {TAILS[(no + no // len(HEADS)) % len(TAILS)]}"
        name = parent.name.rsplit(" ", 1)[0] + f" Services {no}" if parent else stem
        found.append(
            Party(
                no=no,
                name=f"{name} {FORMS[country]}",
                country=country,
                entity=entity,
                tax_code=TAXES[entity.code, country],
                terms=TERMS[no % len(TERMS)],
                po_required=chance.below(4, "po", no) == 0,
                parent=parent,
            )
        )
    return found


def projects(
    shape: Shape, chance: Chance, customers: list[Party], workers: list[Worker]
) -> list[Project]:
    """Internal projects first, one or more for each entity; then what customers bought."""
    internal = max(len(shape.entities), round(shape.projects / 30))
    leaders = [one for one in workers if one.delivers and one.grade in LEADING]
    found = [_internal(no, shape, leaders) for no in range(1, internal + 1)]
    contracts: list[Contract] = []
    for place in range(shape.projects - internal):
        if place < shape.contracts:
            contracts.append(_contract(place, shape, chance, customers))
            contract, phase = contracts[-1], 1
        else:
            by_time = [one for one in contracts if one.method == "time_materials"]
            contract, phase = by_time[(place - shape.contracts) * 2 % len(by_time)], 2
        found.append(_project(internal + place + 1, contract, phase, shape, chance, leaders))
    return found


def _internal(no: int, shape: Shape, leaders: list[Worker]) -> Project:
    entity = ENTITIES[shape.entities[(no - 1) % len(shape.entities)]]
    manager = next(one for one in leaders if one.entity is entity)
    name = f"Internal {entity.code[3:]}" + (" development" if no > len(shape.entities) else "")
    return Project(
        no, name, entity, None, 1, manager, date(2025, 1, 1), date(2026, 12, 31), quarters=(1, 2)
    )


def _contract(place: int, shape: Shape, chance: Chance, customers: list[Party]) -> Contract:
    spread = [code for code in SPREAD if code in shape.entities]
    code = spread[place % len(spread)]
    own = [one for one in customers if one.entity.code == code]
    # A fifth of the customers bring about two thirds of the work.
    party = own[int(len(own) * chance.share("customer", place) ** 2.4)]
    starts = shape.starts_on - timedelta(days=30 + chance.below(120, "start", place))
    method = METHODS[place % len(METHODS)]
    return Contract(
        no=place + 1,
        party=party,
        method=method,
        signed_on=starts - timedelta(days=10 + chance.below(20, "signed", place)),
        starts_on=starts,
        ends_on=date(2026, 10, 31) + timedelta(days=30 * chance.below(6, "end", place)),
        quarterly=method == "time_materials" and place % 26 == 4,
    )


def _project(
    no: int,
    contract: Contract,
    phase: int,
    shape: Shape,
    chance: Chance,
    leaders: list[Worker],
) -> Project:
    own = [one for one in leaders if one.entity is contract.party.entity]
    quarters: tuple[int, ...] = (2,) if phase == 2 else (1, 2)
    status, ends = "active", contract.ends_on
    if phase == 1 and no % 13 == 5 and contract.method == "time_materials":
        quarters, status, ends = (1,), "completed", date(2026, 3, 31)
    elif phase == 1 and no % 9 == 3 and contract.method == "time_materials":
        quarters, status = (1,), "on_hold"
    # Completed and held work needs a first quarter that is simulated.
    if shape.starts_on >= date(2026, 4, 1):
        quarters, status, ends = (2,), "active", contract.ends_on
    return Project(
        no=no,
        name=f"{contract.party.name.split()[0]} {WORK[contract.no % len(WORK)]}"
        + (" phase 2" if phase == 2 else ""),
        entity=contract.party.entity,
        contract=contract,
        phase=phase,
        manager=own[(no * 7) % len(own)],
        starts_on=date(2026, 4, 1) if phase == 2 else contract.starts_on,
        ends_on=ends,
        quarters=quarters,
        status=status,
        weight=2.718 ** (0.9 * chance.normal("size", no)),
    )


def to_group(amount: Decimal, currency: str) -> Decimal:
    """At the mid rate, for sizing only; what is at risk is translated at the rate of the day."""
    return amount * MID_RATES.get(currency, Decimal(1))
