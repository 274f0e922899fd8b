"""Who works at the firm: hired, paid, moved and gone, before anything goes wrong."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from connectors.sandbox.calendar import ENTITIES, MID_RATES, Entity
from connectors.sandbox.chance import Chance
from connectors.sandbox.shape import UNTIL, Shape

# Bill rate of an hour on the US standard card, in USD.
ROLES = {
    "ANL": ("Analyst", Decimal(95)),
    "CON": ("Consultant", Decimal(130)),
    "SNR": ("Senior consultant", Decimal(165)),
    "MGR": ("Manager", Decimal(205)),
    "PRI": ("Principal", Decimal(250)),
    "PTR": ("Partner", Decimal(310)),
}
GRADES = ("CON", "SNR", "MGR", "ANL", "CON", "SNR", "PRI", "CON", "ANL", "SNR", "CON", "PTR")
LEADING = ("MGR", "PRI", "PTR")
PRACTICES = ("Strategy", "Data", "Cloud", "Finance")
SPREAD = ("NQ-US", "NQ-UK", "NQ-US", "NQ-DE", "NQ-US", "NQ-UK", "NQ-US", "NQ-DE", "NQ-UK", "NQ-US")
FIRST = (
    "Ines", "Ravi", "Mara", "Tomas", "Grace", "Felix", "Noor", "Celia", "Owen", "Hana", "Pavel",
    "Lucia", "Jonas", "Priya", "Samuel", "Elif", "Victor", "Amara", "Dylan", "Marta", "Karl",
    "Leila", "Hugo", "Ada", "Bruno", "Sofia", "Emil", "Yara", "Colin", "Freya", "Iris", "Mateo",
)  # fmt: skip
LAST = (
    "Ferreira", "Menon", "Lind", "Novak", "Adeyemi", "Brandt", "Rahman", "Moreau", "Pritchard",
    "Suzuki", "Orlov", "Romano", "Weber", "Nair", "Reid", "Kaya", "Dunn", "Okoye", "Frost",
    "Silva", "Jensen", "Haddad", "Martin", "Sterling", "Keller", "Byrne", "Costa", "Egger",
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Worker:
    """One employment. Somebody who comes back has a new number and the same `person_id`."""

    no: int
    name: str
    type: str
    entity: Entity
    grade: str
    practice: str
    delivers: bool
    hired_on: date
    cost_rate: Decimal
    last_day: date | None = None
    contract_end: date | None = None
    person: int = 0
    manager: "Worker | None" = None
    by_role_standard: bool = False
    zero_cost: bool = False
    returns: str = ""
    projects: dict[int, list[object]] = field(default_factory=dict)

    @property
    def number(self) -> str:
        return f"W-{self.no:04}"

    @property
    def cost_center(self) -> str:
        unit = PRACTICES.index(self.practice) + 1 if self.delivers else 8
        return f"{self.entity.code[3:]}-4{unit}00"

    @property
    def is_contractor(self) -> bool:
        return self.type == "contractor"

    @property
    def email(self) -> str:
        first, last = self.name.lower().split()
        return f"{first}.{last}.{self.no}@northquay.example"

    def employed_on(self, day: date) -> bool:
        return self.hired_on <= day and (self.last_day is None or day <= self.last_day)


def list_price(entity: Entity, grade: str, currency: str) -> Decimal:
    """The standard bill rate of an hour, in whole units of the currency."""
    usd = ROLES[grade][1] * entity.price_factor
    return (usd / MID_RATES.get(currency, Decimal(1))).quantize(Decimal(1))


def people(shape: Shape, chance: Chance) -> list[Worker]:
    """Everybody, delivery first; managers are set."""
    spread = [code for code in SPREAD if code in shape.entities]
    seen: dict[str, int] = {}
    workers = []
    for no in range(1, shape.workers + 1):
        entity = ENTITIES[spread[(no - 1) % len(spread)]]
        place = seen[entity.code] = seen.get(entity.code, -1) + 1
        workers.append(_worker(no, entity, place, shape, chance))
    _let_come_and_go([one for one in workers if one.delivers], shape, chance)
    _set_managers(workers)
    return workers


def _worker(no: int, entity: Entity, place: int, shape: Shape, chance: Chance) -> Worker:
    delivers = no <= shape.delivery
    contractor = delivers and _every(no, shape.contractors, shape.delivery)
    grade = GRADES[place % len(GRADES)]
    if contractor and grade in LEADING:
        grade = "SNR"
    bill = list_price(entity, grade, entity.currency)
    percent = 42 + chance.below(17, "cost", no)
    years = 1 + chance.below(9, "tenure", no)
    return Worker(
        no=no,
        name=f"{FIRST[no % len(FIRST)]} {LAST[(no * 11 + no // 32) % len(LAST)]}",
        type="contractor" if contractor else "employee",
        entity=entity,
        grade=grade,
        practice=PRACTICES[place % len(PRACTICES)],
        delivers=delivers,
        hired_on=shape.starts_on - timedelta(days=365 * years + chance.below(300, "day", no)),
        cost_rate=(bill * percent / 100).quantize(Decimal("0.01")),
        contract_end=date(2026, 12, 31) if contractor else None,
        person=no,
        by_role_standard=contractor and no % 25 < 9,
    )


def _every(no: int, some: int, of: int) -> bool:
    """True for `some` of the numbers 1 to `of`, evenly spread."""
    return no * some // of != (no - 1) * some // of


def _let_come_and_go(delivery: list[Worker], shape: Shape, chance: Chance) -> None:
    movable = [one for one in delivery if one.type == "employee" and one.grade not in LEADING]
    movable = chance.order(movable, "movers")
    leavers = movable[: shape.leavers]
    hires = movable[shape.leavers : shape.leavers + shape.hires]
    span = (UNTIL - shape.starts_on).days - 30
    for place, one in enumerate(leavers):
        day = shape.starts_on + timedelta(days=12 + span * place // len(leavers))
        one.last_day = day + timedelta(days=4 - day.weekday())
    for place, one in enumerate(hires):
        day = shape.starts_on + timedelta(days=16 + span * place // len(hires))
        one.hired_on = day - timedelta(days=day.weekday())
    _let_return(leavers, hires, shape.returns)
    interns = movable[shape.leavers + shape.hires :]
    for one in [one for one in interns if one.grade == "ANL"][: max(1, shape.delivery // 80)]:
        one.type, one.zero_cost, one.cost_rate = "intern", True, Decimal(0)


def _let_return(leavers: list[Worker], hires: list[Worker], count: int) -> None:
    """Some who left come back under a new number; a third of them moved to another entity."""
    moving = -(-count // 3)
    for gone in leavers[:count]:
        move = moving > 0
        back = next(
            (one for one in hires if not one.returns and (one.entity is not gone.entity) == move),
            None,
        )
        if back is None or gone.last_day is None:
            continue
        moving -= move
        back.person, back.name = gone.person, gone.name
        gone.returns = back.returns = "transfer" if move else "rehire"
        # A transfer is coded as an exit on Friday and a hire on Monday.
        weeks = 0 if move else 9
        back.hired_on = gone.last_day + timedelta(days=3 + 7 * weeks)


def _set_managers(workers: list[Worker]) -> None:
    for entity in {one.entity.code for one in workers}:
        inside = [one for one in workers if one.entity.code == entity]
        leaders = [one for one in inside if one.delivers and one.grade in LEADING]
        for place, one in enumerate(inside):
            one.manager = leaders[place % len(leaders)]
        # Nobody approves what is their own.
        for one in leaders:
            if one.manager is one:
                one.manager = leaders[(leaders.index(one) + 1) % len(leaders)]
