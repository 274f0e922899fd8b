"""With nothing wrong, nothing is wrong: states, owners, deadlines and books of the healthy firm."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from connectors.kinds.lifecycles import LIFE_CYCLES, is_step
from connectors.sandbox.calendar import close_day, local, local_day, month_of, shift
from connectors.sandbox.time import locked_at
from tests.sandbox.firms import END, twin


def histories(kind):
    """Every record of a kind in every system, with all it ever said."""
    book = twin().world.book
    for system, name in book.kinds():
        if name == kind:
            for own, sayings in book.pages[system, name].items():
                yield system, own, sayings


def test_no_record_takes_a_step_that_its_life_cycle_does_not_know():
    for kind in LIFE_CYCLES:
        for system, own, sayings in histories(kind):
            states = [said["status"] for _, said in sayings if "status" in said]
            for before, after in pairwise(states):
                assert is_step(kind, before, after), f"{system}:{own} {before} -> {after}"


def test_histories_are_told_in_the_order_of_time():
    book = twin().world.book
    for place in book.kinds():
        for sayings in book.pages[place].values():
            assert [at for at, _ in sayings] == sorted(at for at, _ in sayings)


def test_copies_agree_with_their_owner():
    """What several systems say of one project, party, worker or contract is the same."""
    agreed = {
        "project": ("code", ["name", "status", "starts_on", "ends_on", "currency", "tcv"]),
        "party": ("code", ["legal_name", "tax_id", "payment_terms_days", "currency"]),
        "worker": ("worker_no", ["name", "status", "terminated_on", "grade", "person_id"]),
        "contract": ("number", ["tcv", "cap_amount", "status", "currency"]),
    }
    for kind, (code, fields) in agreed.items():
        said = defaultdict(set)
        for system, name in twin().world.book.kinds():
            if name == kind:
                for row in twin().rows(system, kind):
                    said[row[code]].add(tuple(str(row.get(field)) for field in fields))
        assert all(len(words) == 1 for words in said.values()), kind


def test_time_is_approved_within_three_days_and_posted_within_one():
    for entry in twin().world.entries:
        entity = entry.worker.entity
        deadline = shift(entity.calendar, local_day(entity.zone, entry.submitted_at), 3)
        assert entry.submitted_at < entry.approved_at
        assert local_day(entity.zone, entry.approved_at) <= deadline
        if entry.posted_at:
            assert timedelta() < entry.posted_at - entry.approved_at <= timedelta(hours=24)


def test_a_months_time_is_approved_by_noon_and_posted_by_six_of_wd1():
    for entry in twin().world.entries:
        entity, month = entry.worker.entity, month_of(entry.day)
        noon = local(entity.zone, close_day(entity.calendar, month, 1), 12 * 60)
        assert entry.approved_at < noon
        assert entry.posted_at is None or entry.posted_at < locked_at(entity, month)


def test_every_posted_entry_stands_in_the_ledger_once_with_its_hours():
    lines = defaultdict(list)
    for row in twin().rows("erp", "project_actual"):
        lines[row["source_key"]].append(row)
    for entry in twin().world.entries:
        if entry.posted_at and entry.posted_at <= END:
            [line] = lines[f"psa:TE-{entry.name}"]
            assert (line["hours"], line["bill_amount"]) == (entry.hours, entry.amount)


def test_every_billable_hour_of_a_closed_month_is_on_one_invoice():
    billed = defaultdict(int)
    for row in twin().rows("erp", "invoice_line"):
        for key in row["source_keys"]:
            billed[key] += 1
    for entry in twin().world.entries:
        if entry.amount is not None and entry.day.month < 7:
            assert billed[f"psa:TE-{entry.name}"] == 1


def test_invoices_are_the_sum_of_their_lines_in_every_system():
    sums = defaultdict(Decimal)
    for row in twin().rows("erp", "invoice_line"):
        sums[row["invoice"].removeprefix("INV-")] += row["net"] + row["tax_amount"]
    for system in ("erp", "crm", "psa"):
        for row in twin().rows(system, "invoice"):
            assert row["gross"] == row["net"] + row["tax"] == sums[row["source_id"].split("-")[1]]


def test_unbilled_and_deferred_balances_roll_forward():
    balance = defaultdict(Decimal)
    for earning in twin().world.earnings:
        balance[earning.project.no] += earning.amount - earning.invoiced
        assert balance[earning.project.no] == earning.balance


def test_every_journal_balances():
    sums = defaultdict(Decimal)
    for row in twin().rows("erp", "gl_posting"):
        sums[row["journal_no"]] += row["debit"] - row["credit"]
    assert set(sums.values()) == {Decimal(0)}


def test_contracts_stay_well_under_their_caps():
    for contract in twin().world.contracts:
        if contract.cap:
            mine = [one for one in twin().world.external if one.contract is contract]
            worked = sum(
                worth
                for one in mine
                for month, worth in one.value_by_month.items()
                if month.month < 8
            )
            assert worked < contract.cap * Decimal("0.85")


def test_every_message_arrives_and_every_run_ties():
    outcomes = {row["outcome"] for row in twin().rows("middleware", "integration_message")}
    assert outcomes <= {"applied", "accepted"}
    for row in twin().rows("middleware", "flow_run"):
        assert row["records_out"] == row["records_in"] + row["rejected"]
        assert (row["hours_out"], row["amount_out"]) == (row["hours_in"], row["amount_in"])


def test_leavers_lose_their_bookings_and_their_access_in_time():
    accounts = defaultdict(list)
    for row in twin().rows("identity", "user_account"):
        accounts[row["worker"]].append(row)
    for worker in twin().world.workers:
        if worker.last_day and worker.last_day < END.date():
            found = accounts[f"USR-{worker.number}"]
            assert found
            assert all(row["status"] == "disabled" for row in found)
        for quarter in worker.projects.values():
            assert all(worker.employed_on(one.ends_on) for one in quarter)
