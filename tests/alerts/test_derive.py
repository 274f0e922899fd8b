"""Who is told at once, who waits for the digest, and that nobody is told twice."""

from datetime import UTC, datetime, timedelta

import pytest

from opsboard.alerts.models import Delivery
from opsboard.alerts.queries import derive
from opsboard.controls.models import Control, ControlRun
from opsboard.exceptions.models import Severity
from tests.alerts.world import NEXT_WEEK, NOW, cause, line, reader


def instants(**more):
    return Delivery.objects.filter(sort="instant", **more)


def test_a_high_cause_due_today_is_mailed_to_its_owner_at_once(sofia, helen):
    group = cause(owner=sofia)
    derive(NOW)
    delivery = instants().get()
    assert (delivery.person, delivery.group, delivery.state) == (sofia, group, "waiting")
    assert delivery.not_before == NOW


def test_without_an_owner_everyone_of_the_team_who_wants_mail_is_told(sofia, helen):
    other = reader("omar", "billing", "billing")
    reader("silent", "billing", "billing", wants_mail=False)
    reader("gone", "billing", "billing", is_active=False)
    reader("nowhere", "billing", "billing", email="")
    cause()
    derive(NOW)
    assert {delivery.person for delivery in instants()} == {sofia, other}


def test_deriving_twice_equals_once(sofia, marek):
    cause(owner=sofia)
    assert derive(NOW) > 0
    assert derive(NOW) == 0
    assert derive(NOW + timedelta(minutes=15)) == 0


def test_less_severe_or_later_due_waits_for_the_digest(sofia):
    cause(1, owner=sofia, severity=Severity.MEDIUM)
    cause(2, owner=sofia, due_at=NEXT_WEEK)
    derive(NOW)
    assert not instants().exists()


def test_an_acknowledgement_owed_today_is_an_act_of_today(sofia):
    soon = NOW + timedelta(hours=1)
    cause(1, owner=sofia, due_at=NEXT_WEEK, acknowledge_by=soon)
    cause(2, owner=sofia, due_at=NEXT_WEEK, acknowledge_by=soon, state="acknowledged")
    derive(NOW)
    assert [delivery.group.key for delivery in instants()] == ["billing|cause|1"]


def test_today_ends_at_the_readers_midnight(sofia):
    ends = datetime(2026, 7, 2, 23, 0, tzinfo=UTC)
    cause(1, owner=sofia, due_at=ends - timedelta(seconds=1))
    cause(2, owner=sofia, due_at=ends)
    derive(NOW)
    assert [delivery.group.key for delivery in instants()] == ["billing|cause|1"]


def test_being_assigned_by_somebody_else_is_told_whatever_the_severity(sofia, helen):
    handed = cause(1, owner=sofia, severity=Severity.LOW, due_at=NEXT_WEEK)
    line(handed, "assigned", by=helen)
    taken = cause(2, owner=sofia, severity=Severity.LOW, due_at=NEXT_WEEK)
    line(taken, "assigned", by=sofia)
    derive(NOW)
    assert [delivery.group for delivery in instants()] == [handed]


def test_an_assignment_is_told_to_a_role_without_a_rule(helen):
    paul = reader("paul", "pmo")
    line(cause(owner=paul, severity=Severity.LOW), "assigned", by=helen)
    derive(NOW)
    assert instants().get().person == paul
    assert not Delivery.objects.filter(person=paul, sort="digest").exists()


def test_nobody_hears_of_a_legal_entity_or_workflow_that_is_not_theirs(helen):
    reader("elsewhere", "billing", "billing", entities=["NQ-DE"])
    hr = reader("aisha", "hr_ops", "billing")
    cause(1)
    cause(2, owner=reader("charlie", "controller", entities=["NQ-US"]), severity=Severity.CRITICAL)
    derive(NOW)
    assert not instants().exists()
    assert not Delivery.objects.filter(person=hr).exclude(state="dropped").exists()


def test_found_and_assigned_at_once_is_one_mail(sofia, helen):
    group = cause(owner=sofia)
    line(group, "assigned", by=helen)
    line(group, "severity")
    derive(NOW)
    assert instants().get().because.verb == "assigned"


def test_a_rise_in_severity_is_not_told_again_but_a_return_is(sofia):
    group = cause(owner=sofia)
    derive(NOW)
    instants().update(state="sent", sent_at=NOW)
    later = NOW + timedelta(hours=1)
    line(group, "severity", at=later)
    derive(later)
    assert instants().count() == 1
    line(group, "reopened", at=later)
    derive(later)
    derive(later)
    assert instants().count() == 2


def test_a_claimed_or_resolved_cause_is_left_alone(sofia):
    cause(1, owner=sofia, state="fix_claimed")
    cause(2, owner=sofia, state="resolved")
    derive(NOW)
    assert not instants().exists()


def test_what_a_digest_has_told_is_not_mailed_again(sofia):
    before = NOW - timedelta(hours=5)
    cause(1, owner=sofia, at=before - timedelta(hours=1))
    Delivery.objects.create(
        sort="digest", person=sofia, about="digest:2026-07-02", state="sent",
        created_at=before, not_before=before, sent_at=before, message_id="<a@b>",
    )  # fmt: skip
    cause(2, owner=sofia)
    derive(NOW)
    assert [delivery.group.key for delivery in instants()] == ["billing|cause|2"]


