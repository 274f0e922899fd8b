"""What was accepted comes back: at its end, on more money, on another cause, on a locked period."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from opsboard.config import config
from opsboard.exceptions.engine.regroup import regroup
from opsboard.exceptions.models import Atom, Decision, ExceptionItem, Group, Touched
from opsboard.people.models import Person
from tests.exceptions.answers import WHY


@pytest.fixture
def people(db):
    cast = {"sofia": "billing", "helen": "controller"}
    return [
        Person.objects.create(username=name, first_name=name.capitalize(), role=role)
        for name, role in cast.items()
    ]


@pytest.fixture
def group(firm):
    firm.say("time_entry", "TE-1", hours="8")
    firm.reconcile("TP01")
    return Group.objects.get()


def waived(firm, group, people, days=5, amount=None):
    """Asked and approved at the firm's present instant."""
    sofia, helen = people
    with time_machine.travel(firm.now, tick=False):
        assert group.ask_waiver(
            by=sofia,
            reason_code="timing",
            narrative=WHY,
            amount=amount or group.value_at_risk,
            expires_at=firm.now + timedelta(days=days),
            evidence="letter 7",
        )
        assert group.approve(by=helen, note="Seen the letter")
    group.refresh_from_db()
    return group


def later(firm, **step):
    firm.now += timedelta(**step)
    firm.read_up_to(firm.now)
    firm.reconcile("TP01")


def states():
    return list(ExceptionItem.objects.order_by("id").values_list("state", flat=True))


def test_what_is_waived_counts_nowhere_until_it_comes_back(firm, group, people):
    held = Decimal(1200)
    assert [atom.revenue_at_risk for atom in Atom.objects.all()] == [held]
    waived(firm, group, people)
    assert (group.state, states(), Atom.objects.count()) == ("waived", ["waived"], 0)
    assert group.value_at_risk == held

    later(firm, days=1)
    group.refresh_from_db()
    assert (group.state, group.value_at_risk, Atom.objects.count()) == ("waived", held, 0)


def test_a_waiver_ends_and_half_of_the_time_is_left(firm, group, people):
    due = group.due_at - group.detected_at
    waived(firm, group, people, days=5)
    later(firm, days=5)
    group.refresh_from_db()
    assert (group.state, states()) == ("reopened", ["reopened"])
    assert (group.clock_from, group.clock_share) == (firm.now, Decimal("0.5"))
    assert group.due_at - firm.now < due
    assert [atom.revenue_at_risk for atom in Atom.objects.all()] == [Decimal(1200)]
    assert group.history.get(verb="came_back").note == "The waiver ended."
    assert Decision.objects.get().state == "ended"


@pytest.mark.parametrize(("hours", "state"), [("8.5", "waived"), ("9", "reopened")])
def test_more_than_a_tenth_above_what_was_accepted_comes_back(firm, group, people, hours, state):
    waived(firm, group, people, days=20)
    firm.say("time_entry", "TE-1", hours=hours)
    later(firm, hours=1)

    group.refresh_from_db()
    assert (group.state, states()) == (state, [state])


def test_t1_above_what_was_accepted_comes_back_though_it_is_less_than_a_tenth(firm, people):
    firm.say("time_entry", "TE-1", hours="500")
    firm.reconcile("TP01")
    group = Group.objects.get()
    accepted = group.value_at_risk
    waived(firm, group, people, days=20)
    second = Person.objects.create(username="second", role="controller")
    with time_machine.travel(firm.now, tick=False):
        assert group.approve(by=second, note="Seen too")
    firm.say("time_entry", "TE-1", hours="540")
    later(firm, hours=1)

    group.refresh_from_db()
    assert group.value_at_risk < accepted * Decimal("1.1")
    assert group.state == "reopened"


