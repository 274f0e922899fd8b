"""The whole world of the tests: a few named people, two teams, and what may be wrong."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest

from opsboard.controls.catalogue import MEASURES
from opsboard.exceptions.models import Atom, ExceptionItem, Exposure, Group, History, State
from opsboard.people.models import Person, Team

# A Thursday in a working week: 11:00 in London.
NOW = datetime(2026, 7, 2, 10, 0, tzinfo=UTC)
PASSWORD = "a long enough password"
UK, DE = "NQ-UK", "NQ-DE"
PEOPLE = {
    "helen": ("Helen", "Marsh", "controller", "finance", []),
    "sofia": ("Sofia", "Lindqvist", "billing", "finance", []),
    "aisha": ("Aisha", "Bello", "hr_ops", "integration", []),
    "marek": ("Marek", "Nowak", "integration", "integration", []),
    # Works for a company of the group where nothing is wrong, and must see nothing.
    "charlie": ("Charlie", "Brandt", "controller", "finance", ["NQ-FR"]),
}
CONFIG = """
[firm]
name = "Northquay"
group_currency = "USD"
zone = "Europe/London"
[team.finance]
name = "Finance"
[team.integration]
name = "Integration"
[[owner]]
team = "finance"
"""
_number = count(1)


def teams() -> dict[str, Team]:
    made = {"finance": "Finance", "integration": "Integration"}
    return {
        slug: Team.objects.get_or_create(slug=slug, defaults={"name": name})[0]
        for slug, name in made.items()
    }


def person(name: str, **more) -> Person:
    """One of the cast, by first name; the same one when asked twice."""
    first, last, role, team, entities = PEOPLE[name]
    given = {
        "first_name": first,
        "last_name": last,
        "role": role,
        "team": teams()[team],
        "entities": entities,
        "zone": "Europe/London",
        "email": f"{name}@example.com",
    }
    return Person.objects.get_or_create(username=name, defaults=given | more)[0]


def cause(**more) -> Group:
    """An unsettled group without children; amounts as given, all else plausible."""
    number = next(_number)
    given = {
        "key": f"time_to_posting|cost_rate_missing|worker:{number}",
        "workflow": "time_to_posting",
        "control": "TP01",
        "cause": "cost_rate_missing",
        "root_entity": f"worker:{number}",
        "title": f"Person {number} has no cost rate",
        "legal_entity": UK,
        "error_class": "data_quality",
        "severity": 2,
        "team": teams()["finance"],
        "detected_at": NOW - timedelta(days=1),
        "acknowledge_by": NOW + timedelta(days=1),
        "due_at": NOW + timedelta(days=2),
        "children": 1,
    }
    return Group.objects.create(**given | more)


def item(group: Group, value: Decimal | int = 0, *, atom: str = "", **more) -> ExceptionItem:
    """A child of the group with its claim on one atom, in group and transaction currency."""
    number = next(_number)
    subject = f"psa:TE-{number}"
    given = {
        "control": group.control,
        "subject": subject,
        "group": group,
        "title": f"8.00 h of entry {number} are approved and not posted",
        "workflow": group.workflow,
        "group_key": group.key,
        "group_control": group.control,
        "group_workflow": group.workflow,
        "cause": group.cause,
        "legal_entity": group.legal_entity,
        "look_at": NOW - timedelta(days=1),
        "detected_at": NOW - timedelta(days=1),
        "found_by_run": 1,
        "currency": "USD",
        "revenue_at_risk": value,
        "amount_at_risk": value,
        "value_at_risk": value,
        "evidence": {"psa_hours": 8, "erp_hours": 0, "psa_bill_value": str(value)},
    }
    made = ExceptionItem.objects.create(**given | more)
    if made.state != State.RESOLVED:
        for measure in MEASURES:
            amount = getattr(made, measure)
            if amount:
                _claim(made, atom or subject, measure, amount)
    return made


def hanging(values: list[int], **more) -> Group:
    """A group with one child per value, its sums kept as the engine keeps them."""
    total = sum(values)
    group = cause(children=len(values), value_at_risk=total, revenue_at_risk=total, **more)
    for value in values:
        item(group, value)
    return group


def told(group: Group, verb: str, by: Person | None = None, **more) -> History:
    given = {"group": group, "at": NOW - timedelta(hours=1), "verb": verb, "by": by}
    return History.objects.create(**given | more)


def resolved(**more) -> Group:
    given = {"state": State.RESOLVED, "settled_at": NOW - timedelta(days=1)}
    return cause(**given | more)


def _claim(made: ExceptionItem, atom: str, measure: str, amount: Decimal | int) -> None:
    Exposure.objects.create(item=made, atom=atom, measure=measure, amount=amount)
    kept, _ = Atom.objects.get_or_create(
        atom=atom, defaults={"workflow": made.workflow, "legal_entity": made.legal_entity}
    )
    setattr(kept, measure, max(getattr(kept, measure), amount))
    kept.save()


@pytest.fixture
def helen(db):
    return person("helen")


@pytest.fixture
def sofia(db):
    return person("sofia")


@pytest.fixture
def aisha(db):
    return person("aisha")


@pytest.fixture
def marek(db):
    return person("marek")


@pytest.fixture
def charlie(db):
    return person("charlie")