def test_what_a_long_turn_commits_after_the_digest_left_is_still_told_at_once(sofia):
    began = NOW - timedelta(minutes=20)
    cause(1, owner=sofia, at=began - timedelta(days=1), due_at=NEXT_WEEK)
    derive(began)
    Delivery.objects.update(state="sent", sent_at=began + timedelta(minutes=10))
    cause(2, owner=sofia, at=began)
    derive(NOW)
    assert [delivery.group.key for delivery in instants()] == ["billing|cause|2"]


def test_a_line_that_commits_late_is_still_told(sofia):
    """Ids commit out of order; what counts is the missing delivery, not the larger id."""
    derive(NOW)
    later = NOW + timedelta(minutes=15)
    unseen = cause(1, owner=sofia, at=later, verb="commented")
    cause(2, owner=sofia, at=later)
    derive(later)
    unseen.history.update(verb="found")
    derive(later)
    assert instants().count() == 2


def test_quiet_hours_delay_until_the_readers_morning(sofia, marek):
    night = datetime(2026, 7, 2, 20, 30, tzinfo=UTC)
    cause(1, owner=sofia, at=night, due_at=night + timedelta(hours=1))
    cause(2, owner=marek, at=night, due_at=night + timedelta(hours=1), workflow="integration")
    derive(night)
    assert instants(person=sofia).get().not_before == datetime(2026, 7, 3, 6, 0, tzinfo=UTC)
    assert instants(person=marek).get().not_before == night


def test_quiet_hours_end_on_the_wall_clock_when_the_clocks_change(sofia):
    night = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    cause(owner=sofia, at=night, due_at=night)
    derive(night)
    assert instants().get().not_before == datetime(2026, 10, 25, 7, 0, tzinfo=UTC)


def test_more_than_twenty_a_day_are_held_back(sofia):
    for number in range(15):
        cause(number, owner=sofia)
    derive(NOW)
    later = NOW + timedelta(hours=2)
    for number in range(15, 32):
        cause(number, owner=sofia, at=later)
    derive(later)
    assert instants(state="waiting").count() == 20
    assert instants(state="held").count() == 12
    tomorrow = NOW + timedelta(days=1)
    cause(99, owner=sofia, at=tomorrow, due_at=tomorrow)
    derive(tomorrow)
    assert instants(group__key="billing|cause|99").get().state == "waiting"


def test_the_first_run_of_a_control_mails_a_few_and_holds_the_rest(sofia, helen):
    control = Control.objects.create(code="BL01", slug="blocked", title="Blocked", digest="")
    first = {"version": 1, "mode": "full", "state": "done", "digest": ""}
    before = NOW - timedelta(minutes=1)
    ControlRun.objects.create(control=control, as_of=before, started_at=before, **first)
    for number in range(10):
        severe = Severity.CRITICAL if number == 7 else Severity.HIGH
        cause(number, owner=sofia, severity=severe)
    line(cause(50, owner=sofia, severity=Severity.LOW), "assigned", by=helen)
    derive(NOW)
    assert instants(state="waiting").count() == 4
    assert instants(state="held").count() == 7
    assert instants(state="waiting", group__key="billing|cause|7").exists()

    later = NOW + timedelta(minutes=14)
    ControlRun.objects.create(control=control, as_of=later, started_at=later, **first)
    for number in range(10, 15):
        cause(number, owner=sofia, at=later)
    derive(later)
    assert instants(state="waiting").count() == 9


def test_five_thousand_findings_are_a_handful_of_mails(sofia, helen, django_assert_max_num_queries):
    control = Control.objects.create(code="BL01", slug="blocked", title="Blocked", digest="")
    ControlRun.objects.create(
        control=control, as_of=NOW, started_at=NOW, version=1, mode="full", state="done"
    )
    for number in range(500):
        cause(number, children=10, severity=Severity.CRITICAL)
    with django_assert_max_num_queries(13):
        derive(NOW)
    assert Delivery.objects.filter(state="waiting", sort="instant").count() == 3
    assert Delivery.objects.filter(state="waiting", sort="digest").count() == 2


@pytest.mark.parametrize(
    ("hour", "expected"), [(6, 0), (7, 1), (18, 1), (20, 0)], ids=["before", "at", "late", "night"]
)
def test_the_digest_comes_at_the_rules_hour_of_the_reader(sofia, hour, expected):
    cause(owner=sofia, at=NOW - timedelta(days=1), due_at=NEXT_WEEK)
    derive(datetime(2026, 7, 2, hour, 15, tzinfo=UTC))
    assert Delivery.objects.filter(sort="digest", state="waiting").count() == expected


def test_one_digest_a_day_by_the_readers_date(sofia):
    cause(owner=sofia, due_at=NEXT_WEEK)
    for minutes in (0, 15, 300):
        derive(NOW + timedelta(minutes=minutes))
    derive(NOW + timedelta(days=1))
    abouts = Delivery.objects.filter(sort="digest").order_by("id").values_list("about", flat=True)
    assert list(abouts) == ["digest:2026-07-02", "digest:2026-07-03"]


def test_a_digest_with_nothing_to_tell_is_not_sent(sofia):
    derive(NOW)
    assert Delivery.objects.get(sort="digest").state == "dropped"


def test_a_zone_that_does_not_exist_stops_nobodys_mail(sofia):
    reader("lost", "billing", "billing", zone="Mars/Olympus")
    cause()
    derive(NOW)
    assert instants().count() == 2