def test_a_root_cause_that_moves_brings_its_item_back_alone(firm, people):
    for name in ("TE-1", "TE-2"):
        firm.say("time_entry", name)
    firm.drop("cost_rate", "R1")
    firm.reconcile("TP01")
    group = Group.objects.get(cause="cost_rate_missing")
    waived(firm, group, people, days=20)
    ExceptionItem.objects.filter(subject="psa:TE-1").update(cause="")
    firm.say("worker", "W2", "psa")
    firm.say("worker", "W2", "erp")
    firm.say("time_entry", "TE-1", worker="W2")
    later(firm, hours=1)

    group.refresh_from_db()
    assert group.state == "waived"
    moved = ExceptionItem.objects.get(subject="psa:TE-1")
    assert moved.state == "reopened"
    assert moved.group != group
    assert ExceptionItem.objects.get(subject="psa:TE-2").state == "waived"
    assert Atom.objects.filter(atom="psa:TE-1").exists()
    assert not Atom.objects.filter(atom="psa:TE-2").exists()


def test_what_the_cause_brings_while_it_is_waived_is_a_group_of_its_own(firm, group, people):
    waived(firm, group, people, days=20)
    firm.say("time_entry", "TE-1")
    firm.say("time_entry", "TE-2", worker="W1")
    later(firm, hours=1)

    assert states() == ["waived", "new"]
    live = Group.objects.unsettled()
    assert live.count() == 1
    assert live.get().pk != group.pk


def test_what_comes_back_to_an_open_cause_hangs_on_that(firm, people):
    firm.drop("cost_rate", "R1")
    firm.say("time_entry", "TE-1")
    firm.reconcile("TP01")
    group = Group.objects.get(cause="cost_rate_missing")
    waived(firm, group, people, days=5)
    firm.say("time_entry", "TE-2")
    later(firm, hours=1)
    other = Group.objects.unsettled().get()
    assert other.key == group.key

    later(firm, days=5)
    group.refresh_from_db()
    other.refresh_from_db()
    assert (group.state, group.merged_into) == ("merged", other)
    assert other.children == 2
    assert set(other.items.values_list("subject", flat=True)) == {"psa:TE-1", "psa:TE-2"}
    assert Atom.objects.count() == 2


def test_two_waivers_of_one_cause_that_end_together_come_back_as_one(firm, people):
    firm.drop("cost_rate", "R1")
    for name in ("TE-1", "TE-2"):
        firm.say("time_entry", name)
        firm.reconcile("TP01")
        waived(firm, Group.objects.unsettled().get(), people, days=5)
    later(firm, days=5)

    assert sorted(Group.objects.values_list("state", flat=True)) == ["merged", "reopened"]
    assert Group.objects.unsettled().get().children == 2


def test_a_waiver_of_what_was_mended_is_over(firm, group, people):
    waived(firm, group, people, days=5)
    firm.say("project_actual", "1", source_key="psa:TE-1")
    later(firm, hours=1)
    later(firm, hours=1)

    group.refresh_from_db()
    assert (group.state, states()) == ("resolved", ["resolved"])
    assert Decision.objects.get().state == "ended"


def test_a_locked_period_ends_a_waiver(firm, group, people):
    waived(firm, group, people, days=20)
    firm.reconcile("TP01")
    group.refresh_from_db()
    assert group.state == "waived"

    # As a run leaves it that finds the period locked.
    ExceptionItem.objects.update(unrecorded=True)
    Touched.objects.create(key=group.key)
    regroup(firm.now, config())
    group.refresh_from_db()
    assert group.state == "reopened"
    assert group.history.get(verb="came_back").note == "Its period was locked."


