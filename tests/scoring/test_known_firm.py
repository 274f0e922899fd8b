"""opsboard is asked about a tiny firm of which everything is known."""

from contextlib import ExitStack
from datetime import timedelta

import pytest

from connectors.northquay import clock
from connectors.sandbox.faults import FAULTS
from connectors.sandbox.shape import SNAPSHOTS
from opsboard import pipeline
from opsboard.config import using
from opsboard.controls.models import ControlRun
from opsboard.exceptions.models import ExceptionItem, Group
from opsboard.scoring.compare import compare, expected
from opsboard.scoring.firm import Recipe, found, judge, live_controls
from opsboard.scoring.report import is_exact, table
from opsboard.sync.queries import active_streams

pytestmark = pytest.mark.django_db
# A burst of messages, time behind a closed project, a price of labour, a twin, a code.
MENDED = (
    "time.posting_burst",
    "setup.project_not_postable",
    "rates.cost_rate_gap",
    "masters.customer_duplicate",
    "masters.utilization_drift",
)


@pytest.mark.parametrize("snapshot", SNAPSHOTS)
def test_in_a_healthy_firm_nothing_is_found(snapshot):
    ours = judge(Recipe("tiny", snapshot, "none"))

    assert not ours.failed
    assert ours.causes == {}
    assert ours.claims == {}
    assert ours.groups == ()


@pytest.mark.parametrize("snapshot", SNAPSHOTS)
def test_in_a_sick_firm_exactly_the_truth_is_found(snapshot):
    recipe = Recipe("tiny", snapshot, "all")
    ours = judge(recipe)
    score = compare(recipe.build().truth, ours, live_controls(), recipe.as_of)

    assert score.total.wanted > 100
    assert is_exact(score), table(score)


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

    def truth(self):
        settings = {"size": "tiny", "snapshot": "close", "faults": self.faults}
        return clock.truth(self.folder, settings)

    def wanted(self, *, but):
        """What ought to be found now, had all faults of these names been mended."""
        others = [one for one in self.truth() if one.fault_id.rpartition(".")[0] not in but]
        return {
            (control, subject)
            for control, subjects in expected(others, self.as_of).items()
            for subject in subjects
            if control in live_controls()
        }

    def score(self):
        return compare(self.truth(), found(), live_controls(), self.as_of)


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


def test_mended_faults_take_exactly_their_items_and_groups_with_them(living):
    firm = living("all")
    before, left = items(), firm.wanted(but=MENDED)
    for name in MENDED:
        clock.mend(firm.folder, name)
    firm.read()

    assert before - items() == before - left
    assert items() <= before
    assert is_exact(firm.score()), table(firm.score())
    assert not empty_groups()

    for name in FAULTS:
        clock.mend(firm.folder, name)
    firm.read()

    assert items() == set()
    assert not Group.objects.unsettled().exists()


def empty_groups():
    """Groups that wait for somebody though nothing unsettled is in them."""
    full = ExceptionItem.objects.unsettled().values("group")
    return list(Group.objects.unsettled().exclude(id__in=full))
