"""What a reader may not see never leaves the database; what is counted stays the same."""

import re
from decimal import Decimal

import pytest

from opsboard.exceptions.ledger import ledger_by, totals
from opsboard.exceptions.models import Group
from tests.cast import DE, NOW, UK, cause, hanging, item, person

pytestmark = pytest.mark.usefixtures("world")
# Numbers that no id, count or date of these tests could be.
VALUE, COST, MISSTATED, BILL = 73_519, 41_387, 29_633, 88_771


@pytest.fixture
def secret(db):
    group = cause(
        value_at_risk=VALUE,
        revenue_at_risk=VALUE,
        cost_at_risk=COST,
        misstatement=MISSTATED,
        workflow="staffing",
        children=1,
    )
    item(
        group,
        VALUE,
        cost_at_risk=COST,
        misstatement=MISSTATED,
        evidence={"psa_hours": 8, "erp_hours": 0, "psa_bill_value": f"{BILL}.00"},
    )
    return group


def digits(body):
    return re.sub(r"(?<=\d)[\xa0,  ](?=\d)", "", body)


def pages(group):
    return [
        "/",
        "/exceptions/",
        "/exceptions/?state=new",
        f"/exceptions/{group.pk}/",
        f"/exceptions/{group.pk}/?item={group.items.get().pk}",
        "/exceptions/export.csv",
    ]


@pytest.mark.parametrize(
    ("name", "seen", "hidden"),
    [
        ("helen", {VALUE, COST, MISSTATED, BILL}, set()),
        ("sofia", {VALUE, BILL}, {COST, MISSTATED}),
        ("aisha", {COST}, {VALUE, MISSTATED, BILL}),
        ("marek", set(), {VALUE, COST, MISSTATED, BILL}),
    ],
)
def test_no_page_holds_an_amount_of_a_class_the_reader_lacks(read, secret, name, seen, hidden):
    bodies = [digits(read(person(name), address)) for address in pages(secret)]
    fan = {"headers": {"hx-request": "true", "hx-target": f"fan-rows-{secret.pk}"}}
    bodies.append(digits(read(person(name), f"/exceptions/{secret.pk}/", **fan)))
    whole = " ".join(bodies)
    assert {amount for amount in (VALUE, COST, MISSTATED, BILL) if str(amount) in whole} == seen
    assert not [amount for amount in hidden if str(amount)[:4] in whole]


def test_counts_are_the_same_for_the_masked_reader(read, secret, helen, marek):
    hanging([10, 20])
    counts = [
        re.findall(r"<b>(\d+\xa0causes?)</b>, (\d+\xa0records?)", read(one))
        for one in (helen, marek)
    ]
    assert counts[0] == counts[1] == [("2\xa0causes", "3\xa0records")]


@pytest.mark.parametrize("query", ["order=money", "amount=value", "amount=cost"])
def test_a_masked_reader_can_neither_order_nor_choose_by_money(read, secret, marek, query):
    body = read(marek, f"/exceptions/?{query}", status=400)
    assert "You may not see these amounts" in body
    assert "largest first" not in read(marek)


def test_the_statement_itself_says_null(secret, marek):
    row = Group.objects.shown_to(marek).get()
    assert (row["value"], row["cost"], row["misstated"]) == (None, None, None)
    shown = secret.items.opened_to(marek).get()
    assert shown["shown"] == {"psa_hours": 8, "erp_hours": 0}
    assert {shown[name] for name in ("amount", "revenue", "cash", "cost", "misstated")} == {None}
    sums = totals(Group.objects.all(), marek)
    assert (sums.value, sums.cost, sums.misstated, sums.exposed, sums.rows_value) == (None,) * 5
    assert ledger_by("cause", Group.objects.all(), marek, NOW)[0]["value"] is None


def test_a_control_that_left_the_catalogue_shows_no_evidence(secret, helen):
    secret.items.update(control="XX99")
    assert secret.items.opened_to(helen).get()["shown"] == {}


def test_a_reader_of_another_entity_sees_nothing(read, secret, charlie):
    hanging([10], legal_entity=DE)
    assert "Nothing is open." in read(charlie)
    assert "This exception belongs to a legal entity" in read(
        charlie, f"/exceptions/{secret.pk}/", status=403
    )
    assert secret.title not in read(charlie, "/exceptions/export.csv")
    assert secret.title not in read(charlie, "/")
    assert "“NQ-UK” is not a choice" in read(charlie, f"/exceptions/?entity={UK}", status=400)


def test_hr_reads_its_work_and_what_it_was_given(aisha):
    theirs = cause(workflow="staffing")
    given = cause(workflow="billing", owner=aisha)
    teams = cause(workflow="billing", team=aisha.team)
    cause(workflow="billing")
    assert set(Group.objects.visible_to(aisha)) == {theirs, given, teams}


def test_nobody_without_a_role_sees_anything(helen):
    cause()
    helen.role = ""
    assert not Group.objects.visible_to(helen).exists()


def test_the_export_is_stamped_and_takes_no_formula(read, helen):
    for title in ("=1+1", "+cmd", "-2", "@here", "plain"):
        cause(title=title, value_at_risk=Decimal("1234.5"))
    lines = read(helen, "/exceptions/export.csv?owner=nobody").splitlines()
    assert "owned by nobody" in lines[0]
    assert lines[1] == '"As of 2026-07-02T10:00:00Z, for Helen Marsh"'
    assert lines[2] == "Amounts in USD"
    titles = [line.split(",")[1] for line in lines[5:]]
    assert titles == ["'=1+1", "'+cmd", "'-2", "'@here", "plain"]
    assert all(",1234.5000," in line for line in lines[5:])
