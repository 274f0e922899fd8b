"""How many must approve, and who: by amount, control and what went before (domain.md F.2)."""

from decimal import Decimal

import pytest

from opsboard.exceptions.deciding import separation, tiers
from opsboard.people.roles import Role
from tests.cast import cause
from tests.exceptions.requesting import approved, asking, somebody

pytestmark = pytest.mark.usefixtures("world")
T1, T2, T3 = 5_000, 25_000, 100_000
# Amount, control, waivers in a row before: how many approve, and which roles are among them.
TIERS = [
    (0, "TP01", 0, (1, "")),
    (T2 - 1, "TP01", 0, (1, "")),
    (T2, "TP01", 0, (2, "controller")),
    (T3 - 1, "TP01", 0, (2, "controller")),
    (T3, "TP01", 0, (2, "controller,executive")),
    # Integrity controls never below the controller and a second person.
    (1, "TP03", 0, (2, "controller")),
    (1, "WL04", 0, (2, "controller")),
    (T3, "TP04", 0, (2, "controller,executive")),
    # One renewal as before, then one level up.
    (1, "TP01", 1, (1, "")),
    (1, "TP01", 2, (2, "controller")),
    (1, "TP01", 3, (2, "controller,executive")),
    (T2, "TP01", 2, (2, "controller,executive")),
    (T3, "TP01", 5, (2, "controller,executive")),
]
# Who alone decides a small one, by workflow: the role, the controller, nobody else.
SMALL = {
    ("waiver", "TP01", "time_to_posting"): {"controller"},
    ("waiver", "BL01", "billing"): {"controller"},
    ("waiver", "RV01", "revenue"): {"controller", "revenue"},
    ("waiver", "PS05", "project_setup"): {"controller", "pmo"},
    ("waiver", "ST05", "staffing"): {"controller", "pmo"},
    ("waiver", "WL03", "worker_lifecycle"): {"controller", "hr_ops"},
    ("waiver", "WL04", "worker_lifecycle"): {"controller"},
    # The control's owner confirms what the exception's owner proposes.
    ("false_positive", "BL01", "billing"): {"controller", "billing"},
    ("false_positive", "RV01", "revenue"): {"controller", "revenue"},
    ("false_positive", "PS05", "project_setup"): {"controller", "pmo"},
    ("false_positive", "WL03", "worker_lifecycle"): {"controller", "pmo"},
    ("false_positive", "IN03", "integration"): {"controller", "integration", "integration_l2"},
    # Integration executes, the business approves.
    ("replay", "IN01", "integration"): {"controller"},
    ("compensation", "RV01", "revenue"): {"controller", "revenue"},
}


@pytest.mark.parametrize(("amount", "control", "renewals", "expected"), TIERS)
def test_the_amount_the_control_and_renewals_say_who_must_approve(
    amount, control, renewals, expected
):
    group = cause(control=control, value_at_risk=amount)
    need = tiers.need_of("waiver", group, Decimal(amount), renewals=renewals)
    assert (need.approvals, ",".join(need.roles)) == expected


@pytest.mark.parametrize(
    ("particulars", "amount", "roles"),
    [
        ({"messages": 100}, T2 - 1, ()),
        ({"messages": 101}, 1, ("controller",)),
        ({"is_locked": True}, 1, ("controller",)),
        ({}, T2, ("controller",)),
    ],
)
def test_a_large_replay_is_the_controllers(particulars, amount, roles):
    need = tiers.need_of("replay", cause(), Decimal(amount), **particulars)
    assert need == tiers.Need(1, roles)


@pytest.mark.parametrize("about", SMALL, ids=lambda about: "-".join(about[:2]))
def test_small_requests_are_decided_by_these_roles_alone(about):
    sort, control, workflow = about
    group = cause(control=control, workflow=workflow, value_at_risk=10)
    decision = asking(group, sort=sort, approvals_needed=1, needs_role="")
    may = {role.value for role in Role if not separation.against(somebody(role), decision)}
    assert may == SMALL[about]


def test_the_second_of_two_may_be_anybody_who_approves_there_and_one_must_be_a_controller():
    group = cause(control="RV01", workflow="revenue", value_at_risk=T2)
    decision = asking(group)
    controller = somebody("controller")
    revenue = somebody("revenue")
    assert separation.against(somebody("pmo"), decision)
    assert not separation.against(revenue, decision)
    approved(decision, revenue)
    assert separation.against(revenue, decision) == "You have approved it; a second person must."
    other = somebody("revenue", "colleague")
    assert separation.against(other, decision) == "A controller must approve this one."
    assert not separation.against(controller, decision)


def test_the_largest_need_the_executive_and_the_controller_both():
    decision = asking(cause(value_at_risk=T3))
    controller, chief = somebody("controller"), somebody("executive")
    assert not separation.against(chief, decision)
    approved(decision, chief)
    assert separation.against(somebody("executive", "chief"), decision)
    assert not separation.against(controller, decision)


def test_an_executive_decides_nothing_small():
    decision = asking(cause(value_at_risk=T3 - 1))
    assert separation.against(somebody("executive"), decision)


def test_what_outgrew_its_request_is_refused_and_not_approved():
    group = cause(value_at_risk=112)
    decision = asking(group, amount=100)
    controller = somebody("controller")
    assert "outgrew" in separation.against(controller, decision)
    assert not separation.against(controller, decision, refusing=True)


# The rules of E.3 that concern exceptions, each broken by nothing but itself.
