"""Who is in the world: Northquay GmbH, its customers, people and engagements. No clock, no chance.

Both sides are built from it, the PSA's export files and the ERP's tables, as one firm keys the
same people and projects into two systems. Rates are EUR per hour.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Customer:
    code: str
    name: str
    tax_id: str | None
    currency: str = "EUR"


@dataclass(frozen=True)
class Person:
    """`priced` is when the ERP's first cost price starts: long ago, on the Monday the
    history begins, two weeks after today, or never."""

    number: str
    name: str
    cost: str
    priced: str = "long_ago"
    supervisor: str = ""


@dataclass(frozen=True)
class Engagement:
    code: str
    name: str
    customer: str
    rate: str
    tasks: tuple[tuple[str, str], ...]
    interfaced: bool = True


CUSTOMERS = (
    Customer("C1001", "Hallermann Maschinenbau AG", "DE129273398"),
    Customer("C1002", "Vestborg Energi A/S", "DK13585628"),
    Customer("C1003", "Calder & Finch Ltd", "GB980780684"),
    Customer("C1004", "Lumen Retail SARL", "FR40303265045"),
    Customer("C1005", "Pioneer Freight Inc.", "US-94-3285106", "USD"),
    Customer("C1006", "Stadtwerke Ahlen", "DE136695976"),
    Customer("C1007", "Tessera Stiftung", None),
)

PEOPLE = (
    Person("E1001", "Mara Lind", "92.00"),
    Person("E1002", "Jonas Weber", "71.50", supervisor="E1001"),
    Person("E1003", "Aylin Kaya", "68.00", supervisor="E1001"),
    Person("E1004", "Piotr Zielinski", "63.25", supervisor="E1001"),
    Person("E1005", "Sofia Marchetti", "58.00", supervisor="E1002"),
    Person("E1006", "Emeka Obi", "61.75", supervisor="E1002"),
    Person("E1007", "Hanna Lehtinen", "74.00", supervisor="E1001"),
    Person("E1008", "Tomás Duarte", "55.00", supervisor="E1007"),
    Person("E1009", "Grace Whitfield", "66.40", supervisor="E1007"),
    Person("E1010", "Viktor Hallgren", "59.90", "soon", "E1007"),
    Person("E1011", "Nadia Rahmani", "57.00", "never", "E1007"),
    Person("E1012", "Luca Steiner", "52.00", "never", "E1002"),
    Person("E1013", "Ines Carvalho", "64.00", "first_monday", "E1001"),
)

ENGAGEMENTS = (
    Engagement(
        "NQ-2601",
        "Plant data platform",
        "C1001",
        "145.00",
        (("10", "Discovery"), ("20", "Build"), ("30", "Hypercare")),
    ),
    Engagement(
        "NQ-2602", "Grid forecasting", "C1002", "160.00", (("10", "Models"), ("20", "Roll-out"))
    ),
    Engagement(
        "NQ-2603", "Claims migration", "C1003", "138.00", (("10", "Analysis"), ("20", "Migration"))
    ),
    Engagement("NQ-2604", "Store planning", "C1004", "132.50", (("10", "Design"), ("20", "Pilot"))),
    Engagement(
        "NQ-2605", "Carrier portal", "C1005", "155.00", (("10", "Build"), ("20", "Support"))
    ),
    Engagement(
        "NQ-2606", "Meter roll-out office", "C1006", "120.00", (("10", "Office"), ("20", "Reports"))
    ),
    Engagement(
        "NQ-2607", "Grant administration", "C1007", "110.00", (("10", "Advice"), ("20", "Audit"))
    ),
    Engagement(
        "NQ-0001", "Internal: practice days", "", "0.00", (("10", "Practice"),), interfaced=False
    ),
)

# Who is booked where: the main engagement first, the second on every third day.
BOOKINGS = {
    "E1001": ("NQ-2601", "NQ-2602"),
    "E1002": ("NQ-2601", "NQ-2604"),
    "E1003": ("NQ-2602", "NQ-2605"),
    "E1004": ("NQ-2603", "NQ-2601"),
    "E1005": ("NQ-2604", "NQ-2607"),
    "E1006": ("NQ-2605", "NQ-2603"),
    "E1007": ("NQ-2606", "NQ-2602"),
    "E1008": ("NQ-2607", "NQ-2606"),
    "E1009": ("NQ-2603", "NQ-2605"),
    "E1010": ("NQ-2601", "NQ-2606"),
    "E1011": ("NQ-2602", "NQ-2604"),
    "E1012": ("NQ-2604", "NQ-2607"),
    "E1013": ("NQ-2606", "NQ-2601"),
}
