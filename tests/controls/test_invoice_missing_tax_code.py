from decimal import Decimal

import pytest

from opsboard.exceptions.models import Atom


def table(firm):
    firm.say("tax_code", "T1")
    firm.say("tax_code", "T2", code="GB-ZER", rate="0", type="zero")
    firm.say("tax_code", "T3", code="GB-IN", direction="purchase")
    firm.say("tax_code", "T4", code="GB-OLD", valid_to="2025-12-31")


def line(firm, status="issued", **said):
    firm.say("invoice", "1", status=status, issued_on="2026-06-10", draft_no="D-1")
    usual = {"tax_code": "GB-STD", "tax_amount": "200", "source_keys": ("psa:TE-1", "psa:TE-2")}
    firm.say("invoice_line", "1", **{**usual, **said})


def test_it_finds_a_line_without_a_code(firm):
    table(firm)
    line(firm, tax_code="", tax_amount="0")
    firm.reconcile("BL05")

    [item] = firm.items("BL05")
    assert item.subject == "erp:1"
    assert item.title == "Line 1 of invoice D-1 to Penhallow Water has no tax code"
    assert (item.misstatement, item.cash_at_risk) == (Decimal(200), None)
    # It is with the customer already.
    assert item.severity == 3


def test_before_it_is_issued_its_gross_is_at_risk_too(firm):
    table(firm)
    line(firm, status="draft", tax_code="", tax_amount="0")
    firm.reconcile("BL05")

    [item] = firm.items("BL05")
    assert (item.misstatement, item.cash_at_risk, item.severity) == (200, 1000, 2)
    held = {atom.atom: atom.cash_at_risk for atom in Atom.objects.filter(cash_at_risk__gt=0)}
    assert held == {"psa:TE-1": 500, "psa:TE-2": 500}


@pytest.mark.parametrize(
    "said",
    [
        {"tax_code": "DE-STD"},
        {"tax_code": "GB-IN"},
        {"tax_code": "GB-OLD"},
        {"tax_amount": "199.97"},
        {"tax_code": "GB-ZER"},
    ],
)
def test_it_finds_a_code_that_does_not_hold_or_does_not_give_this_tax(firm, said):
    table(firm)
    line(firm, **said)
    firm.reconcile("BL05")

    [item] = firm.items("BL05")
    assert item.cause == "tax_code_invalid"


def test_it_ignores_codes_that_charge_nothing_a_cent_and_what_is_void(firm):
    table(firm)
    line(firm, tax_code="GB-ZER", tax_amount="0")
    firm.say("invoice_line", "2", tax_code="GB-STD", tax_amount="200.02")
    firm.say("invoice", "3", status="void")
    firm.say("invoice_line", "3", invoice="3", tax_code="")
    firm.reconcile("BL05")

    assert firm.subjects("BL05") == []


def test_a_second_run_changes_nothing(firm):
    table(firm)
    line(firm, tax_code="", tax_amount="0")
    firm.reconcile("BL05")
    [before] = firm.items("BL05")
    firm.reconcile("BL05")
    [after] = firm.items("BL05")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


def test_setting_the_code_clears_it(firm):
    table(firm)
    line(firm, status="draft", tax_code="", tax_amount="0")
    firm.reconcile("BL05")
    [item] = firm.items("BL05")
    line(firm, status="draft")
    firm.reconcile("BL05")

    item.refresh_from_db()
    assert item.state == "resolved"
