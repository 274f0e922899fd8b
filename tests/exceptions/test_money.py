"""The exposure ledger: each atom counts once, at the most that anything unsettled claims of it."""

from datetime import UTC, datetime
from decimal import Decimal

from opsboard.exceptions.models import Atom, ExceptionItem, Group


def atoms():
    return {atom.atom: atom for atom in Atom.objects.all()}


def test_an_entry_that_fails_twice_counts_once(firm):
    """Unposted time that a held invoice bills: the same money at two stages."""
    firm.say("time_entry", "TE-1")
    firm.say("party", "C2", "erp", code="C2", legal_name="Nobody", tax_id="")
    firm.say("invoice", "1", party="C2", net="1500", gross="1800")
    firm.say("invoice_line", "1-1", source_keys=("psa:TE-1",), net="1200", tax_amount="240")
    firm.reconcile("TP01", "BL01")

    held = atoms()
    assert held["psa:TE-1"].revenue_at_risk == Decimal(1200)
    assert held["psa:TE-1"].cash_at_risk == Decimal(1440)
    assert held["erp:1"].cash_at_risk == Decimal(360)
    total = sum(max(atom.revenue_at_risk, atom.cash_at_risk) for atom in held.values())
    assert total == Decimal(1800)


def test_what_is_resolved_claims_nothing_any_more(firm):
    firm.say("time_entry", "TE-1")
    firm.reconcile("TP01")
    firm.say("project_actual", "1", source_key="psa:TE-1")
    firm.reconcile("TP01")

    assert atoms() == {}


def test_amounts_are_translated_at_the_last_spot_rate_and_say_so(firm):
    firm.say("fx_rate", "F1", rate_date="2026-06-16", rate="1.25")
    firm.say("fx_rate", "F2", rate_date="2026-06-10", rate="9.99")
    firm.say("time_entry", "TE-1", bill_currency="GBP")
    firm.reconcile("TP01")

    [item] = firm.items("TP01")
    assert (item.revenue_at_risk, item.currency) == (Decimal(1200), "GBP")
    assert item.amount_at_risk == Decimal(1500)
    assert (item.fx_rate, item.fx_date.isoformat()) == (Decimal("1.25"), "2026-06-16")


def test_without_a_rate_of_the_last_five_days_the_amount_is_not_known(firm):
    firm.say("fx_rate", "F1", rate_date="2026-06-12", rate="1.25")
    firm.say("time_entry", "TE-1", bill_currency="GBP", billable=True)
    firm.drop("cost_rate", "R1")
    firm.reconcile("TP01")

    [item] = firm.items("TP01")
    assert item.amount_at_risk is None
    assert item.fx_rate is None


def test_severity_follows_the_amount_within_the_controls_bounds(firm):
    for name, rate in [("low", "600"), ("medium", "700"), ("high", "4000"), ("critical", "20000")]:
        firm.say("time_entry", f"TE-{name}", bill_rate=rate, bill_amount=None)
    firm.reconcile("TP01")

    found = {item.subject[7:]: item.get_severity_display() for item in firm.items("TP01")}
    assert found == {name: name.capitalize() for name in found}


def test_many_small_findings_of_one_cause_weigh_together(firm):
    firm.drop("project", "P1", "erp")
    for number in range(6):
        firm.say("time_entry", f"TE-{number}")
    firm.reconcile("TP01")

    group = Group.objects.get()
    assert group.cause == "project_missing"
    assert (group.children, group.value_at_risk) == (6, Decimal(7200))
    assert group.get_severity_display() == "Medium"
    assert set(ExceptionItem.objects.values_list("severity", flat=True)) == {1}


def test_one_cause_of_two_controls_is_one_group_and_its_owner_speaks(firm):
    firm.drop("cost_rate", "R1")
    firm.say("time_entry", "TE-1")
    firm.say("assignment", "A-1")
    firm.reconcile("TP01", "ST01")

    group = Group.objects.get()
    assert group.title == "Ines Ferreira has no cost rate"
    assert (group.control, group.workflow, group.children) == ("ST01", "staffing", 2)
    assert group.team_id == "people"
    assert group.owner_reason == "because the cause is cost rate missing"


def test_a_deadline_is_counted_in_the_owners_working_time(firm):
    """Detected Thursday 13:00 in London; low severity has ten working days of nine hours, and the
    close of June wants it posted the evening before."""
    firm.say("time_entry", "TE-1")
    firm.reconcile("TP01")

    group = Group.objects.get()
    assert group.sla_at == datetime(2026, 7, 2, 12, tzinfo=UTC)
    assert group.due_at == group.cutoff_at == datetime(2026, 7, 1, 17, tzinfo=UTC)


def test_an_item_whose_cause_moves_changes_groups_with_a_line_of_history(firm):
    firm.drop("cost_rate", "R1")
    firm.say("time_entry", "TE-1")
    firm.reconcile("TP01")
    firm.say("cost_rate", "R1")
    firm.reconcile("TP01")

    [item] = firm.items("TP01")
    assert item.group.cause == "unknown"
    assert Group.objects.get(cause="cost_rate_missing").state == "resolved"
    assert [line.verb for line in item.history.order_by("id")] == ["found", "moved"]


def test_what_costs_but_is_not_billed_shows_no_value(firm):
    """A list shows value, which billing may see; labour cost must not stand in its place."""
    firm.say("time_entry", "TE-1", billable=False)
    firm.reconcile("TP01")

    [item] = firm.items("TP01")
    assert item.cost_at_risk == Decimal(480)
    # What is not billed has a value of nothing (domain.md C).
    assert item.value_at_risk == 0
    assert item.group.value_at_risk == 0
