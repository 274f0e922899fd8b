"""Who and what the small firm consists of: the same every time, whatever the day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

CURRENCIES = {"NQ-UK": "GBP", "NQ-US": "USD"}
SPOT = {"GBP": Decimal("1.2630"), "EUR": Decimal("1.0840")}
GRADES = {"Consultant": (118, 52), "Senior": (155, 71), "Lead": (192, 88), "Partner": (240, 119)}
NAMES = [
    "Ines Ferreira", "Ravi Menon", "Mara Lind", "Tomas Novak", "Grace Adeyemi", "Felix Brandt",
    "Noor Rahman", "Celia Moreau", "Owen Pritchard", "Hana Suzuki", "Pavel Orlov", "Lucia Romano",
    "Jonas Weber", "Priya Nair", "Samuel Reid", "Elif Kaya", "Victor Dunn", "Amara Okoye",
    "Dylan Frost", "Marta Silva", "Karl Jensen", "Leila Haddad", "Hugo Martin", "Ada Sterling",
]  # fmt: skip
CUSTOMERS = [
    ("C-100", "Penhallow Water", "NQ-UK", ""),
    ("C-101", "Calder & Wye Rail", "NQ-UK", "GB 402 118 337"),
    ("C-102", "Brightwell Insurance", "NQ-US", "US 81-2240913"),
    ("C-103", "Kestrel Logistics", "NQ-US", "US 47-5518820"),
    ("C-104", "Lindholm Bank", "NQ-UK", "SE 556 880-1204"),
    ("C-105", "Tessin Pharma", "NQ-US", "CHE-310.448.926"),
]
WORK = [
    "Metering programme", "Asset register", "Signalling review", "Depot rollout", "Claims core",
    "Actuarial model", "Warehouse control", "Route planning", "Payments hub", "Risk reporting",
    "Trial logistics", "Phase 2",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    number: str
    name: str
    entity: str
    grade: str
    contractor: bool

    @property
    def bill_rate(self) -> Decimal:
        return Decimal(GRADES[self.grade][0])

    @property
    def cost_rate(self) -> Decimal:
        return Decimal(GRADES[self.grade][1])


@dataclass(frozen=True, slots=True)
class Engagement:
    code: str
    name: str
    entity: str
    customer: str
    manager: str

    @property
    def currency(self) -> str:
        return CURRENCIES[self.entity]


PEOPLE = [
    Person(
        number=f"W-{20401 + place}",
        name=name,
        entity="NQ-UK" if place % 2 == 0 else "NQ-US",
        grade=list(GRADES)[place % 7 % 4],
        contractor=place % 6 == 5,
    )
    for place, name in enumerate(NAMES)
]
ENGAGEMENTS = [
    Engagement(
        code=f"NQ-P-{840 + place}",
        name=name,
        entity=CUSTOMERS[place // 2][2],
        customer=CUSTOMERS[place // 2][0],
        manager=PEOPLE[(place * 5) % len(PEOPLE)].number,
    )
    for place, name in enumerate(WORK)
]
# What is wrong with the firm, as its own people do not know it yet.
WITHOUT_RATE = {"W-20406", "W-20418"}
MISSING_IN_ERP = {"NQ-P-851"}
ON_CREDIT_HOLD = {"C-102"}


def team_of(engagement: Engagement) -> list[Person]:
    """Six people of the same entity, who stay with the engagement."""
    place = ENGAGEMENTS.index(engagement)
    peers = [person for person in PEOPLE if person.entity == engagement.entity]
    return [peers[(place * 2 + step) % len(peers)] for step in range(6)]


def engagements_of(person: Person) -> list[Engagement]:
    return [one for one in ENGAGEMENTS if person in team_of(one)]


def month_start(day: date, months: int = 0) -> date:
    """The first day of the month that lies so many months after `day`'s."""
    total = day.year * 12 + day.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)