def test_an_accrual_that_is_reversed_brings_it_back(firm, group, people):
    sofia, helen = people
    posting = {"journal_no": "J-7", "account": "4000", "debit": "1200", "credit": "0"}
    posting |= {"accounting_date": "2026-06-18"}
    firm.say("gl_posting", "GL-1", **posting)
    with time_machine.travel(firm.now, tick=False):
        said = {"by": sofia, "narrative": WHY, "amount": group.value_at_risk, "evidence": "J-7"}
        group.ask_waiver(
            reason_code="accrued", journal="J-7", expires_at=firm.now + timedelta(days=20), **said
        )
        group.approve(by=helen, note="Journal seen")
    later(firm, hours=1)
    group.refresh_from_db()
    assert group.state == "waived"

    firm.say("gl_posting", "GL-1", **posting, status="reversed")
    later(firm, hours=1)
    group.refresh_from_db()
    assert group.state == "reopened"
    assert group.history.get(verb="came_back").note == "The journal that accrued it was reversed."


def test_a_false_positive_that_weighs_more_comes_back_with_all_of_its_time(firm, group, people):
    sofia, helen = people
    with time_machine.travel(firm.now, tick=False):
        said = {"by": sofia, "narrative": WHY, "guard": "Skip prepaid work", "evidence": "SOW 3"}
        assert group.propose_false_positive(**said)
        assert group.approve(by=helen, note="Prepaid indeed")
    assert (states(), Atom.objects.count()) == (["false_positive"], 0)
    firm.say("time_entry", "TE-1", hours="16")
    later(firm, hours=1)

    group.refresh_from_db()
    item = ExceptionItem.objects.get()
    assert (group.state, item.state, item.times_reopened) == ("reopened", "reopened", 1)
    assert group.clock_share == 1


def test_a_false_positive_that_clears_and_fires_again_is_the_same_item_one_step_up(
    firm, group, people
):
    sofia, helen = people
    with time_machine.travel(firm.now, tick=False):
        group.propose_false_positive(by=sofia, narrative=WHY, guard="Skip it", evidence="SOW 3")
        group.approve(by=helen, note="Prepaid indeed")
    ExceptionItem.objects.update(times_reopened=1)
    firm.say("project_actual", "1", source_key="psa:TE-1")
    later(firm, hours=1)
    assert states() == ["resolved"]
    firm.drop("project_actual", "1")
    later(firm, days=1)

    item = ExceptionItem.objects.get()
    assert (item.state, item.times_reopened) == ("reopened", 2)
    assert item.severity == item.base_severity + 1


def test_a_snooze_ends_on_its_day(firm, group, people):
    sofia, _ = people
    until = min(group.due_at, firm.now + timedelta(days=1))
    with time_machine.travel(firm.now, tick=False):
        assert group.snooze(by=sofia, until=until)
    later(firm, hours=1)
    group.refresh_from_db()
    assert group.state == "snoozed"
    later(firm, days=2)
    group.refresh_from_db()
    assert (group.state, states()) == ("in_progress", ["in_progress"])


def test_a_request_that_nobody_decides_lapses(firm, group, people):
    sofia, _ = people
    with time_machine.travel(firm.now, tick=False):
        said = {"by": sofia, "narrative": WHY, "amount": group.value_at_risk, "evidence": "x"}
        group.ask_waiver(reason_code="timing", expires_at=firm.now + timedelta(days=20), **said)
    later(firm, days=4)
    group.refresh_from_db()
    assert group.state == "pending_approval"
    later(firm, days=5)
    group.refresh_from_db()
    assert (group.state, states()) == ("in_progress", ["in_progress"])
    assert Decision.objects.get().state == "lapsed"
    assert group.history.get(verb="lapsed").note == "Nobody decided it in time."


def test_what_a_reviewer_reopens_is_judged_anew(firm, group, people):
    _, helen = people
    firm.say("project_actual", "1", source_key="psa:TE-1")
    later(firm, hours=1)
    group.refresh_from_db()
    assert group.state == "resolved"
    with time_machine.travel(firm.now, tick=False):
        assert group.reopen(by=helen, note="It was posted to another project")
    assert states() == ["reopened"]
    later(firm, hours=1)
    group.refresh_from_db()
    assert (group.state, states()) == ("resolved", ["resolved"])
