"""A replay of what one night lost: dry run, approval, the middleware's own call, and the proof."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
import time_machine

from connectors.northquay import clock
from opsboard import pipeline
from opsboard.config import using
from opsboard.exceptions.deciding.limits import Unfit
from opsboard.exceptions.engine import redrive
from opsboard.exceptions.engine.dry_run import dry_run
from opsboard.exceptions.models import Decision, ExceptionItem, Group, Redrive
from opsboard.people.models import Person
from opsboard.scoring.firm import Recipe
from opsboard.sync.models import Connection
from opsboard.sync.queries import active_streams

WHY = "The posting service was down that night and is up again since."
STREAMS = ("time_entry", "project_actual", "integration_message")


class Night:
    """A tiny firm of which one night's messages are lost, and what opsboard holds of it."""

    def __init__(self, folder, ends):
        self.folder, self.ends = folder, ends
        told = Recipe("tiny", "close", ["time.posting_burst"]).deployment()
        ends.enter_context(using(told.replace("page_size", f'folder = "{folder}"\npage_size')))
        pipeline.prepare()
        pipeline.pull_streams(active_streams())
        self.judge()

    @property
    def now(self):
        return clock.read(self.folder).as_of

    def judge(self, **later):
        if later:
            clock.advance(self.folder, by=timedelta(**later))
            pipeline.pull_streams(list(active_streams().filter(kind__in=STREAMS)))
        self.at(self.now)
        assert pipeline.reconcile(["TP01", "IN01"], as_of=self.now) == []

    def at(self, instant):
        self.ends.enter_context(time_machine.travel(instant, tick=False))

    @property
    def group(self):
        return Group.objects.filter(cause="message_dead_lettered").get()


def person(name, role, team=None):
    return Person.objects.create(username=name, first_name=name.title(), role=role, team=team)


@pytest.fixture
def night(db, tmp_path):
    with ExitStack() as ends:
        yield Night(tmp_path, ends)


@pytest.fixture
def helen(db):
    return person("helen", "controller")


@pytest.fixture
def marek(db):
    return person("marek", "integration_l2")


def lost(group):
    items = ExceptionItem.objects.unsettled().filter(group=group)
    return items.count()


def verbs(group):
    return list(group.history.filter(item=None).order_by("id").values_list("verb", flat=True))


def approved(night, marek, helen):
    group = night.group
    decision = group.prepare_replay(dry_run(group), by=marek, narrative=WHY)
    assert group.approve(by=helen, note="Looked at the night's run.")
    return group, decision


def test_the_dry_run_says_what_would_be_sent_and_asks_nobody(night):
    plan = dry_run(night.group)
    assert plan.reason == ""
    assert plan.is_financial
    assert not plan.is_locked
    assert len(plan.sends) == len(plan.planned) == lost(night.group) / 2
    assert {one.verdict for one in plan.planned} == {"sends"}
    assert clock.read(night.folder).mended == ()


def test_what_was_lost_is_asked_for_approved_sent_and_proven(night, marek, helen):
    group, decision = approved(night, marek, helen)
    group.refresh_from_db()
    assert group.state == "in_progress"
    assert redrive.carry_out(night.now) == 0
    assert group.execute(by=marek)
    assert not group.execute(by=marek)

    count = decision.redrives.count()
    assert redrive.carry_out(night.now) == count
    assert redrive.carry_out(night.now) == 0
    decision.refresh_from_db()
    assert decision.state == "ended"
    assert set(decision.redrives.values_list("state", "answer")) == {("sent", "Applied.")}

    night.judge(hours=2)
    group.refresh_from_db()
    decision.refresh_from_db()
    assert (group.state, lost(group)) == ("resolved", 0)
    night.judge(days=2)
    decision.refresh_from_db()
    assert decision.outcome == "effective"
    assert verbs(group)[-2:] == ["replayed", "resolved"]


def test_a_process_that_died_before_the_answer_sends_nothing_twice(night, marek, helen):
    """The middleware took them; the rows were never written."""
    group, decision = approved(night, marek, helen)
    group.execute(by=marek)
    names = list(decision.redrives.values_list("message", flat=True))
    redrive._asked("middleware", names[:2])
    redrive.carry_out(night.now)
    states = dict(decision.redrives.values_list("message", "state"))
    assert [states[name] for name in names[:2]] == ["superseded", "superseded"]
    night.judge(hours=2)
    assert not ExceptionItem.objects.unsettled().filter(control__in=["TP01", "TP04"]).exists()


