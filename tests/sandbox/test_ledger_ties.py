"""The healthy firm's control accounts hold what their subledgers hold, to the cent."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from functools import cache

import pytest

from connectors.sandbox.calendar import ENTITIES, local_day
from connectors.sandbox.firm import build
from connectors.sandbox.ledger import ACCOUNTS
from connectors.sandbox.natives import entity_id
from connectors.sandbox.shape import SNAPSHOTS
from connectors.sandbox.world import CENT

ISSUED = {"issued", "delivered", "disputed", "credited", "paid"}
NAME_OF = {account: name for name, account in ACCOUNTS.items()}
ENTITY = {entity_id("erp", code): entity for code, entity in ENTITIES.items()}
FIRMS = pytest.mark.parametrize(
    ("size", "snapshot"), [(size, name) for size in ("tiny", 60) for name in SNAPSHOTS]
)


@cache
def firm(size, snapshot):
    """Nothing is wrong with it, however odd. Nobody may change it."""
    return build(size=size, snapshot=snapshot, faults="none", traps=True)


class Books:
    """Balances by legal entity, in its currency: `ledger[account, entity]`, debits positive."""

    def __init__(self, found):
        self.firm = found
        self.ledger = defaultdict(Decimal)
        # A day's batch is booked with its last line: until midnight the two sides may differ.
        self.by_midnight = defaultdict(Decimal)
        for row in self.rows("gl_posting"):
            place = NAME_OF[row["account"]], row["legal_entity"]
            self.ledger[place] += row["debit"] - row["credit"]
            if self.is_before_today(row):
                self.by_midnight[place] += row["debit"] - row["credit"]

    def rows(self, kind):
        return self.firm.rows("erp", kind)

    def is_before_today(self, row):
        zone = ENTITY[row["legal_entity"]].zone
        return local_day(zone, row["posted_at"]) < local_day(zone, self.firm.as_of)

    def invoices(self):
        return [row for row in self.rows("invoice") if row["status"] in ISSUED]

    def received(self):
        """What was paid, at the rate of the invoice that the bank's reference names."""
        worth = {row["number"]: row["gross_functional"] for row in self.invoices()}
        for row in self.rows("receipt"):
            yield row["legal_entity"], worth[row["bank_ref"]]

    def recognised(self):
        """Revenue in the entity's currency, at the spot of the last day of its month."""
        spots = {
            (row["from_currency"], row["to_currency"], row["rate_date"]): row["rate"]
            for row in self.rows("fx_rate")
            if row["rate_type"] == "spot"
        }
        for row in self.rows("revenue_event"):
            home, day = ENTITY[row["legal_entity"]].currency, row["accounting_date"]
            day -= timedelta(days=max(0, day.weekday() - 4))
            same = row["currency"] == home
            rate = 1 if same else spots[row["currency"], home, day]
            yield row["legal_entity"], (row["recognised"] * rate).quantize(CENT)

    def costs(self, sort):
        """What projects bore until last midnight; what takes a line back is of the line's sort."""
        rows = self.rows("project_actual")
        sorts = {row["source_id"]: row["txn_type"] for row in rows}
        for row in rows:
            own = sorts.get(row.get("reversal_of", ""), row["txn_type"])
            if own == sort and self.is_before_today(row):
                yield row["legal_entity"], row["cost_amount_functional"]

    def ties(self, account, *parts, by_midnight=False):
        """Of every entity; gives how many there are, since a tie of nothing shows nothing."""
        sums = defaultdict(Decimal)
        for part in parts:
            for entity, amount in part:
                sums[entity] += amount
        held = self.by_midnight if by_midnight else self.ledger
        entities = {*sums, *(entity for name, entity in held if name == account)}
        for entity in entities:
            assert held[account, entity] == sums[entity], (account, entity)
        return len(entities)


def each(rows, name, sign=1):
    return [(row["legal_entity"], sign * row[name]) for row in rows]


def minus(part):
    return [(entity, -amount) for entity, amount in part]


@FIRMS
def test_receivables_and_the_bank_are_what_was_invoiced_and_paid(size, snapshot):
    books = Books(firm(size, snapshot))
    billed, paid = each(books.invoices(), "gross_functional"), [*books.received()]
    there = books.ties("receivable", billed, minus(paid))
    books.ties("bank", paid)
    books.ties("tax", each(books.invoices(), "tax_functional", -1))
    assert there or size == "tiny"


@FIRMS
def test_revenue_and_the_contract_account_are_what_was_recognised_and_invoiced(size, snapshot):
    books = Books(firm(size, snapshot))
    recognised = [*books.recognised()]
    there = books.ties("revenue", minus(recognised))
    books.ties("contract", recognised, each(books.invoices(), "net_functional", -1))
    assert there or size == "tiny"


@FIRMS
def test_what_is_carried_forward_is_what_was_recognised_less_what_was_invoiced(size, snapshot):
    """Project by project, in its currency; unbilled or deferred, and never both."""
    books = Books(firm(size, snapshot))
    project = {row["source_id"]: row["project"] for row in books.rows("revenue_schedule")}
    recognised = defaultdict(Decimal)
    for row in sorted(books.rows("revenue_event"), key=lambda one: one["accounting_date"]):
        mine, until = project[row["revenue_schedule"]], row["accounting_date"]
        recognised[mine] += row["recognised"]
        billed = sum(
            bill["net"]
            for bill in books.invoices()
            if bill["project"] == mine and bill["issued_on"] <= until
        )
        carried = row["unbilled_balance"] - row["deferred_balance"]
        assert carried == recognised[mine] - billed, row["source_id"]
        assert not (row["unbilled_balance"] and row["deferred_balance"])
    assert recognised or (size, snapshot) != (60, "close")


@FIRMS
def test_payables_are_what_vendors_charged_and_people_spent(size, snapshot):
    books = Books(firm(size, snapshot))
    charged = [row for row in books.rows("supplier_charge") if row["status"] == "posted"]
    books.ties("payable", each(charged, "amount", -1))
    spent = [row | {"posted_at": row["source_updated_at"]} for row in books.rows("expense_item")]
    spent = [row for row in spent if books.is_before_today(row)]
    assert books.ties("reimbursable", each(spent, "amount_functional", -1), by_midnight=True)


@FIRMS
def test_cost_is_what_projects_bore_and_clears_what_labour_owes(size, snapshot):
    books = Books(firm(size, snapshot))
    labour = [*books.costs("labour")]
    assert books.ties("labour", labour, by_midnight=True)
    books.ties("labour_clearing", minus(labour), by_midnight=True)
    for sort in ("expense", "subcontract"):
        books.ties(sort, books.costs(sort), by_midnight=True)
