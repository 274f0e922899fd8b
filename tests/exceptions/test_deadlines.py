"""Deadlines (domain.md 0.7, B.4, F.4): whose working time, which close, around the clock, kept."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection

from opsboard.config import config, using
from opsboard.exceptions.engine.escalating import follow
from opsboard.exceptions.engine.settle import read
from opsboard.exceptions.models import Group
from opsboard.people.calendars import settle_calendars, version
from opsboard.people.models import BusinessCalendar
from opsboard.people.queries import settle_teams
from tests.cast import NOW, cause, item, person, teams
from tests.firm import Firm

TEXT = """
[firm]
name = "Northquay"
group_currency = "USD"
zone = "Europe/London"
[calendar.default]
country = "GB"
subdivision = "ENG"
zone = "Europe/London"
legal_entities = ["NQ-UK"]
[calendar.de]
country = "DE"
subdivision = "BY"
zone = "Europe/Berlin"
legal_entities = ["NQ-DE"]
[team.finance]
name = "Finance"
[team.integration]
name = "Integration"
calendar = "de"
[[owner]]
cause = ["in_germany"]
team = "integration"
[[owner]]
team = "finance"
"""
JUNE = date(2026, 6, 10)
# A Thursday in June, and one before Christmas, both 12:00 in London.
MIDMONTH = datetime(2026, 6, 11, 11, tzinfo=UTC)
CHRISTMAS = datetime(2026, 12, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def world(db):
    teams()
    with using(TEXT) as text, time_machine.travel(NOW, tick=False):
        settle_calendars(text, NOW.date())
        settle_teams(text)
        firm = Firm()
        places = (("NQ-UK", "GB", "Europe/London"), ("NQ-DE", "DE", "Europe/Berlin"))
        for code, country, zone in places:
            firm.say("legal_entity", code, "erp", code=code, timezone=zone, country=country)
        yield


def found(at=MIDMONTH, **more):
    return cause(**{"detected_at": at, "due_at": None, "acknowledge_by": None, **more})


def settle(at, *groups):
    """What a turn does that touched these groups; gives them as they stand then."""
    with connection.cursor() as cursor:
        cursor.execute(read("closing"), {"as_of": at, "close_day": 5})
        cursor.execute("create temp table touched (key text)")
        cursor.execute(
            "insert into touched select unnest(%s::text[])", [[one.key for one in groups]]
        )
        follow(cursor, at, config(), in_close_window=False)
        cursor.execute("drop table touched, closing")
    fresh = [Group.objects.get(pk=one.pk) for one in groups]
    return fresh[0] if len(fresh) == 1 else fresh


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_public_holidays_and_weekends_are_no_time_to_work():
    """Two business days of nine hours; the 25th and, for the 26th, the 28th are holidays."""
    group = settle(CHRISTMAS, found(CHRISTMAS, severity=3, legal_entity=""))
    assert group.due_at == utc(2026, 12, 30, 12)
    assert group.due_reason == "2 business days at high severity"


def test_the_calendar_of_the_owning_team_applies():
    """Epiphany is a holiday in Bavaria, and Munich is an hour ahead."""
    at = utc(2027, 1, 5, 12)
    with time_machine.travel(at, tick=False):
        settle_calendars(config(), at.date())
    here, there = settle(
        at, found(at, severity=3, legal_entity=""),
        found(at, severity=3, legal_entity="", cause="in_germany"),
    )  # fmt: skip
    assert (here.due_at, here.calendar) == (utc(2027, 1, 7, 12), "default")
    assert (there.due_at, there.calendar) == (utc(2027, 1, 8, 12), "de")


def test_the_close_of_the_month_may_come_before_the_end_of_the_time():
    group = found(utc(2026, 6, 26, 11), severity=1)
    item(group, 10, service_date=JUNE)
    group = settle(utc(2026, 6, 26, 11), group)
    assert group.sla_at > group.cutoff_at == group.due_at == utc(2026, 7, 1, 17)
    assert "close of June 2026 by WD+1 18:00" in group.due_reason


@pytest.mark.parametrize(
    ("control", "workflow", "wanted"),
    [
        ("TP05", "time_to_posting", utc(2026, 7, 1, 11)),
        ("TP01", "time_to_posting", utc(2026, 7, 1, 17)),
        ("EX04", "expense_to_posting", utc(2026, 7, 2, 17)),
        ("BL04", "billing", utc(2026, 7, 3, 17)),
        ("RV01", "revenue", utc(2026, 7, 6, 17)),
        ("MD03", "master_data", utc(2026, 7, 7, 17)),
        ("WL01", "worker_lifecycle", None),
    ],
)
def test_each_sort_of_work_has_its_day_of_the_close(control, workflow, wanted):
    group = found(control=control, workflow=workflow)
    item(group, 10, service_date=JUNE)
    assert settle(MIDMONTH, group).cutoff_at == wanted


def test_a_close_that_was_over_when_it_was_found_sets_no_deadline():
    at = utc(2026, 7, 1, 17, 30)
    group = found(at)
    item(group, 10, service_date=JUNE)
    assert settle(at, group).cutoff_at is None


def test_the_earliest_close_of_the_children_counts_until_they_are_gone():
    group = found(control="BL04", workflow="billing")
    late = item(group, 10, service_date=date(2026, 7, 10))
    early = item(group, 10, service_date=JUNE)
    group = settle(MIDMONTH, group)
    assert group.cutoff_at == utc(2026, 7, 3, 17)
    early.delete()
    group = settle(MIDMONTH, group)
    assert group.cutoff_at == utc(2026, 8, 5, 17)
    late.delete()
    assert settle(MIDMONTH, group).cutoff_at is None


def test_in_the_close_window_there_is_less_time():
    at = utc(2026, 7, 2, 10)
    group = settle(at, found(at, severity=3))
    assert group.due_at == utc(2026, 7, 3, 10)
    assert group.due_reason == "1 business day at high severity in the close window"


def test_when_the_window_opens_the_time_counts_from_there_also_for_what_nobody_touched():
    """WD-2 of June is Friday the 26th; five business days from its opening."""
    before = utc(2026, 6, 25, 16)
    group = settle(before, found(utc(2026, 6, 24, 8), severity=1))
    assert group.due_at == utc(2026, 7, 7, 17)
    with time_machine.travel(utc(2026, 6, 26, 9), tick=False):
        settle(utc(2026, 6, 26, 9), found())
    group.refresh_from_db()
    assert group.due_at == utc(2026, 7, 2, 17)


@pytest.mark.parametrize(
    ("at", "more", "wanted"),
    [
        # A Saturday, in the night.
        (utc(2026, 6, 13, 2), {"control": "WL04", "severity": 1}, utc(2026, 6, 14, 2)),
        (utc(2026, 6, 13, 2), {"control": "WL04", "severity": 4}, utc(2026, 6, 14, 2)),
        (utc(2026, 6, 13, 2), {"control": "IN03", "severity": 4}, utc(2026, 6, 15, 17)),
        (utc(2026, 7, 4, 2), {"control": "IN03", "severity": 4}, utc(2026, 7, 4, 6)),
        (utc(2026, 6, 13, 2), {"control": "TP01", "severity": 4}, utc(2026, 6, 15, 17)),
    ],
)
def test_some_things_never_rest(at, more, wanted):
    group = settle(at, found(at, **more))
    assert group.due_at == wanted
    assert (group.calendar == "24x7") == (wanted.hour == at.hour or wanted.hour == 6)


@pytest.mark.parametrize(
    ("flow", "severity", "wanted"),
    [
        ("time_posting", 4, utc(2026, 6, 14, 2)),
        ("billing_event_sync", 4, utc(2026, 6, 14, 2)),
        ("invoice_status", 4, utc(2026, 6, 14, 2)),
        ("worker_sync", 4, utc(2026, 6, 15, 17)),
        ("time_posting", 3, utc(2026, 6, 16, 17)),
    ],
)
def test_a_lost_message_never_rests_where_it_posts_or_bills(flow, severity, wanted):
    at = utc(2026, 6, 13, 2)
    group = found(at, control="IN01", severity=severity)
    item(group, 10, evidence={"flow": flow})
    group = settle(at, group)
    assert group.due_at == wanted
    assert (group.calendar == "24x7") == (wanted.hour == 2)


def test_the_instant_is_kept_with_its_calendar_and_a_later_holiday_rewrites_nothing():
    at = utc(2026, 6, 17, 11)
    group = settle(at, found(at, severity=3, legal_entity=""))
    was = group.due_at, group.calendar, group.calendar_version
    assert was == (utc(2026, 6, 19, 11), "default", version(config().calendars["default"]))
    # Somebody learns that Friday the 19th is a holiday.
    other = TEXT.replace('country = "GB"\nsubdivision = "ENG"', 'country = "US"')
    with using(other) as text:
        settle_calendars(text, NOW.date())
        assert BusinessCalendar.objects.get(pk="default").version != was[2]
        group = settle(at, group)
        assert (group.due_at, group.calendar, group.calendar_version) == was
        # A new one is counted on the new days, and so is one that becomes more severe.
        later = settle(at, found(at, severity=3, legal_entity=""))
        assert later.due_at == utc(2026, 6, 22, 11)
        Group.objects.filter(pk=group.pk).update(severity=4)
        group = settle(at, group)
    assert group.due_at == utc(2026, 6, 18, 11)
    assert group.calendar_version == version(text.calendars["default"])


def test_a_severity_that_falls_moves_nothing_and_keeps_its_reason():
    group = settle(MIDMONTH, found(severity=3, legal_entity=""))
    Group.objects.update(severity=1)
    again = settle(MIDMONTH, group)
    assert (again.due_at, again.due_reason) == (group.due_at, group.due_reason)


def test_a_clock_that_starts_anew_after_a_waiver_has_half_of_the_time():
    owner = {"owner": person("sofia"), "assigned_by_hand": True}
    group = settle(MIDMONTH, found(severity=3, legal_entity="", **owner))
    Group.objects.update(escalated=100)
    anew = utc(2026, 6, 22, 11)
    Group.objects.update(clock_from=anew, clock_share=Decimal("0.5"))
    group = settle(anew, group)
    assert group.due_at == anew + timedelta(days=1)
    assert group.due_reason == "Half of 2 business days at high severity"
    assert group.escalated == 0


def test_the_day_of_a_deadline_never_lies_behind_the_clock_of_its_severity():
    """More severe is never later, on any calendar, in and out of the close window."""
    for at in (MIDMONTH, utc(2026, 7, 2, 10), CHRISTMAS):
        groups = settle(at, *(found(at, severity=level) for level in (4, 3, 2, 1)))
        dues = [one.due_at for one in groups]
        assert dues == sorted(dues), at
