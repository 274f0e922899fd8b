from decimal import Decimal

import pytest

from opsboard.controls.models import ControlRun


def journal(firm, source_id="J1", **said):
    usual = {
        "journal_no": "MJ-1",
        "account": "1150",
        "debit": "18750",
        "currency": "USD",
        "manual": True,
        "posted_at": "2026-06-18T07:00+00:00",
    }
    firm.say("gl_posting", source_id, "erp", **{**usual, **said})


def test_it_finds_a_journal_typed_into_a_control_account(firm):
    journal(firm)
    firm.reconcile("RV06")

    [item] = firm.items("RV06")
    assert item.subject == "erp:J1"
    assert item.title == "Journal MJ-1 was typed into control account 1150 of NQ-UK"
    assert item.misstatement == Decimal(18750)


def test_it_ignores_other_accounts_interfaces_reversals_and_the_last_four_hours(firm):
    journal(firm, "bank", account="1000")
    journal(firm, "interface", manual=False)
    journal(firm, "reversed", status="reversed")
    journal(firm, "back", debit="0", credit="18750", reversal_of="reversed")
    journal(firm, "draft", status="draft")
    journal(firm, "unit", debit="1")
    journal(firm, "fresh", posted_at="2026-06-18T09:00+00:00")
    firm.reconcile("RV06")

    assert firm.subjects("RV06") == []


def test_a_second_run_changes_nothing(firm):
    journal(firm)
    firm.reconcile("RV06")
    [before] = firm.items("RV06")
    firm.reconcile("RV06")
    [after] = firm.items("RV06")

    assert before.__dict__ | {"_state": None} == after.__dict__ | {"_state": None}
    assert [line.verb for line in after.history.order_by("id")] == ["found"]


@pytest.mark.django_db(transaction=True)
def test_reversing_it_clears_the_item_without_a_full_run(committed_firm):
    journal(committed_firm)
    committed_firm.reconcile("RV06")
    assert committed_firm.subjects("RV06") == ["erp:J1"]

    journal(committed_firm, status="reversed")
    committed_firm.reconcile("RV06")
    assert ControlRun.objects.latest("id").mode == "incremental"
    assert committed_firm.subjects("RV06") == []