def test_no_more_than_a_minute_bears(night, marek, helen, monkeypatch):
    monkeypatch.setattr(redrive, "MOST", 2)
    group, decision = approved(night, marek, helen)
    group.execute(by=marek)
    count, at = decision.redrives.count(), night.now
    assert count > 2
    assert redrive.carry_out(at) == 2
    assert redrive.carry_out(at + timedelta(seconds=30)) == 0
    assert redrive.carry_out(at + timedelta(seconds=61)) == min(2, count - 2)


def test_what_arrived_meanwhile_is_not_sent_again(night, marek, helen):
    group, decision = approved(night, marek, helen)
    group.execute(by=marek)
    clock.mend(night.folder, "time.posting_burst")
    pipeline.pull_streams(list(active_streams().filter(kind__in=STREAMS)))
    assert redrive.carry_out(night.now) == 0
    decision.refresh_from_db()
    assert decision.state == "ended"
    assert set(decision.redrives.values_list("state", flat=True)) == {"superseded"}


def test_an_approval_that_nobody_used_is_over_after_a_business_day(night, marek, helen):
    group, decision = approved(night, marek, helen)
    redrive.carry_out(night.now + timedelta(days=4))
    decision.refresh_from_db()
    assert decision.state == "lapsed"
    assert not group.execute(by=marek)
    assert "unused" in verbs(group)


def test_a_replay_that_helped_nothing_is_told_once(night, marek, helen):
    group, decision = approved(night, marek, helen)
    severity = Group.objects.get(pk=group.pk).severity
    # The middleware said that it took them, and nothing ever arrived.
    decision.redrives.update(state=Redrive.State.SENT)
    Decision.objects.filter(pk=decision.pk).update(state="ended", ended_at=night.now)
    night.judge(minutes=10)
    assert "replay_ineffective" not in verbs(group)
    night.judge(hours=2)
    night.judge(hours=2)
    decision.refresh_from_db()
    group.refresh_from_db()
    assert decision.outcome == "ineffective"
    assert verbs(group).count("replay_ineffective") == 1
    assert group.severity == min(4, severity + 1)
    note = group.history.get(verb="replay_ineffective").note
    assert note.startswith("IN09: after the replay")


def test_who_stops_it_is_told_and_it_can_be_begun_again(night, marek, helen):
    group, decision = approved(night, marek, helen)
    group.execute(by=marek)
    Connection.objects.filter(slug="middleware").update(connector="hostile")
    redrive.carry_out(night.now)
    decision.refresh_from_db()
    assert decision.state == "approved"
    assert "halted" in decision.particulars
    assert "started" not in decision.particulars
    assert "replay_halted" in verbs(group)
    Connection.objects.filter(slug="middleware").update(connector="sandbox")
    assert group.execute(by=marek)
    assert redrive.carry_out(night.now) == decision.redrives.count()


def test_what_moves_no_money_needs_no_approval(night, marek):
    group = night.group
    plan = dry_run(group)
    for one in plan.planned:
        object.__setattr__(one, "subject_kind", "project")
    decision = group.prepare_replay(plan, by=marek, narrative=WHY)
    assert (decision.state, decision.approvals_needed) == ("approved", 0)
    assert group.execute(by=marek)


def test_many_messages_are_the_controllers(night, marek, monkeypatch):
    monkeypatch.setattr("opsboard.exceptions.deciding.tiers.MANY_MESSAGES", 1)
    group = night.group
    decision = group.prepare_replay(dry_run(group), by=marek, narrative=WHY)
    assert (decision.approvals_needed, decision.needs_role) == (1, "controller")


def test_a_reason_is_wanted_and_one_at_a_time(night, marek, helen):
    group = night.group
    with pytest.raises(Unfit):
        group.prepare_replay(dry_run(group), by=marek, narrative="again")
    group, _ = approved(night, marek, helen)
    with pytest.raises(Unfit):
        group.prepare_replay(dry_run(group), by=marek, narrative=WHY)


def test_a_compensation_is_done_step_by_step_by_people(night, marek, helen):
    group = night.group
    steps = ["Reverse line 12 in the ERP", "", "Post it again from the PSA"]
    decision = group.prepare_compensation(steps, by=marek, narrative=WHY)
    assert group.approve(by=helen, note="Seen the journal.")
    assert group.did_step(0, by=marek, note="JE-77")
    assert not group.did_step(0, by=marek, note="JE-78")
    assert not group.did_step(2, by=marek, note="none")
    decision.refresh_from_db()
    assert decision.state == "approved"
    assert group.did_step(1, by=marek, note="TE-1")
    decision.refresh_from_db()
    assert decision.state == "ended"
    assert [step["by"] for step in decision.particulars["steps"]] == ["Marek", "Marek"]
