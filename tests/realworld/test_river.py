"""The main job on real input: a live ERP and PSA files in, owned exceptions out, proof at the end.

What should be found is counted by `truth.py` from Tryton's own tables and the PSA's own files.
"""

import pytest
from django.utils.timezone import now

from opsboard import pipeline
from opsboard.config import using
from opsboard.controls.models import ControlRun
from opsboard.exceptions.models import ExceptionItem, Group, State
from opsboard.sync.models import RefusedRow, Stream
from tests.realworld.deployment import deployment

pytestmark = [pytest.mark.realworld, pytest.mark.django_db(transaction=True)]

SCORED = ("TP01", "TP02", "TP04", "ST01", "BL01", "BL08")


@pytest.fixture
def firm(world, monkeypatch):
    monkeypatch.setenv("OPSBOARD_ERP_PASSWORD", world.password)
    with using(deployment(world)) as config:
        yield config


def turn(world):
    """The PSA exports, everything is pulled and loaded, every control is run."""
    world.export(now())
    pipeline.pull()
    assert pipeline.reconcile() == []


def found():
    unsettled = ExceptionItem.objects.exclude(state=State.RESOLVED)
    return {
        code: set(unsettled.filter(control=code).values_list("subject", flat=True))
        for code in SCORED
    }


def truth(world):
    counted = world.truth(now())
    return {code: set(counted[code]) for code in SCORED}


def test_what_is_found_is_what_is_wrong_and_mending_it_is_the_proof(firm, world):
    turn(world)
    wrong = truth(world)
    assert found() == wrong
    assert {code: len(keys) for code, keys in wrong.items()} == {
        "TP01": 12, "TP02": 6, "TP04": 4, "ST01": 6, "BL01": 2, "BL08": 5,
    }  # fmt: skip
    assert not Stream.objects.exclude(state=Stream.State.READY).exists()
    assert not RefusedRow.objects.exists()
    groups = Group.objects.exclude(state=State.RESOLVED)
    assert not groups.filter(team=None).exists()
    assert not groups.filter(due_at=None).exists()

    mended = world.mend(*SCORED, share=0.5)
    turn(world)
    left = {code: keys - set(mended[code]) for code, keys in wrong.items()}
    assert found() == truth(world) == left
    resolved = ExceptionItem.objects.filter(state=State.RESOLVED, control__in=SCORED)
    assert {(item.control, item.subject) for item in resolved} == {
        (code, key) for code in SCORED for key in mended[code]
    }
    assert all(item.resolved_by_run for item in resolved)

    world.mend(*SCORED)
    turn(world)
    assert found() == truth(world) == {code: set() for code in SCORED}
    runs = ControlRun.objects.filter(control__in=SCORED)
    assert set(runs.values_list("state", flat=True)) == {"done"}
    assert not runs.filter(mode="full", identity_holds=False).exists()
