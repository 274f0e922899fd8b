"""opsboard is asked about a tiny firm of which everything is known."""

from contextlib import ExitStack
from datetime import timedelta

import pytest

from connectors.northquay import clock
from connectors.sandbox.shape import SNAPSHOTS
from opsboard import pipeline
from opsboard.config import using
from opsboard.controls.models import ControlRun
from opsboard.exceptions.models import ExceptionItem, Group
from opsboard.scoring.firm import Recipe, judge
from opsboard.sync.queries import active_streams

pytestmark = pytest.mark.django_db
MENDED = ("time.posting_lost",)


@pytest.mark.parametrize("snapshot", SNAPSHOTS)
def test_in_a_healthy_firm_nothing_is_found(snapshot):
    ours = judge(Recipe("tiny", snapshot, "none"))

    assert not ours.failed
    assert ours.causes == {}
    assert ours.claims == {}
    assert ours.groups == ()


class Living:
    """A tiny firm whose time passes, and what opsboard holds of it."""

    def __init__(self, folder, faults):
        self.folder, self.faults = folder, faults

    def deployment(self):
        told = Recipe("tiny", "close", self.faults).deployment()
        return told.replace("page_size", f'folder = "{self.folder}"\npage_size')

    @property
    def as_of(self):
        return clock.read(self.folder).as_of

    def read(self, *, but=()):
        """Everything is read but one feed, and asked in full."""
        pipeline.prepare()
        streams = [one for one in active_streams() if (one.connection_id, one.kind) != but]
        pipeline.pull_streams(streams)
        assert pipeline.reconcile(full=True, as_of=self.as_of) == []


@pytest.fixture
def living(tmp_path):
    def start(faults):
        one = Living(tmp_path, faults)
        deployment.enter_context(using(one.deployment()))
        one.read()
        return one

    with ExitStack() as deployment:
        yield start


def items():
    open_ones = ExceptionItem.objects.unsettled()
    return set(open_ones.values_list("control", "subject"))


def test_a_feed_held_back_is_told_once_and_neither_raises_nor_clears_anything(living):
    firm = living(["time.posting_lost"])
    before = items()
    clock.advance(firm.folder, by=timedelta(days=5))
    clock.mend(firm.folder, "time.posting_lost")
    firm.read(but=("erp", "project_actual"))

    assert {control for control, _ in before} == {"TP01", "IN01"}
    assert items() - before == {("IN03", "erp/project_actual")}
    assert {one for one in before if one[0] == "TP01"} <= items()
    run = ControlRun.objects.filter(control="TP01").latest("id")
    assert run.not_evaluated > 0

    firm.read()
    assert items() == set()


@pytest.mark.parametrize("name", MENDED)
def test_no_group_outlives_its_last_item(living, name):
    firm = living([name])
    assert Group.objects.unsettled().exists()
    clock.mend(firm.folder, name)
    firm.read()

    assert items() == set()
    assert not Group.objects.unsettled().exists()
