"""Whoever is handed many causes by one act gets a few mails, and the rest in the digest."""

from opsboard.alerts.models import Delivery
from opsboard.alerts.queries import FIRST_FEW, derive
from opsboard.exceptions.models import BulkAct, History, Severity
from tests.alerts.world import NEXT_WEEK, NOW, cause


def handed_over(number, *, by, to):
    act = BulkAct.objects.create(at=NOW, by=by, act="assign", groups=number)
    for key in range(1, number + 1):
        group = cause(key, owner=to, severity=Severity.LOW, due_at=NEXT_WEEK)
        History.objects.create(group=group, at=NOW, verb="assigned", by=by, bulk=act)


def states():
    return sorted(Delivery.objects.filter(sort="instant").values_list("state", flat=True))


def test_of_many_handed_over_by_one_act_a_few_are_mailed(sofia, helen):
    handed_over(FIRST_FEW + 4, by=helen, to=sofia)
    derive(NOW)
    assert states() == ["held"] * 4 + ["waiting"] * FIRST_FEW


def test_a_few_handed_over_by_one_act_are_all_mailed(sofia, helen):
    handed_over(FIRST_FEW, by=helen, to=sofia)
    derive(NOW)
    assert states() == ["waiting"] * FIRST_FEW
